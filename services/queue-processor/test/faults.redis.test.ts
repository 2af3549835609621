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

t.end();
