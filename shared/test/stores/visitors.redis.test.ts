import { randomUUID } from 'node:crypto';
import t from 'tap';
import { sharedKeys } from '../../stores/keys.ts';
import { createVisitorStore } from '../../stores/visitors/store.ts';
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

t.end();
