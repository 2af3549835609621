import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import t, { type Test } from 'tap';
import { type Change, followChanges, type GapReason, parseChange } from '../../redis/changes.ts';
import { eventKeys } from '../../stores/keys.ts';
import { createLineStore } from '../../stores/line/store.ts';
import { startTestRedis } from '../../testing/redis-server.ts';

const keys = eventKeys('default');
const logger = pino({ level: 'silent' });

async function follow(t: Test, server: Awaited<ReturnType<typeof startTestRedis>>) {
  const stop = new AbortController();
  const redis = server.connect();
  const line = createLineStore({ redis: server.connect(), keys });
  const seen: Change[] = [];
  const gaps: GapReason[] = [];
  const { seq, lastChangeId } = await line.readProgress();
  const { stopped } = followChanges({
    redis,
    keys,
    logger,
    signal: stop.signal,
    fromStreamId: lastChangeId,
    lastSeq: seq,
    onChange: (change) => seen.push(change),
    onGap: async (reason) => {
      gaps.push(reason);
      const progress = await line.readProgress();
      return { streamId: progress.lastChangeId, seq: progress.seq };
    },
  });
  t.after(async () => {
    stop.abort();
    await stopped;
  });
  return { line, seen, gaps };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(5);
}

t.test('changes arrive in order, each once', async (t) => {
  const server = await startTestRedis(t);
  const { line, seen, gaps } = await follow(t, server);
  await line.join(['a', 'b', 'c', 'd'].map((visitorId) => ({ visitorId, again: false })));
  await line.leave('d');
  await until(() => seen.length === 2);
  t.match(seen, [
    { seq: 1, type: 'joined', from: null, visitors: [{ id: 'a', number: 1 }, {}, {}, { id: 'd', number: 4 }] },
    { seq: 2, type: 'left', from: 'line', visitors: [{ id: 'd', number: 4 }] },
  ]);
  t.same(gaps, []);
});

t.test('a skipped number is a gap, although the stream itself does not show it', async (t) => {
  const server = await startTestRedis(t);
  const { line, seen, gaps } = await follow(t, server);
  const redis = server.connect();
  await line.join([{ visitorId: 'a', again: false }]);
  await until(() => seen.length === 1);
  await redis.hincrby(keys.counters, 'seq', 3);
  await line.join([{ visitorId: 'b', again: false }]);
  await until(() => gaps.length === 1);
  await line.join([{ visitorId: 'c', again: false }]);
  await until(() => seen.length === 2);
  t.same(gaps, ['skipped']);
  t.match(seen[1], { seq: 6, visitors: [{ id: 'c' }] }, 'goes on where the owner reloaded');
});

t.test('numbers that begin again after somebody wiped the data are a gap', async (t) => {
  const server = await startTestRedis(t);
  const { line, seen, gaps } = await follow(t, server);
  const redis = server.connect();
  for (const visitorId of ['a', 'b']) await line.join([{ visitorId, again: false }]);
  await until(() => seen.length === 2);
  await redis.del(keys.counters);
  await line.join([{ visitorId: 'c', again: false }]);
  await until(() => gaps.length === 1);
  await line.join([{ visitorId: 'd', again: false }]);
  await until(() => seen.at(-1)?.visitors[0]?.id === 'd');
  t.match(seen.at(-1), { seq: 2 });
});

t.test('a restart of Redis is a gap, and the follower goes on by itself', async (t) => {
  const server = await startTestRedis(t);
  const { line, seen, gaps } = await follow(t, server);
  await line.join([{ visitorId: 'a', again: false }]);
  await until(() => seen.length === 1);
  await server.stop();
  await server.start();
  await until(() => gaps.length > 0);
  await line.join([{ visitorId: 'b', again: false }]);
  await until(() => seen.at(-1)?.visitors[0]?.id === 'b');
  t.equal(gaps[0], 'redis restarted');
});

t.test('a follower that is told to stop while Redis comes back does stop', { timeout: 20_000 }, async (t) => {
  const server = await startTestRedis(t);
  const redis = server.connect();
  const stop = new AbortController();
  const { stopped } = followChanges({
    ...{ redis, keys, logger, signal: stop.signal },
    onChange: () => {},
    onGap: async () => undefined,
  });
  const other = server.connect();
  // The read has to be on its way when the connection breaks: it is then kept to be sent again, and nobody answers it.
  while (!/cmd=xread/.test(String(await other.client('LIST')))) await sleep(5);
  await server.stop();
  // There is a connection again, but not yet the first answer over it.
  redis.once('connect', () => stop.abort());
  await server.start();
  await stopped;
  t.ok(stop.signal.aborted);
});

t.test('an entry that somebody wrote by hand is passed over', async (t) => {
  t.equal(parseChange('1-1', ['hello', 'world']), undefined);
  t.equal(parseChange('1-1', ['seq', 'x', 'type', 'left']), undefined);
  const entry = (fields: Record<string, string>) =>
    parseChange('1-1', Object.entries({ seq: '1', type: 'joined', at: '5', visitors: 'a 1', ...fields }).flat());
  t.match(entry({}), { seq: 1, atMs: 5, visitors: [{ id: 'a', number: 1 }] });
  for (const at of ['null', '', '-1', '1e400', '99999999999999999999']) t.equal(entry({ at }), undefined, `at ${at}`);
  for (const visitors of ['a', 'a x', 'a 1 b', 'a -1', 'a 1.5']) t.equal(entry({ visitors }), undefined, visitors);
  for (const seq of ['-3', '1e3', '', '0x1']) t.equal(entry({ seq }), undefined, `seq ${seq}`);
});
