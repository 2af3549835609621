import { randomUUID } from 'node:crypto';
import t from 'tap';
import { readRunId } from '../../redis/run-id.ts';
import { eventKeys } from '../../stores/keys.ts';
import { createLockStore } from '../../stores/line/lock.ts';
import { createLineStore } from '../../stores/line/store.ts';
import { createSettingsStore } from '../../stores/settings/store.ts';
import { startTestRedis } from '../../testing/redis-server.ts';

const server = await startTestRedis(t);
const redis = server.connect();

/** One event of its own for each test, with a leader and an open gate. */
async function openLine(settings: Record<string, string> = {}) {
  const keys = eventKeys(`e-${randomUUID()}`);
  const line = createLineStore({ redis, keys });
  const lock = createLockStore({ redis, keys });
  const store = createSettingsStore({ redis, keys });
  const token = randomUUID();
  await store.save(settings);
  await lock.acquire(token, 60_000);
  const tick = () => line.setGate({ token, isOpen: true, reason: 'test', isMemoryFull: false, dueNumber: 0 });
  await tick();
  const admit = (input: Partial<Parameters<typeof line.admit>[0]> = {}) =>
    line.admit({ token, limit: 1000, absentAfterMs: 90_000, dueNumber: 0, ...input });
  const joinOne = async (visitorId: string, again = false) => (await line.join([{ visitorId, again }]))[0];
  const endPlaces = () => line.endPlaces({ token, limit: 1000 });
  /** Test device: lets the time of a place run out now. */
  const runOut = (visitorId: string) => redis.zadd(keys.leases, Date.now() - 60_000, visitorId);
  return { keys, line, lock, store, token, tick, admit, joinOne, endPlaces, runOut };
}

t.test('join: the first are booked at once, the next wait with dense numbers', async (t) => {
  const { joinOne, line } = await openLine({ maxBooking: '2' });
  t.match(await joinOne('a'), { kind: 'booked', number: 1, isNew: true });
  t.match(await joinOne('b'), { kind: 'booked', number: 2, isNew: true });
  t.match(await joinOne('c'), { kind: 'joined', number: 3 });
  t.match(await joinOne('d'), { kind: 'joined', number: 4 });
  t.match(await joinOne('c'), { kind: 'waiting', number: 3 }, 'joining twice keeps the first number');
  t.match(await joinOne('a'), { kind: 'booked', number: 1, isNew: false });
  t.match(await line.readProgress(), { head: 2, tail: 4, listLength: 2, queued: 2, booked: 2 });
});

t.test('join: one batch gives each visitor their own answer, also when one is named twice', async (t) => {
  const { line } = await openLine({ maxBooking: '1', maxQueue: '1' });
  const answers = await line.join(['a', 'b', 'a', 'b', 'c'].map((visitorId) => ({ visitorId, again: false })));
  t.match(answers, [
    { kind: 'booked', number: 1, isNew: true },
    { kind: 'joined', number: 2 },
    { kind: 'booked', number: 1, isNew: false },
    { kind: 'waiting', number: 2 },
    { kind: 'full' },
  ]);
});

t.test('join: refused while closed or sold out, accepted while paused', async (t) => {
  const { joinOne, store, line } = await openLine({ admissions: 'closed', ticketStock: '1' });
  t.match(await joinOne('a'), { kind: 'closed' });
  await store.save({ admissions: 'open' });
  t.match(await joinOne('a'), { kind: 'booked' });
  t.match(await joinOne('b'), { kind: 'joined' }, 'the last ticket is in somebody’s hands');
  t.match(await line.confirm('a', '{"id":1}'), { kind: 'confirmed', order: '{"id":1}', isNew: true });
  t.match(await joinOne('c'), { kind: 'soldOut' });
  t.match(await joinOne('b'), { kind: 'waiting' }, 'people in line are kept');
  await store.save({ admissions: 'paused', ticketStock: '0' });
  t.match(await joinOne('c'), { kind: 'joined' });
});

