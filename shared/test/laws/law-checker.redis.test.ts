import type { Redis } from 'ioredis';
import t from 'tap';
import { type EventKeys, eventKeys } from '../../stores/keys.ts';
import { createLineStore } from '../../stores/line/store.ts';
import { createSettingsStore } from '../../stores/settings/store.ts';
import { startTestRedis } from '../../testing/redis-server.ts';
import { checkLaws } from './laws.ts';

const server = await startTestRedis(t, { args: ['--appendonly', 'no'] });
const redis = server.connect();
const keys = eventKeys('default');
const line = createLineStore({ redis, keys });
const settings = createSettingsStore({ redis, keys });
const token = 'leader';

/** A line where somebody is everywhere: a and c hold a place, b bought, d e f wait, g left, h is aside, i back from aside. */
async function buildLine(): Promise<void> {
  await redis.flushall();
  await settings.save({ maxBooking: '5' });
  // Test device: the test leads for as long as it likes.
  await redis.set(keys.lock, token);
  await line.setGate({ token, isOpen: true, reason: 'test', isMemoryFull: false, dueNumber: 0 });
  await line.join([...'habic'].map((visitorId) => ({ visitorId, again: false })));
  await line.join([...'degf'].map((visitorId) => ({ visitorId, again: false })));
  // Test device: the end of a place is put into the past instead of waiting for it.
  for (const id of ['h', 'i']) await redis.zadd(keys.leases, 1, id);
  await line.endPlaces({ token, limit: 10 });
  await settings.save({ maxBooking: '0' });
  await line.noteSigns(['i']);
  await line.leave('g');
  await line.confirm('b', '{}');
  await settings.save({ maxBooking: '5' });
}

async function announce(fields: Record<string, string | number>): Promise<void> {
  const seq = await redis.hincrby(keys.counters, 'seq', 1);
  await redis.xadd(keys.changes, '*', 'seq', seq, ...Object.entries(fields).flat(), 'at', Date.now());
}

type Plant = [name: string, plant: (redis: Redis, keys: EventKeys) => Promise<unknown>, found: RegExp];

const plants: Plant[] = [
  ['one place too many', (r, k) => r.hset(k.settingsGood, 'maxBooking', 1), /law 1: change \d+ let \d visitors hold/],
  ['in the line and booked', (r, k) => r.sadd(k.booked, 'd'), /law 2: d is in line and in booked/],
  ['in the line and aside', (r, k) => r.zadd(k.aside, 6, 'd'), /law 2: d is in line and in aside/],
  ['bought and booked', (r, k) => r.hset(k.confirmed, 'a', '{}'), /law 2: a is in booked and in confirmed/],
  ['a ticket without a place to wait', (r, k) => r.hset(k.tickets, 'x', 99), /law 2: x is in tickets but not in line/],
  ['waiting without a ticket', (r, k) => r.hdel(k.tickets, 'e'), /law 2: e is in line and aside but not in tickets/],
  ['a place without an end', (r, k) => r.zrem(k.leases, 'a'), /law 2: a is in booked but not in leases/],
  ['an end without a place', (r, k) => r.zadd(k.leases, 5, 'x'), /law 2: x is in leases but not in booked/],
  ['a place without a number', (r, k) => r.hdel(k.places, 'a'), /law 2: a is in booked but not in places/],
  ['back but not aside', (r, k) => r.zadd(k.returned, 5, 'x'), /law 2: x came back from aside but is not aside/],
  ['aside with another number', (r, k) => r.zadd(k.aside, 77, 'h'), /law 2: h is aside with number 77/],
  ['waiting with an outcome', (r, k) => r.hset(k.outcomes, 'd', 'left 6 1 0'), /law 2: d is in line although/],
  ['an element too many', (r, k) => r.rpush(k.list, 'x'), /law 2: the list has 5 elements/],
  ['the head popped without a word', (r, k) => r.lpop(k.list), /law 2: the list has 3 elements/],
  ['neighbours swapped', swapNeighbours, /law 2: d waits with number \d, but the list does not have it there/],
  [
    'somebody alive marked as gone',
    (r, k) => r.setbit(k.gone, 6, 1),
    /law 2: number 6 \(d\) is in the line but marked/,
  ],
  ['somebody dead not marked', (r, k) => r.setbit(k.gone, 8, 0), /law 2: number 8 \(g\) is dead but not marked/],
  [
    'overtaken',
    () => announce({ type: 'admitted', from: 'line', visitors: 'x 2' }),
    /law 3: change \d+ admits x with 2 after \d/,
  ],
  [
    'somebody lost in the line',
    (r, k) => r.hincrby(k.counters, 'joined', 1),
    /law 4: joined \+ unclaimed = .*: \d+ is/,
  ],
  ['a place lost', (r, k) => r.hincrby(k.counters, 'cancelled', 1), /law 4: admitted = .*: \d+ is not \d+/],
  ['an order lost', (r, k) => r.hdel(k.confirmed, 'b'), /law 4: confirmed = orders: 1 is not 0/],
  [
    'a number drawn twice',
    () => announce({ type: 'joined', from: '', visitors: 'x 6' }),
    /law 4: number 6 was drawn twice, the second time by x/,
  ],
  [
    'another number than told',
    () => announce({ type: 'left', from: 'line', visitors: 'd 7' }),
    /law 4: d had number 6, then 7/,
  ],
  ['a change missing', removeThirdChange, /law 6: change 4 follows change 2/],
  ['a change not counted', (r, k) => r.hincrby(k.counters, 'seq', 1), /law 6: the newest change is \d+, the counter/],
  ['a place nobody announced', planSilentPlace, /law 6: x is in booked, no change says so/],
  [
    'an end that did not happen',
    () => announce({ type: 'cancelled', from: 'booked', visitors: 'a 2' }),
    /law 6: a is in booked, no change says so/,
  ],
  [
    'a change from nowhere',
    () => announce({ type: 'confirmed', from: 'booked', visitors: 'x 50' }),
    /law 6: change \d+ \(confirmed\) says x with 50 is in booked, before it was in nothing/,
  ],
];

