import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { parseInfo } from '@fairline/shared/redis/server.ts';
import { createInstanceStore } from '@fairline/shared/stores/instances/store.ts';
import { eventKeys } from '@fairline/shared/stores/keys.ts';
import { findFreePort } from '@fairline/shared/testing/redis-server.ts';
import t from 'tap';
import { isAlive, openRedis, readReports, startLauncher } from './start-launcher.ts';

const ready = 'Fairline is ready.';

async function until(isDone: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isDone())) await delay(20);
}

t.test('launcher: starts everything, keeps data over a restart, leaves nothing behind', async (t) => {
  const dataDir = t.testdir();
  const first = await startLauncher(t, dataDir);
  await first.said(ready);
  t.match(await (await fetch(`http://127.0.0.1:${first.port}/`)).text(), /^gateway-1-/);
  t.match(first.output(), /user admin, password [\w-]{19} \(of this start\)/);
  const redis = await openRedis(t, first.redisPort);
  const reports = await readReports(redis);
  t.same(reports.map(({ id }) => id.replace(/-[0-9a-f]{6}$/, '')).sort(), [
    'admin-1',
    'booking-1',
    'booking-2',
    'gateway-1',
    'queue-processor-1',
    'queue-processor-2',
    'waiting-room-1',
  ]);
  await redis.set('kept', 'yes');
  const redisPid = Number(parseInfo(await redis.info()).process_id);
  first.kill('SIGTERM');
  t.same(await first.ended, { code: 0, signal: null });
  for (const pid of [redisPid, ...reports.map((report) => report.pid)]) t.equal(isAlive(pid), false);

  const second = await startLauncher(t, dataDir, { REDIS_PORT: String(first.redisPort) });
  await second.said(ready);
  t.equal(await redis.get('kept'), 'yes');
  second.kill('SIGINT');
  t.same(await second.ended, { code: 0, signal: null });
});

t.test('launcher: starts again what dies, rooms and Redis', async (t) => {
  const launcher = await startLauncher(t, t.testdir(), { ADMIN_PASSWORD: 'correct horse' });
  await launcher.said(ready);
  t.notMatch(launcher.output(), /correct horse/);
  const redis = await openRedis(t, launcher.redisPort);
  await redis.set('kept', 'yes');
  const victim = (await readReports(redis)).find(({ room }) => room === 'booking');
  if (!victim) throw new Error('no booking instance');
  process.kill(victim.pid, 'SIGKILL');
  await launcher.said(/booking-\d died \(killed by SIGKILL\), starting it again in 0\.5 s/);
  const name = victim.id.slice(0, -7);
  await until(async () => {
    return (await readReports(redis)).some(({ id, pid }) => id.startsWith(`${name}-`) && pid !== victim.pid);
  });
  const reborn = (await readReports(redis)).find(({ id, pid }) => id.startsWith(`${name}-`) && pid !== victim.pid);
  t.not(reborn?.id, victim.id, 'with a new id');

  const redisPid = Number(parseInfo(await redis.info()).process_id);
  process.kill(redisPid, 'SIGKILL');
  await launcher.said(/redis died \(killed by SIGKILL\), starting it again/);
  t.equal(await redis.get('kept'), 'yes');
});

t.test('launcher: killed, its rooms end by themselves, and the next start takes over from its Redis', async (t) => {
  const dataDir = t.testdir();
  const first = await startLauncher(t, dataDir);
  await first.said(ready);
  const redis = await openRedis(t, first.redisPort);
  await redis.set('kept', 'yes');
  const pids = (await readReports(redis)).map(({ pid }) => pid);
  const redisPid = Number(parseInfo(await redis.info()).process_id);
  first.kill('SIGKILL');
  await first.ended;
  await until(() => pids.every((pid) => !isAlive(pid)));
  t.equal(isAlive(redisPid), true, 'Redis does not know of it');

  const second = await startLauncher(t, dataDir);
  await second.said(ready);
  t.match(second.output(), new RegExp(`Redis of an earlier start \\(pid ${redisPid}\\) was left running`));
  t.equal(isAlive(redisPid), false);
  const moved = await openRedis(t, second.redisPort);
  t.equal(await moved.get('kept'), 'yes', 'also on another port');
});

