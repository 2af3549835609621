import t from 'tap';
import { readRunId } from '../../redis/run-id.ts';
import { eventKeys } from '../../stores/keys.ts';
import { readLineNumber, vipNumberBase } from '../../stores/line/numbers.ts';
import { createLineStore } from '../../stores/line/store.ts';
import { createSettingsStore } from '../../stores/settings/store.ts';
import { startTestRedis } from '../../testing/redis-server.ts';
import { checkLaws } from '../laws/laws.ts';

const server = await startTestRedis(t, { args: ['--appendonly', 'no'] });
const redis = server.connect();
const keys = eventKeys('default');
const line = createLineStore({ redis, keys });
const settings = createSettingsStore({ redis, keys });
const token = 'leader';

/** A line where nobody can enter yet. */
async function begin(values: Record<string, string>): Promise<void> {
  await redis.flushall();
  await settings.save({ maxBooking: '0', ...values });
  // Test device: the test leads for as long as it likes.
  await redis.set(keys.lock, token);
  await line.setGate({ token, isOpen: true, reason: 'test', isMemoryFull: false, dueNumber: 0 });
}

const ids = (letter: string, count: number) => Array.from({ length: count }, (_, index) => `${letter}${index + 1}`);
const join = (visitorIds: readonly string[], isVip = false) =>
  line.join(visitorIds.map((visitorId) => ({ visitorId, again: false, isVip })));
const admit = (limit = 1000) => line.admit({ token, limit, absentAfterMs: 90_000, dueNumber: 0 });

/** Lets `count` more in; who they are, in the order of admission. */
async function letIn(count: number, limit?: number): Promise<string> {
  const before = (await redis.xrevrange(keys.changes, '+', '-', 'COUNT', 1))[0]?.[0] ?? '0-0';
  await settings.save({ maxBooking: String((await redis.scard(keys.booked)) + count) });
  for (let isMore = true; isMore; ) {
    const outcome = await admit(limit);
    isMore = outcome.kind === 'done' && outcome.isMore;
  }
  const changes = await redis.xrange(keys.changes, `(${before}`, '+');
  return changes
    .map(([, flat]) => Object.fromEntries(flat.map((value, index) => [value, flat[index + 1]])))
    .filter(({ type }) => type === 'admitted')
    .flatMap(({ visitors }) => String(visitors).split(' '))
    .filter((_, index) => index % 2 === 0)
    .join(' ');
}

t.test('two lines: VIPs get their share, deterministically, and each line is first come, first served', async (t) => {
  await begin({ vipSharePercent: '30' });
  await join(ids('p', 20));
  const joined = await join(ids('v', 4), true);
  t.match(joined[0], { kind: 'joined', number: vipNumberBase + 1 });
  t.equal(await letIn(10), 'p1 p2 p3 v1 p4 p5 v2 p6 p7 v3');
  t.equal(await letIn(10, 3), 'p8 p9 p10 v4 p11 p12 p13 p14 p15 p16', 'with nobody in one line the other gets all');
  t.match(await line.readProgress(), { head: 16, tail: 20, queued: 4, vip: { head: 4, tail: 4, queued: 0 } });
  await join(['v5'], true);
  t.equal(await letIn(5), 'p17 p18 v5 p19 p20', 'no more than a part of one place is kept for later');
  t.same(await checkLaws(redis, keys), []);
});

t.test('two lines: nobody gets a place at once while somebody waits in either', async (t) => {
  await begin({ vipSharePercent: '50' });
  await join(['v1'], true);
  await settings.save({ maxBooking: '5' });
  t.match(await join(['p1']), [{ kind: 'joined', number: 1 }]);
  await admit();
  t.match(
    await join(['v2', 'p2'], true),
    [
      { kind: 'booked', number: 2 },
      { kind: 'booked', number: 3 },
    ],
    'empty lines',
  );
  t.same(await checkLaws(redis, keys), []);
});