t.test('join: not at once when the gate is shut or its word is old', async (t) => {
  const { joinOne, line, token, keys } = await openLine();
  await line.setGate({ token, isOpen: false, reason: 'no instance', isMemoryFull: false, dueNumber: 0 });
  t.match(await joinOne('a'), { kind: 'joined' });
  const other = await openLine();
  await redis.hset(other.keys.gate, 'atMs', Date.now() - 7000);
  t.match(await other.joinOne('a'), { kind: 'joined' });
  await line.setGate({ token, isOpen: true, reason: '', isMemoryFull: true, dueNumber: 0 });
  t.match(await joinOne('z'), { kind: 'full' });
  t.equal(await redis.llen(keys.list), 1);
});

t.test('admit: a freed place goes to the head of the line; those who left are passed over', async (t) => {
  const { joinOne, line, admit } = await openLine({ maxBooking: '1' });
  for (const id of ['a', 'b', 'c', 'd']) await joinOne(id);
  t.match(await line.leave('b'), { kind: 'left' });
  t.match(await line.leave('b'), { kind: 'none' }, 'leaving twice');
  t.match(await admit(), { kind: 'done', admitted: 0 });
  await line.confirm('a', '{}');
  t.match(await admit(), { kind: 'done', admitted: 1, isMore: false });
  t.match(await line.readStanding('c'), { kind: 'booked', number: 3, isClaimed: false });
  t.match(await line.readStanding('b'), { kind: 'ended', outcome: 'left', number: 2 });
  t.match(await line.readStanding('d'), { kind: 'waiting', number: 4 });
  t.match(await line.readProgress(), { head: 3, tail: 4 });
});

t.test('admit: refused without the lock', async (t) => {
  const { line, lock, token } = await openLine();
  t.match(await line.admit({ token: 'other', limit: 10, absentAfterMs: 1, dueNumber: 0 }), { kind: 'notLeader' });
  t.match(await line.endPlaces({ token: 'other', limit: 10 }), { kind: 'notLeader' });
  t.match(await line.trim({ token: 'other', cursor: '0', limit: 10 }), { kind: 'notLeader' });
  t.equal(await lock.renew('other', 1000), false);
  t.equal(await lock.release('other'), false);
  t.equal(await lock.release(token), true);
});

t.test('admit: the pace limits admissions per minute', async (t) => {
  const { joinOne, admit } = await openLine({ maxBooking: '100', newBookingsPerMinute: '60' });
  t.match(await joinOne('a'), { kind: 'booked' });
  t.match(await joinOne('b'), { kind: 'joined' });
  const outcome = await admit();
  t.match(outcome, { kind: 'done', admitted: 0 });
  t.ok(outcome.kind === 'done' && outcome.waitMs !== null && outcome.waitMs > 0 && outcome.waitMs <= 1000);
});

t.test('admit: the silent are put aside with their number and come back before the line', async (t) => {
  const { joinOne, line, admit, keys } = await openLine({ maxBooking: '1' });
  for (const id of ['a', 'b', 'c', 'd']) await joinOne(id);
  await redis.zadd(keys.present, Date.now(), 'c');
  await line.leave('a');
  t.match(await admit({ dueNumber: 4 }), { kind: 'done', admitted: 1, aside: 1 });
  t.match(await line.readStanding('b'), { kind: 'aside', number: 2, rank: 1 });
  t.match(await line.readStanding('c'), { kind: 'booked', number: 3 });
  await line.noteSigns(['b']);
  await line.leave('c');
  t.match(await admit({ dueNumber: 4 }), { kind: 'done', admitted: 1, aside: 0 });
  t.match(await line.readStanding('b'), { kind: 'booked', number: 2 });
});