t.test('launcher: runs as many booking instances as are wanted, and respects operators', async (t) => {
  const launcher = await startLauncher(t, t.testdir(), { QUEUE_PROCESSORS: '1' }, ['--autoscale']);
  await launcher.said('the load decides: 2 to 8 booking instances and 1 to 4 waiting-rooms');
  const redis = await openRedis(t, launcher.redisPort);
  // The tiny leader has no opinion: the test says what it would.
  const want = (desired: number) =>
    redis.hset(eventKeys('default').scaling, {
      ...{ 'booking:desired': desired, 'booking:reason': `The test wants ${desired}.` },
      ...{ 'booking:min': 1, 'booking:max': 8, 'booking:atMs': '999999999999999' },
    });
  await want(3);
  await launcher.said('booking: 3 wanted, 2 there. The test wants 3. Starting booking-3');
  await launcher.said('booking-3 is ready');
  const first = (await readReports(redis)).find(({ id }) => id.startsWith('booking-1-'));
  await createInstanceStore({ redis }).setDisabled(first?.id ?? '', true);
  await launcher.said('booking: 3 wanted, 2 there. The test wants 3. Starting booking-4');
  await launcher.said('booking-4 is ready');
  await want(1);
  for (const name of ['booking-4', 'booking-3']) await launcher.said(`${name} has ended`);
  const readLeft = async () =>
    (await readReports(redis)).filter(({ room }) => room === 'booking').map(({ id }) => id.slice(0, 9));
  // The disabled one is left alone. A report outlives a process that could not take it back in time, and one that is late is missing.
  await until(async () => (await readLeft()).sort().join(' ') === 'booking-1 booking-2');
  t.equal(await redis.hget(eventKeys('default').scaling, 'actor'), 'launcher');
});

t.test('launcher: a second one on the same data is refused and harms nothing', async (t) => {
  const dataDir = t.testdir();
  const first = await startLauncher(t, dataDir);
  await first.said(ready);
  const second = await startLauncher(t, dataDir);
  t.same(await second.ended, { code: 1, signal: null });
  t.match(second.output(), /^Fairline is already running from this data folder .*DATA_DIR\n$/);
  t.equal((await fetch(`http://127.0.0.1:${first.port}/`)).status, 200);
});

t.test('launcher: two signals are an end at once', async (t) => {
  const launcher = await startLauncher(t, t.testdir());
  await launcher.said(ready);
  const redis = await openRedis(t, launcher.redisPort);
  const reports = await readReports(redis);
  const gateway = reports.find(({ room }) => room === 'router');
  if (!gateway) throw new Error('no gateway');
  // It cannot end by itself now, so that the stop takes its time.
  process.kill(gateway.pid, 'SIGSTOP');
  launcher.kill('SIGINT');
  launcher.kill('SIGTERM');
  await launcher.said('stopping');
  await delay(600);
  t.notMatch(launcher.output(), /ended at once/, 'two within a moment are one wish: npm passes on what the group got');
  launcher.kill('SIGINT');
  t.same(await launcher.ended, { code: 1, signal: null });
  await until(() => reports.every(({ pid }) => !isAlive(pid)));
});

t.test('launcher: a stop during the start is no failure', async (t) => {
  const launcher = await startLauncher(t, t.testdir());
  await launcher.said('starting queue-processor-1');
  launcher.kill('SIGTERM');
  t.same(await launcher.ended, { code: 0, signal: null });
  t.notMatch(launcher.output(), /Error|at .*\.ts/);
});

t.test('launcher: what the user must put right is one line, exit code 1, and nothing is started', async (t) => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  const address = server.address();
  const taken = typeof address === 'object' && address ? String(address.port) : '';
  const free = String(await findFreePort());
  const cases: [string, Record<string, string>, string[], RegExp][] = [
    ['port in use', { PORT: taken }, [], /^port \d+ on 127\.0\.0\.1 is in use by another program: .*--port\n$/],
    [
      'port of Redis in use',
      { REDIS_PORT: taken },
      [],
      /^port \d+ for Redis is taken by another program: .*REDIS_PORT\n$/,
    ],
    [
      'no Redis there',
      { REDIS_URL: `redis://u:hunter2@127.0.0.1:${free}` },
      [],
      /^REDIS_URL: nothing answers at redis:\/\/u:\*\*\*@.*\n$/,
    ],
    ['unknown host', { REDIS_URL: 'redis://no-such-host.invalid' }, [], /^REDIS_URL: .* cannot be used: .*\n$/],
    ['no Redis program', { PATH: '/nonexistent' }, [], /^neither redis-server nor valkey-server is on PATH: .*\n$/],
    ['bad option', {}, ['--port', '0'], /^--port: must be a whole number from 1 to 65535, not '0'\n$/],
    ['address of another machine', { HOST: '192.0.2.1' }, [], /^port \d+ on 192\.0\.2\.1 cannot be used: .*\n$/],
  ];
  await Promise.all(
    cases.map(async ([name, env, argv, expected], index) => {
      const launcher = await startLauncher(t, t.testdir({ [String(index)]: {} }), env, argv);
      t.same(await launcher.ended, { code: 1, signal: null }, name);
      t.match(launcher.output(), expected, name);
    }),
  );
});

t.test('launcher: --help exits with 0', async (t) => {
  const launcher = await startLauncher(t, t.testdir(), {}, ['--help']);
  t.same(await launcher.ended, { code: 0, signal: null });
  t.match(launcher.output(), /npm start -- --port 9000/);
});