t.test(
  'two lines: without a share VIPs wait like everybody, and those who wait apart keep the pace of all',
  async (t) => {
    await begin({ vipSharePercent: '50' });
    await join(ids('v', 2), true);
    await join(ids('p', 8));
    await settings.save({ vipSharePercent: '0' });
    t.match(await join(['late'], true), [{ kind: 'joined', number: 9 }]);
    t.equal(
      await letIn(11),
      'p1 p2 p3 p4 v1 p5 p6 p7 v2 p8 late',
      'two of eleven: spread over the line, none at its front',
    );
    t.same(await checkLaws(redis, keys), []);
  },
);

t.test('two lines: leaving, aside, coming back and the totals', async (t) => {
  await begin({ vipSharePercent: '50' });
  await join(ids('p', 3));
  await join(ids('v', 4), true);
  t.match(await line.leave('v2'), { kind: 'left' });
  // v1 was asked for signs of life long enough and gave none.
  await settings.save({ maxBooking: '1' });
  await line.admit({ token, limit: 10, absentAfterMs: 90_000, dueNumber: 0, vipDueNumber: 1 });
  await redis.zadd(keys.aside, 1, 'p0');
  t.match(await line.readStanding('v1'), { kind: 'aside', number: vipNumberBase + 1, rank: 1 }, 'rank among VIPs');
  await redis.zrem(keys.aside, 'p0');
  t.match(await line.readProgress(), { queued: 4, aside: 1, vip: { queued: 2, aside: 1, head: 2, tail: 4 } });
  await line.noteSigns(['v1']);
  t.equal(await letIn(3), 'v1 p2 v3', 'with the share of the own line, before that line');
  t.match(await line.revoke('v4'), { kind: 'revoked', from: 'line' });
  t.same(await checkLaws(redis, keys), []);
  const { moves } = await line.readMoves({ after: '0', upTo: '+' });
  const sum = (name: 'joined' | 'passed' | 'left') => [
    moves.reduce((total, move) => total + move[name], 0),
    moves.reduce((total, move) => total + move.vip[name], 0),
  ];
  t.same(
    [sum('joined'), sum('passed'), sum('left')],
    [
      [3, 4],
      [2, 2],
      [0, 2],
    ],
  );
});

t.test('two lines: who becomes a VIP while waiting moves only where that makes the wait no longer', async (t) => {
  await begin({ vipSharePercent: '50' });
  await join(ids('p', 10));
  await join(ids('v', 2), true);
  t.match(await line.moveToVip('p3'), { kind: 'kept' }, 'third here, third there at half the pace');
  t.match(await line.moveToVip('p5'), { kind: 'moved', number: vipNumberBase + 3 });
  t.match(await line.moveToVip('p5'), { kind: 'kept' }, 'once');
  t.match(await line.moveToVip('nobody'), { kind: 'kept' });
  t.match(await line.readStanding('p5'), { kind: 'waiting', number: vipNumberBase + 3 });
  t.equal(await letIn(12), 'p1 v1 p2 v2 p3 p5 p4 p6 p7 p8 p9 p10');
  t.same(await checkLaws(redis, keys), []);
});

t.test(
  'two lines: after a loss of the last second both are lifted, and a VIP gets the number of the ticket back',
  async (t) => {
    await begin({ vipSharePercent: '50' });
    await join(['v1'], true);
    const runId = await readRunId(redis, keys.counters);
    const seen = { tailSeen: 2, vipTailSeen: 4, seqSeen: 90 };
    t.match(await line.recover({ token, runId, ...seen }), { kind: 'done', epoch: 1, left: 0 });
    t.match(await line.readProgress(), { tail: 2, vip: { tail: 4, lostFrom: 1, lostTo: 4, queued: 1 } });
    const ticket = { visitorId: 'v9', number: vipNumberBase + 3, epoch: 0 };
    t.match(await line.restore({ ...ticket, number: vipNumberBase + 1 }), { kind: 'notLost' });
    t.match(await line.restore(ticket), { kind: 'restored', number: vipNumberBase + 3 });
    t.match(await join(['v5'], true), [{ kind: 'joined', number: vipNumberBase + 5 }]);
    t.equal(await letIn(3), 'v9 v1 v5');
  },
);

t.test('numbers say which line they are of', async (t) => {
  t.same(readLineNumber(4_294_967_295), { line: 'public', own: 4_294_967_295 });
  t.same(readLineNumber(vipNumberBase + 1), { line: 'vip', own: 1 });
});

t.end();
