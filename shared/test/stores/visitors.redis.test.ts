import { randomUUID } from 'node:crypto';
import t from 'tap';
import { parseChange } from '../../redis/changes.ts';
import { eventKeys, sharedKeys } from '../../stores/keys.ts';
import { createVisitorStore } from '../../stores/visitors/store.ts';
import { createTierStore } from '../../stores/visitors/tiers.ts';
import { startTestRedis } from '../../testing/redis-server.ts';

const server = await startTestRedis(t);
const redis = server.connect();
const visitors = createVisitorStore({ redis });
const visit = (visitorId: string, requests = 1, lastPath = '/') => {
  return { visitorId, requests, lastPath, addressTag: 'a1', userAgentTag: 'u1' };
};

t.test('touch: the record counts requests and slides its end', async (t) => {
  const id = randomUUID();
  await visitors.touch([visit(id, 2)], 60_000);
  await redis.pexpire(sharedKeys.visitor(id), 1000);
  await visitors.touch([visit(id, 3, '/ticketing')], 60_000);
  const record = await visitors.read(id);
  t.match(record, { requests: 5, lastPath: '/ticketing', addressTag: 'a1', tier: 'standard', session: {} });
  t.ok(record && record.firstSeenMs <= record.lastSeenMs);
  t.ok((await redis.pttl(sharedKeys.visitor(id))) > 50_000);
});

t.test('touch: a count that somebody spoiled does not cost the others their notes', async (t) => {
  const ids = Array.from({ length: 6 }, () => randomUUID());
  for (const [index, requests] of ['many', '1e3', '-5', '99999999999999999999', ''].entries()) {
    await redis.hset(sharedKeys.visitor(ids[index] ?? ''), { requests, firstSeenMs: 'x' });
  }
  await visitors.touch(
    ids.map((id) => visit(id, 2)),
    60_000,
  );
  for (const id of ids) t.match(await visitors.read(id), { requests: 2, lastPath: '/' });
});

t.test('touch: many at once, each note to its own record, whatever stands in the paths', async (t) => {
  const ids = Array.from({ length: 450 }, () => randomUUID());
  const before = await visitors.countSeen();
  await redis.lpush(sharedKeys.visitor(ids[1] ?? ''), 'somebody put a list here');
  await visitors.writeSession(ids[2] ?? '', { section: 'B' }, 60_000);
  const paths = ['/a b  c', '/list', '/line\nbreak', '', '/é%00'];
  await visitors.touch(
    ids.map((id, index) => ({
      ...visit(id, index + 1, paths[index] ?? `/${index}`),
      addressTag: `a${index}`,
      userAgentTag: '',
    })),
    60_000,
  );
  t.match(await visitors.read(ids[0] ?? ''), { requests: 1, lastPath: '/a b  c', addressTag: 'a0', userAgentTag: '' });
  t.equal(await redis.type(sharedKeys.visitor(ids[1] ?? '')), 'list', 'what is not ours is left alone');
  t.match(await visitors.read(ids[2] ?? ''), { requests: 3, lastPath: '/line break', session: { section: 'B' } });
  t.ok(((await visitors.read(ids[2] ?? ''))?.firstSeenMs ?? 0) > 0);
  t.match(await visitors.read(ids[3] ?? ''), { requests: 4, lastPath: '' });
  t.match(await visitors.read(ids[4] ?? ''), { requests: 5, lastPath: '/é%00' });
  t.match(await visitors.read(ids[449] ?? ''), { requests: 450, lastPath: '/449', addressTag: 'a449' });
  t.equal((await visitors.countSeen()) - before, 450);
  t.ok(await redis.zscore(sharedKeys.visitors, ids[449] ?? ''));
});

t.test('session fields are found by any instance and keep the record alive', async (t) => {
  const id = randomUUID();
  await visitors.writeSession(id, { section: 'B', count: '2' }, 60_000);
  const elsewhere = createVisitorStore({ redis: server.connect() });
  t.match(await elsewhere.read(id), { session: { section: 'B', count: '2' } });
});

t.test('a visitor nobody saw has no record', async (t) => {
  t.equal(await visitors.read(randomUUID()), null);
  t.equal(await visitors.touch([], 1000), undefined);
});

t.test('active visitors are counted by last sign, old index entries dropped', async (t) => {
  await redis.del(sharedKeys.visitors);
  await visitors.touch([visit('v1'), visit('v2')], 60_000);
  await redis.zadd(sharedKeys.visitors, 1000, 'old');
  t.equal(await visitors.countActive(Date.now() - 60_000), 2);
  t.equal(await visitors.trim(Date.now() - 60_000, 100), 1);
  t.equal(await visitors.trim(Date.now() - 60_000, 100), 0);
  t.equal(await redis.zcard(sharedKeys.visitors), 2);
});

t.test('tiers: set, announced once, found again by whoever loads them; standard leaves nothing behind', async (t) => {
  const keys = eventKeys(`e-${randomUUID()}`);
  const tiers = createTierStore({ redis, keys });
  const id = randomUUID();
  await visitors.touch([visit(id)], 60_000);
  t.equal(await tiers.setTier(id, 'suspect'), true);
  t.equal(await tiers.setTier(id, 'suspect'), false);
  t.equal((await visitors.read(id))?.tier, 'suspect');
  const changes = (await redis.xrange(keys.changes, '-', '+')).map(([streamId, flat]) => parseChange(streamId, flat));
  t.match(changes, [{ seq: 1, type: 'tier', from: null, visitors: [{ id }], fields: { tier: 'suspect' } }]);
  t.equal(changes.length, 1);

  const stranger = randomUUID();
  await tiers.setTier(stranger, 'vip');
  t.equal(await visitors.read(stranger), null, 'no record is made for somebody who is not here');
  const found = new Map<string, string>();
  for await (const page of tiers.scanTiers()) for (const [visitorId, tier] of page) found.set(visitorId, tier);
  t.same(Object.fromEntries(found), { [id]: 'suspect', [stranger]: 'vip' });

  await visitors.touch([{ ...visit(stranger), tier: 'vip' }], 60_000);
  t.equal((await visitors.read(stranger))?.tier, 'vip');
  await tiers.setTier(stranger, 'standard');
  t.equal((await visitors.read(stranger))?.tier, 'standard');
  t.equal(await redis.hexists(keys.tiers, stranger), 0);
});

t.test('tiers: a word that somebody typed and nobody knows counts as standard', async (t) => {
  const id = randomUUID();
  await visitors.touch([visit(id)], 60_000);
  await redis.hset(sharedKeys.visitor(id), 'tier', 'gold');
  t.equal((await visitors.read(id))?.tier, 'standard');
});

t.end();

t.test('touch: more visitors than one call takes, and a record that somebody replaced holds up nobody', async (t) => {
  const ids = Array.from({ length: 450 }, () => randomUUID());
  const [broken = ''] = ids;
  await redis.set(sharedKeys.visitor(broken), 'typed by hand');
  await visitors.touch(
    ids.map((id, index) => ({ ...visit(id, index + 1, `/${index}`), tier: index === 300 ? 'vip' : 'standard' })),
    60_000,
  );
  t.match(await visitors.read(ids[1] ?? ''), { requests: 2, lastPath: '/1', tier: 'standard' });
  t.match(await visitors.read(ids[300] ?? ''), { requests: 301, lastPath: '/300', tier: 'vip' });
  t.match(await visitors.read(ids[449] ?? ''), { requests: 450, lastPath: '/449' });
  t.equal(await redis.get(sharedKeys.visitor(broken)), 'typed by hand');
});