t.test('end-places: unclaimed goes aside once, expires the second time; claimed expires', async (t) => {
  const { joinOne, line, admit, endPlaces, runOut } = await openLine({ maxBooking: '1' });
  await joinOne('a');
  await runOut('a');
  t.match(await endPlaces(), { kind: 'done', ended: 1, isMore: false });
  t.match(await line.readStanding('a'), { kind: 'aside', number: 1 });
  t.match(await line.confirm('a', '{}'), { kind: 'placeEnded' });
  t.match(await admit(), { admitted: 0 }, 'not before a sign of life');
  await line.noteSigns(['a']);
  t.match(await admit(), { admitted: 1 });
  await runOut('a');
  await endPlaces();
  t.match(await line.readStanding('a'), { kind: 'ended', outcome: 'expired', number: 1 });
  t.match(await joinOne('a'), { kind: 'ended', outcome: 'expired' }, 'a page view does not join again');
  t.match(await joinOne('a', true), { kind: 'booked', number: 2 });
  t.same(await line.renew(['a', 'nobody']), ['claimed', 'ended']);
  t.same(await line.renew(['a']), ['renewed']);
  await runOut('a');
  await endPlaces();
  t.match(await line.readStanding('a'), { kind: 'ended', outcome: 'expired', number: 2 });
  t.match(await line.confirm('a', '{}'), { kind: 'placeEnded' });
});

t.test('end-places: nothing ends right after an outage', async (t) => {
  const { joinOne, line, endPlaces, runOut, keys, tick } = await openLine();
  await joinOne('a');
  await runOut('a');
  await redis.hset(keys.counters, 'tickAtMs', Date.now() - 6000);
  await tick();
  t.match(await endPlaces(), { ended: 0 });
  const standing = await line.readStanding('a');
  t.ok(standing.kind === 'booked' && (standing.leaseEndsAtMs ?? 0) > Date.now() + 50_000);
});

t.test('end-places: someone aside expires after visitorTTLMinutes without a sign', async (t) => {
  const { joinOne, line, endPlaces, runOut, keys } = await openLine();
  await joinOne('a');
  await runOut('a');
  await endPlaces();
  await redis.zadd(keys.present, Date.now() - 11 * 60_000, 'a');
  t.match(await endPlaces(), { ended: 1 });
  t.match(await line.readStanding('a'), { kind: 'ended', outcome: 'expired' });
});

t.test('lease: kept for good when leaseMinutes is 0', async (t) => {
  const { joinOne, line, keys } = await openLine({ leaseMinutes: '0' });
  await joinOne('a');
  await line.renew(['a']);
  t.equal(await redis.zscore(keys.leases, 'a'), 'inf');
  t.match(await line.readStanding('a'), { kind: 'booked', leaseEndsAtMs: null, isClaimed: true });
});

t.test('confirm: the same order again, not without a place, not when sold out', async (t) => {
  const { joinOne, line } = await openLine({ ticketStock: '1' });
  t.match(await line.confirm('a', '{}'), { kind: 'notBooked' });
  await joinOne('a');
  t.match(await line.confirm('a', '{"id":"x"}'), { kind: 'confirmed', isNew: true });
  t.match(await line.confirm('a', '{"id":"y"}'), { kind: 'confirmed', order: '{"id":"x"}', isNew: false });
  t.match(await joinOne('a'), { kind: 'confirmed' });
  t.match(await line.readStanding('a'), { kind: 'confirmed', order: '{"id":"x"}' });
  t.match(await line.cancel('a'), { kind: 'confirmed' });
});

t.test('confirm: refused as sold out when operators cut the stock below the places given', async (t) => {
  const { joinOne, line, store } = await openLine({ maxBooking: '2' });
  await joinOne('a');
  await joinOne('b');
  await line.confirm('a', '{}');
  await store.save({ ticketStock: '1' });
  t.match(await line.confirm('b', '{}'), { kind: 'soldOut' });
});

t.test('cancel: gives the place back, twice is harmless', async (t) => {
  const { joinOne, line } = await openLine();
  t.match(await line.cancel('a'), { kind: 'notBooked' });
  await joinOne('a');
  t.match(await line.cancel('a'), { kind: 'cancelled', isNew: true });
  t.match(await line.cancel('a'), { kind: 'cancelled', isNew: false });
  await joinOne('b');
  t.match(await line.leave('b'), { kind: 'cancelled' }, 'leaving a booked place gives it back');
});

