import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { type Change, parseChange } from '../../redis/changes.ts';
import { type AutomaticBlockRule, createBlockStore } from '../../stores/blocks/store.ts';
import { eventKeys } from '../../stores/keys.ts';
import { startTestRedis } from '../../testing/redis-server.ts';

const keys = eventKeys('default');
const rule: AutomaticBlockRule = { baseMs: 60_000, maxMs: 150_000, memoryMs: 3_600_000, maxBlocks: 3 };

t.test('blocks', async (t) => {
  const server = await startTestRedis(t);
  const redis = server.connect();
  const store = createBlockStore({ redis, keys });
  t.beforeEach(() => redis.flushall());

  async function readChanges(): Promise<Change[]> {
    const entries = await redis.xrange(keys.changes, '-', '+');
    return entries.flatMap(([id, flat]) => parseChange(id, flat) ?? []);
  }

  t.test('a block is kept with its reason, announced, and gone after its undoing', async (t) => {
    const visitor = { kind: 'visitor', value: 'v-1' } as const;
    const made = await store.block({ ...visitor, forMs: 60_000, reason: 'resells places', who: 'kim' });
    t.match(made, { kind: 'blocked', times: 0 });
    await sleep(2);
    await store.block({ kind: 'net', value: '203.0.113.9/24', forMs: 60_000, reason: 'scan', who: 'lee' });

    const { blocks, total } = await store.list({ limit: 10 });
    t.equal(total, 2);
    t.match(blocks, [
      { kind: 'net', value: '203.0.113.0/24', who: 'lee', isAutomatic: false },
      { ...visitor, reason: 'resells places', who: 'kim', isAutomatic: false },
    ]);
    t.match(await store.find(visitor), { reason: 'resells places' });
    t.ok(Number(await redis.zscore('booking:blocked', 'visitor:v-1')) > Date.now());
    t.equal(await store.readMark(), '2 2');

    t.equal(await store.unblock({ ...visitor, who: 'kim' }), true);
    t.equal(await store.unblock({ ...visitor, who: 'kim' }), false);
    t.equal(await store.find(visitor), undefined);
    const changes = await readChanges();
    t.match(changes, [
      { seq: 1, type: 'blocked', visitors: [{ id: 'v-1' }], fields: { target: 'visitor:v-1' } },
      { seq: 2, type: 'blocked', visitors: [], fields: { target: 'net:203.0.113.0/24' } },
      { seq: 3, type: 'blocked', visitors: [], fields: { target: 'visitor:v-1', until: '0' } },
    ]);
    t.equal(changes.length, 3);
  });

  t.test('what is neither a visitor nor a network is refused', async (t) => {
    const order = { forMs: 1000, reason: '', who: 'kim' };
    t.same(await store.block({ ...order, kind: 'net', value: 'office' }), { kind: 'badTarget' });
    t.same(await store.block({ ...order, kind: 'visitor', value: 'a b' }), { kind: 'badTarget' });
    t.equal(await redis.dbsize(), 0);
  });

  t.test('automatic blocks grow, up to a limit, and leave a standing one as it is', async (t) => {
    const net = { kind: 'net', value: '198.51.100.1' } as const;
    const order = { ...net, reason: 'flood', who: 'gateway' };
    const lengths: number[] = [];
    for (let time = 0; time < 3; time += 1) {
      const result = await store.blockAutomatically(order, rule);
      if (result.kind !== 'blocked') throw new Error(result.kind);
      lengths.push(Math.round((result.untilMs - Date.now()) / 1000));
      t.match(await store.blockAutomatically(order, rule), { kind: 'standing' });
      // As if its time were over.
      await redis.zadd(keys.blocked, 1, 'net:198.51.100.1/32');
    }
    t.same(lengths, [60, 120, 150]);
  });

  t.test('after an operator undid one, no rule makes it anew for a while; an operator still may', async (t) => {
    const order = { kind: 'net', value: '198.51.100.2', reason: 'flood', who: 'gateway' } as const;
    await store.blockAutomatically(order, rule);
    t.equal(await store.unblock({ kind: 'net', value: '198.51.100.2/32', who: 'kim' }), true);
    t.match(await store.blockAutomatically(order, rule), { kind: 'pardoned' });
    t.match(await store.block({ ...order, who: 'kim', forMs: 1000 }), { kind: 'blocked' });
  });

  t.test('there are only so many automatic ones; what is over makes room', async (t) => {
    const block = (last: number) =>
      store.blockAutomatically({ kind: 'net', value: `198.51.100.${last}`, reason: 'flood', who: 'gateway' }, rule);
    for (const last of [1, 2, 3]) t.match(await block(last), { kind: 'blocked' });
    t.match(await block(4), { kind: 'full' });
    await redis.zadd(keys.blocked, 1, 'net:198.51.100.1/32', 1, 'net:198.51.100.2/32');
    for (const last of [4, 5]) t.match(await block(last), { kind: 'blocked' });
    // Seven are too many to remember: those whose time is over are forgotten.
    for (let last = 6; last < 20; last += 1) {
      await redis.zadd(keys.blocked, 1, `net:198.51.100.${last - 2}/32`);
      t.match(await block(last), { kind: 'blocked' });
    }
    t.ok((await redis.hlen(keys.blockedDetails)) <= 7);
    t.equal(await redis.zcard(keys.blockedPast), await redis.hlen(keys.blockedDetails));
  });

  t.test('one that somebody wrote by hand counts and is listed', async (t) => {
    await redis.zadd('booking:blocked', '+inf', 'visitor:v-2', Date.now() + 5000, 'net:2001:DB8::/64', 1, 'net:x');
    const { blocks } = await store.list({ limit: 10 });
    t.match(blocks, [
      { kind: 'visitor', value: 'v-2', untilMs: Number.POSITIVE_INFINITY, reason: '', atMs: null },
      { kind: 'net', value: '2001:db8::/64', who: '' },
    ]);
    t.equal(await store.unblock({ kind: 'visitor', value: 'v-2', who: 'kim' }), true);
  });
});