async function swapNeighbours(r: Redis, k: EventKeys): Promise<void> {
  const [first, second] = await r.lrange(k.list, 0, 1);
  await r.lset(k.list, 0, String(second));
  await r.lset(k.list, 1, String(first));
}

async function removeThirdChange(r: Redis, k: EventKeys): Promise<void> {
  const changes = await r.xrange(k.changes, '-', '+', 'COUNT', 3);
  await r.xdel(k.changes, String(changes[2]?.[0]));
}

async function planSilentPlace(r: Redis, k: EventKeys): Promise<void> {
  await r.sadd(k.booked, 'x');
  await r.zadd(k.leases, '+inf', 'x');
  await r.hset(k.places, 'x', '50 claimed');
}

t.test('law checker: a line where somebody is everywhere keeps the laws', async (t) => {
  await buildLine();
  t.same(await checkLaws(redis, keys), []);
  const progress = await line.readProgress();
  t.match(progress, { queued: 3, aside: 2, booked: 2, orders: 1 });
  t.equal(await redis.zcard(keys.returned), 1);
});

for (const [name, plant, found] of plants) {
  t.test(`law checker: finds ${name}`, async (t) => {
    await buildLine();
    await plant(redis, keys);
    t.match((await checkLaws(redis, keys)).join('\n'), found);
  });
}

t.test('law checker: a lowered maxBooking evicts nobody and breaks no law', async (t) => {
  await buildLine();
  await settings.save({ maxBooking: '1' });
  t.match((await checkLaws(redis, keys)).join(), /law 1/, 'unless the test says what was in force');
  t.same(await checkLaws(redis, keys, { maxBooking: 5 }), []);
});

t.test('law checker: two lines, and a VIP more than the share', async (t) => {
  await buildLine();
  await settings.save({ vipSharePercent: '30' });
  await line.join([...'klm'].map((visitorId) => ({ visitorId, again: false, isVip: true })));
  t.same(await checkLaws(redis, keys), []);
  await announce({ type: 'admitted', from: 'line', visitors: 'k 9000000001 l 9000000002' });
  t.match((await checkLaws(redis, keys)).join(), /law 3: change \d+ admits l with 9000000002, more of the vip line/);
  await redis.setbit(keys.vipGone, 3, 1);
  t.match((await checkLaws(redis, keys)).join(), /law 2: number 9000000003 \(m\) is in the line but marked/);
});

t.end();