t.test('revoke: from the line, from aside, from a place', async (t) => {
  const { joinOne, line, admit, runOut, endPlaces } = await openLine({ maxBooking: '1' });
  await joinOne('a');
  await joinOne('b');
  t.match(await line.revoke('b'), { kind: 'revoked', from: 'line' });
  t.match(await line.revoke('a'), { kind: 'revoked', from: 'booked' });
  t.match(await line.revoke('a'), { kind: 'none' });
  await joinOne('c');
  t.match(await admit(), { admitted: 1 });
  await runOut('c');
  await endPlaces();
  t.match(await line.revoke('c'), { kind: 'revoked', from: 'aside' });
});

t.test('trim: forgets old outcomes', async (t) => {
  const { joinOne, line, token, keys } = await openLine();
  await joinOne('a');
  await line.leave('a');
  t.match(await line.trim({ token, cursor: '0', limit: 100 }), { kind: 'done', cursor: '0', trimmed: 0 });
  await redis.hset(keys.outcomes, 'a', `left 1 ${Date.now() - 11 * 60_000} 1`);
  t.match(await line.trim({ token, cursor: '0', limit: 100 }), { kind: 'done', trimmed: 1 });
  t.match(await line.readStanding('a'), { kind: 'none' });
});

t.test('a key of another type refuses the call before anything is written', async (t) => {
  const { joinOne, keys, line } = await openLine({ maxBooking: '0' });
  await redis.set(keys.tickets, 'by hand');
  await t.rejects(joinOne('a'), /WRONGKEY .*tickets holds a string, expected a hash/);
  t.equal(await redis.exists(keys.list), 0);
  await redis.del(keys.tickets);
  t.match(await joinOne('a'), { kind: 'joined', number: 1 });
  t.match(await line.readProgress(), { counters: { joined: 1 } });
});

t.test('settings in force that somebody spoiled by hand: the line goes on with the defaults', async (t) => {
  const { keys, line, joinOne, admit, endPlaces, tick, token } = await openLine({
    maxBooking: '1',
    vipSharePercent: '20',
  });
  await redis.hset(keys.settingsGood, {
    ...{ maxBooking: 'many', claimSeconds: 'nan', leaseMinutes: '1e300', visitorTTLMinutes: '-1', ticketStock: 'inf' },
    ...{ newBookingsPerMinute: '0x10', maxQueue: '', bookingLockTTLSeconds: '٣', vipSharePercent: '1.5' },
  });
  for (const id of ['a', 'b', 'c']) t.match(await joinOne(id), { kind: 'booked' });
  t.match(await joinOne('d'), { kind: 'joined', number: 4 }, 'three places are the default');
  t.same(await line.renew(['a']), ['claimed']);
  await tick();
  t.match(await line.confirm('a', '{}'), { kind: 'confirmed' });
  t.match(await admit(), { kind: 'done' });
  t.match(await endPlaces(), { kind: 'done' });
  t.match(await line.trim({ token, cursor: '0', limit: 100 }), { kind: 'done' });
  for (const end of await redis.zrange(keys.leases, '0', '-1', 'WITHSCORES')) t.not(end, 'nan');
});

t.test('changes: one dense entry for each step, in order', async (t) => {
  const { joinOne, line, keys, admit } = await openLine({ maxBooking: '1' });
  await joinOne('a');
  await joinOne('b');
  await line.renew(['a']);
  await line.confirm('a', '{}');
  await admit();
  await line.leave('b');
  const entries = await redis.xrange(keys.changes, '-', '+');
  const told = entries.map(([, f]) => `${f[1]} ${f[3]} ${f[5]} ${f[7]}`);
  t.same(told, [
    '1 settings  ',
    '2 joined  a 1',
    '3 admitted line a 1',
    '4 joined  b 2',
    '5 claimed booked a 1',
    '6 confirmed booked a 1',
    '7 admitted line b 2',
    '8 cancelled booked b 2',
  ]);
});

