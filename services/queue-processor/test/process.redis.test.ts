import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createInstanceStore } from '@fairline/shared/stores/instances/store.ts';
import { eventKeys } from '@fairline/shared/stores/keys.ts';
import { createLineStore } from '@fairline/shared/stores/line/store.ts';
import { startTestRedis, type TestRedis } from '@fairline/shared/testing/redis-server.ts';
import t, { type Test } from 'tap';

const main = fileURLToPath(new URL('../main.ts', import.meta.url));
const keys = eventKeys('default');
const lockTtlSeconds = 2;

type LogLine = { level: string; msg: string; [field: string]: unknown };

/** A real queue-processor process. */
function startProcessor(t: Test, server: TestRedis, id: string) {
  const child: ChildProcess = spawn(process.execPath, [main], {
    env: { PATH: process.env.PATH, REDIS_URL: server.url, INSTANCE_ID: id },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const log: LogLine[] = [];
  if (child.stdout) {
    createInterface({ input: child.stdout }).on('line', (text) => log.push(JSON.parse(text) as LogLine));
  }
  t.after(async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    await exited;
  });
  return {
    log,
    kill: (signal: NodeJS.Signals) => child.kill(signal),
    exited,
    count: (msg: string) => log.filter((line) => line.msg === msg).length,
    logged: (msg: string, times = 1) =>
      until(() => log.filter((line) => line.msg === msg).length >= times, `${id}: ${msg}`),
  };
}

async function until(isSo: () => boolean | Promise<boolean>, words: string): Promise<void> {
  const endsAtMs = performance.now() + 20_000;
  while (!(await isSo())) {
    if (performance.now() > endsAtMs) throw new Error(`did not happen in 20 s: ${words}`);
    await sleep(10);
  }
}

/** Redis with two queue-processors; the first leads. A booking instance is ready, unless a test says otherwise. */
async function startPair(t: Test, args: string[] = []) {
  const server = await startTestRedis(t, { args });
  const redis = server.connect();
  await redis.hset(keys.settings, { bookingLockTTLSeconds: lockTtlSeconds, maxBooking: 1 });
  const line = createLineStore({ redis, keys });
  const instances = createInstanceStore({ redis });
  let reportSeq = 0;
  const report = async () => {
    reportSeq += 1;
    await instances.write({
      ...{
        id: 'b1',
        room: 'booking',
        url: 'http://127.0.0.1:1',
        state: 'ready',
        startedAtMs: 1,
        version: '1',
        reportSeq,
      },
      ...{ inFlight: 0, inFlightByGateway: {}, streams: 0, capacity: 10, requestsPerSec: 0, latencyP50Ms: 0 },
      ...{ latencyP95Ms: 0, errorRatio: 0, eventLoopUtilization: 0, eventLoopDelayP99Ms: 0, cpuRatio: 0, rssBytes: 1 },
      pid: 1,
    });
  };
  await report();
  const reporting = setInterval(() => void report().catch(() => {}), 500);
  t.after(() => clearInterval(reporting));
  const first = startProcessor(t, server, 'qp-1');
  await first.logged('gate open');
  const second = startProcessor(t, server, 'qp-2');
  await second.logged('listening');
  const join = async (visitorId: string) => (await line.join([{ visitorId, again: false }]))[0]?.kind;
  const isBooked = async (id: string) => (await redis.sismember(keys.booked, id)) === 1;
  return { server, redis, line, first, second, join, isBooked, stopReporting: () => clearInterval(reporting) };
}

t.test('queue-processor: whoever waits enters when a place becomes free', async (t) => {
  const { line, join, isBooked, redis } = await startPair(t);
  t.equal(await join('a'), 'booked');
  t.equal(await join('b'), 'joined');
  const fromMs = performance.now();
  await line.cancel('a');
  await until(() => isBooked('b'), 'b enters');
  t.comment(`from the end of one place to the next: ${Math.round(performance.now() - fromMs)} ms`);
  await redis.hset(keys.settings, { maxBooking: 2 });
  await join('c');
  await until(() => isBooked('c'), 'settings typed by hand count');
});

t.test('queue-processor: a standby leads at once after SIGTERM, which exits with 0', async (t) => {
  const { first, second, line, join, isBooked } = await startPair(t);
  await join('a');
  await join('b');
  first.kill('SIGTERM');
  await second.logged('leadership taken');
  t.match(await first.exited, [0, null]);
  t.equal(first.count('leadership handed over'), 1);
  await line.cancel('a');
  await until(() => isBooked('b'), 'b enters under the new leader');
});

t.test('queue-processor: a standby leads after the leader was killed', async (t) => {
  const { first, second, redis, join, line, isBooked } = await startPair(t);
  await join('a');
  await join('b');
  first.kill('SIGKILL');
  await first.exited;
  t.equal(await redis.exists(keys.lock), 1, 'the lock has to run out');
  await second.logged('leadership taken');
  await line.cancel('a');
  await until(() => isBooked('b'), 'b enters under the new leader');
});

t.test('queue-processor: a hung leader that wakes up stands by', async (t) => {
  const { first, second, redis } = await startPair(t);
  first.kill('SIGSTOP');
  await second.logged('leadership taken');
  const token = await redis.get(keys.lock);
  first.kill('SIGCONT');
  await first.logged('leadership lost');
  await sleep(lockTtlSeconds * 1000);
  t.equal(await redis.get(keys.lock), token, 'the new leader goes on leading');
  t.equal(first.count('leadership taken'), 1);
  t.equal(second.count('leadership lost'), 0);
});

t.test('queue-processor: goes on by itself after Redis was stopped and started', async (t) => {
  const { server, line, join, isBooked, redis } = await startPair(t);
  await join('a');
  await join('b');
  await server.stop();
  await server.start();
  await redis.ping();
  await line.cancel('a');
  await until(() => isBooked('b'), 'b enters');
  await until(async () => (await join('c')) === 'joined', 'joins go on');
});

t.test('queue-processor: after Redis lost everything no number is drawn twice', async (t) => {
  const { server, line, join, redis, first, second } = await startPair(t, ['--appendonly', 'no']);
  for (const id of ['a', 'b', 'c']) await join(id);
  // The leader learns of joins from the changes: one that it answers for proves that it has seen them.
  await line.cancel('a');
  await until(async () => (await line.readProgress()).head === 2, 'b enters');
  await server.stop('SIGKILL');
  await server.start();
  await redis.ping();
  await until(async () => (await line.readProgress()).tail === 3, 'the line is lifted above what was seen');
  const loss = 'Redis lost changes, a new epoch begins';
  t.equal(first.count(loss) + second.count(loss), 1, 'whoever leads now says so');
  await join('d');
  t.match(await line.readStanding('d'), { number: 4 });
  t.match(await line.readProgress(), { epoch: 1 });
});

t.test('queue-processor: the gate shuts when the last booking instance is gone', async (t) => {
  const { first, line, stopReporting } = await startPair(t);
  stopReporting();
  await first.logged('gate shut');
  t.match((await line.readProgress()).gate, { isOpen: false, reason: 'noInstance' });
});

t.test('queue-processor: a refused setting is logged once, the last good one stays', async (t) => {
  const { first, redis } = await startPair(t);
  const refused = 'setting refused, the last good value stays in force';
  await redis.hset(keys.settings, 'maxBooking', 'many');
  await first.logged(refused);
  await sleep(1000);
  t.equal(first.count(refused), 1);
  t.match(
    first.log.find((logged) => logged.msg === refused),
    { field: 'maxBooking', value: 'many' },
  );
  t.equal(await redis.hget(keys.settingsGood, 'maxBooking'), '1');
});

t.end();
