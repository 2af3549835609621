import { appendFile, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { keys, lockTtlSeconds, startPair, until } from './processor-pair.ts';

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
  await until(async () => first.count(loss) + second.count(loss) === 1, 'whoever leads now says so');
  await join('d');
  t.match(await line.readStanding('d'), { number: 4 });
  t.match(await line.readProgress(), { epoch: 1 });
});

t.test(
  'queue-processor: half a script that a crash left at the end of the file does not come back later',
  async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'fairline-torn-'));
    t.after(() => rm(folder, { recursive: true, force: true }));
    const { server, line, join: joinLine } = await startPair(t, ['--dir', folder]);
    for (const id of ['a', 'b']) await joinLine(id);
    await server.stop('SIGKILL');
    const files = join(folder, 'appendonlydir');
    const [increment = ''] = (await readdir(files)).filter((name) => name.endsWith('.incr.aof'));
    // As a crash leaves it: a script has begun and counted, and its second command is cut off.
    const counted = ['HINCRBY', keys.counters, 'joined', '10'].map((word) => `$${word.length}\r\n${word}\r\n`).join('');
    await appendFile(join(files, increment), `*1\r\n$5\r\nMULTI\r\n*4\r\n${counted}*3\r\n$4\r\nSA`);
    await server.start();
    await until(async () => (await joinLine('c')) === 'joined', 'joins go on');
    await until(async () => !(await readdir(files)).includes(increment), 'the file is written anew');

    await server.stop('SIGKILL');
    await server.start();
    t.match((await line.readProgress()).counters, { joined: 3 });
  },
);

t.end();