t.test('recover: joins wait for the leader after a restart, and no number is drawn twice', async (t) => {
  const { joinOne, line, token, keys } = await openLine({ maxBooking: '1' });
  await joinOne('a');
  await joinOne('b');
  const runId = await readRunId(redis, keys.counters);
  await redis.hset(keys.counters, 'runId', 'another run');
  t.match(await joinOne('c'), { kind: 'notReady' });
  t.match(await line.recover({ token: 'other', runId, tailSeen: 2, seqSeen: 2 }), { kind: 'notLeader' });
  t.match(await line.recover({ token, runId, tailSeen: 5, seqSeen: 90 }), { kind: 'done', epoch: 1, left: 0 });
  t.match(await joinOne('c'), { kind: 'joined', number: 6 });
  t.match(await line.readProgress(), { head: 1, tail: 6, listLength: 5, lostFrom: 2, lostTo: 5, runId });
  t.match(await line.recover({ token, runId, tailSeen: 5, seqSeen: 90 }), { epoch: 1 }, 'once a restart');
});

t.test('recover: without a loss the epoch stays', async (t) => {
  const { joinOne, line, token, keys } = await openLine();
  await joinOne('a');
  await redis.hset(keys.counters, 'runId', 'another run');
  const { tail, seq } = await line.readProgress();
  const recovered = await line.recover({
    token,
    runId: await readRunId(redis, keys.counters),
    tailSeen: tail,
    seqSeen: seq,
  });
  t.match(recovered, { epoch: 0, left: 0 });
  t.match(await joinOne('b'), { kind: 'booked', number: 2 });
});

t.test('restore: a ticket brings a lost number back, aside and before the line', async (t) => {
  const { joinOne, line, token, admit, keys } = await openLine({ maxBooking: '1' });
  await joinOne('a');
  await joinOne('b');
  await line.recover({ token, runId: await readRunId(redis, keys.counters), tailSeen: 4, seqSeen: 90 });
  t.match(await line.restore({ visitorId: 'x', number: 2, epoch: 0 }), { kind: 'notLost' });
  t.match(await line.restore({ visitorId: 'x', number: 3, epoch: 1 }), { kind: 'notLost' });
  t.match(await line.restore({ visitorId: 'b', number: 3, epoch: 0 }), { kind: 'known' });
  t.match(await line.restore({ visitorId: 'x', number: 3, epoch: 0 }), { kind: 'restored', number: 3 });
  t.match(await line.restore({ visitorId: 'x', number: 3, epoch: 0 }), { kind: 'known' });
  await line.leave('a');
  await admit();
  t.match(await line.readStanding('x'), { kind: 'booked', number: 3 });
});

t.test(
  'join: on a Redis that lost everything the first numbers are not drawn again before the leader has spoken',
  async (t) => {
    const { keys, token, line } = await openLine();
    const seen = { tail: 7, seq: 20 };
    const room = createLineStore({ redis, keys, seqSeen: () => seen.seq });
    t.match(await room.join([{ visitorId: 'a', again: false }]), [{ kind: 'notReady' }]);
    t.match(await line.readProgress(), { tail: 0 }, 'nothing is written');
    const runId = await readRunId(redis, keys.counters);
    await line.recover({ token, runId, tailSeen: seen.tail, seqSeen: seen.seq });
    t.match(await room.join([{ visitorId: 'a', again: false }]), [{ kind: 'joined', number: 8 }]);
  },
);

t.test('join: a Redis without memory is full for the new, and whoever is in keeps the place', async (t) => {
  const full = await startTestRedis(t, { args: ['--appendonly', 'no'] });
  const connection = full.connect();
  const line = createLineStore({ redis: connection, keys: eventKeys('default', connection) });
  await line.join([{ visitorId: 'a', again: false }]);
  await connection.config('SET', 'maxmemory', '1mb');
  const requests = ['a', 'b'].map((visitorId) => ({ visitorId, again: true }));
  t.match(await line.join(requests), [{ kind: 'waiting', number: 1 }, { kind: 'full' }]);
  await connection.config('SET', 'maxmemory', '0');
  t.match(await line.join(requests), [
    { kind: 'waiting', number: 1 },
    { kind: 'joined', number: 2 },
  ]);
});

t.end();
