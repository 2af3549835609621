import t from 'tap';
import { parseChange } from '../../redis/changes.ts';
import { eventKeys, sharedKeys } from '../../stores/keys.ts';
import { createLimitStore } from '../../stores/limits/store.ts';
import { createSuspectStore } from '../../stores/limits/suspects.ts';
import { createTierStore } from '../../stores/visitors/tiers.ts';
import { startTestRedis } from '../../testing/redis-server.ts';

const keys = eventKeys('default');

t.test('limits', async (t) => {
  const server = await startTestRedis(t);
  const redis = server.connect();
  const limits = createLimitStore({ redis });
  const suspects = createSuspectStore({ redis, keys });
  t.beforeEach(() => redis.flushall());

  t.test('buckets are charged, may be overdrawn, and go when they are full again', async (t) => {
    const rule = { ratePerSec: 1, burst: 10 };
    const [one = 0, other = 0] = await limits.charge([
      { name: 'net:a', ...rule, taken: 4 },
      { name: 'net:b', ...rule, taken: 12 },
    ]);
    t.ok(one >= 6 && one < 7);
    t.ok(other >= -2 && other < -1);
    const [again = 0] = await limits.charge([{ name: 'net:b', ...rule, taken: 3 }]);
    t.ok(again >= -5 && again < 0);
    const ttlMs = await redis.pttl(sharedKeys.limits.bucket('net:b'));
    t.ok(ttlMs > 10_000 && ttlMs <= 16_000, String(ttlMs));
    await redis.del(sharedKeys.limits.bucket('net:b'));
    await redis.lpush(sharedKeys.limits.bucket('net:b'), 'x');
    t.same(await limits.charge([{ name: 'net:b', ...rule, taken: 1 }]), [9]);
    t.equal(
      (await limits.charge(Array.from({ length: 1100 }, (_, key) => ({ name: `k${key}`, ...rule, taken: 1 })))).length,
      1100,
    );
  });

  t.test('a window slides, and of its names only the largest stay', async (t) => {
    const window = { name: 'floods', lengthMs: 10_000, maxNames: 3 };
    const count = (nowMs: number, ...counts: [string, number][]) => limits.count(window, counts, nowMs);
    t.same(await count(100_000, ['a', 5], ['b', 1]), [5, 1]);
    t.same(await count(109_999, ['a', 5]), [10]);
    t.same(await count(112_500, ['a', 1]), [8], 'a quarter of the older slot is out of sight');
    t.same(await count(125_000, ['a', 1]), [1]);
    t.same(await count(140_000, ['a', 5], ['b', 6], ['c', 7], ['d', 8], ['e', 1]), [5, 6, 7, 8, 1]);
    t.equal(await redis.zcard(sharedKeys.limits.window('floods', 14)), 3);
    t.ok((await redis.pttl(sharedKeys.limits.window('floods', 14))) > 0);
  });

  t.test('addresses of a visitor count once each, for a while', async (t) => {
    const note = (visitorId: string, addressTag: string) => limits.noteAddresses([{ visitorId, addressTag }], 60_000);
    t.same(await note('v', 'one'), [1]);
    t.same(await note('v', 'one'), [1]);
    t.same(await note('v', 'two'), [2]);
    t.same(await note('w', 'two'), [1]);
    await redis.zadd(sharedKeys.limits.addresses('v'), Date.now() - 61_000, 'one');
    t.same(await note('v', 'three'), [2]);
  });

  t.test('a suspect is marked with the reason, announced once, and standard again when cleared', async (t) => {
    t.equal(await suspects.mark('v', { reason: 'many joins', forMs: 60_000 }), 'marked');
    t.equal(await suspects.mark('v', { reason: 'shared cookie', forMs: 60_000 }), 'same');
    t.equal(await redis.hget(keys.tiers, 'v'), 'suspect');
    t.match(await suspects.list({ limit: 10 }), { total: 1, suspects: [{ visitorId: 'v', reason: 'shared cookie' }] });
    t.match(await suspects.find('v'), { reason: 'shared cookie' });
    t.equal(await suspects.clearDue(10), 0);
    t.equal(await suspects.clear('v'), true);
    t.equal(await suspects.clear('v'), false);
    t.equal(await redis.hget(keys.tiers, 'v'), null);
    const entries = await redis.xrange(keys.changes, '-', '+');
    const changes = entries.flatMap(([id, flat]) => parseChange(id, flat) ?? []);
    t.same(
      changes.map(({ type, fields, visitors }) => [type, fields.tier, visitors[0]?.id]),
      [
        ['tier', 'suspect', 'v'],
        ['tier', 'standard', 'v'],
      ],
    );
  });

  t.test('the time of a suspect ends; the tier of an operator is never touched', async (t) => {
    await suspects.mark('v', { reason: 'x', forMs: 1 });
    await redis.zadd(keys.suspects, 1, 'v');
    t.equal(await suspects.clearDue(10), 1);
    t.equal(await redis.hget(keys.tiers, 'v'), null);

    const tiers = createTierStore({ redis, keys });
    await tiers.setTier('w', 'vip');
    t.equal(await suspects.mark('w', { reason: 'x', forMs: 1 }), 'kept');
    await suspects.mark('u', { reason: 'x', forMs: 60_000 });
    await tiers.setTier('u', 'vip');
    t.equal(await suspects.mark('u', { reason: 'x', forMs: 60_000 }), 'kept');
    t.equal(await suspects.clear('u'), false);
    t.equal(await redis.hget(keys.tiers, 'u'), 'vip');
  });
});
