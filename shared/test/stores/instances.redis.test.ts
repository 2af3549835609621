import t from 'tap';
import type { InstanceReport } from '../../contracts/instance-report.ts';
import { createInstanceStore } from '../../stores/instances/store.ts';
import { sharedKeys } from '../../stores/keys.ts';
import { startTestRedis } from '../../testing/redis-server.ts';

const server = await startTestRedis(t);
const redis = server.connect();
const instances = createInstanceStore({ redis });

const report: InstanceReport = {
  id: 'booking-1',
  room: 'booking',
  url: 'http://127.0.0.1:4001',
  state: 'ready',
  startedAtMs: 1000,
  version: '0.1.0',
  reportSeq: 7,
  inFlight: 3,
  inFlightByGateway: { 'router-1': 3 },
  streams: 0,
  capacity: 200,
  requestsPerSec: 12.5,
  latencyP50Ms: 3,
  latencyP95Ms: 9,
  errorRatio: 0.25,
  eventLoopUtilization: 0.5,
  eventLoopDelayP99Ms: 11,
  cpuRatio: 0.75,
  rssBytes: 1e8,
  pid: 4242,
};

t.beforeEach(() => redis.flushall());

t.test('a report is read as it was written, with what else the room told', async (t) => {
  await instances.write(report, { lineTailSeen: 12 });
  const map = await instances.readAll();
  t.same(map.reports, [report]);
  t.same(map.extras.get('booking-1'), { lineTailSeen: '12' });
  t.ok((await redis.pttl(sharedKeys.instance('booking-1'))) <= 5000);
});

t.test('removing leaves nothing behind', async (t) => {
  await instances.write(report);
  await instances.remove('booking-1');
  t.same((await instances.readAll()).reports, []);
  t.same(await redis.keys('*'), []);
});

t.test('an expired report is not there, and its index entry goes in time', async (t) => {
  await instances.write(report);
  await redis.del(sharedKeys.instance('booking-1'));
  t.same((await instances.readAll()).reports, []);
  await redis.zadd(sharedKeys.instances, Date.now() - 61_000, 'booking-1');
  await instances.trim();
  t.equal(await redis.zcard(sharedKeys.instances), 0);
});

t.test('the operator’s wish is kept apart from reports', async (t) => {
  await instances.write(report);
  await instances.setDisabled('booking-1', true);
  t.ok((await instances.readAll()).disabled.has('booking-1'));
  await instances.write(report);
  t.ok((await instances.readAll()).disabled.has('booking-1'));
  await instances.setDisabled('booking-1', false);
  t.notOk((await instances.readAll()).disabled.has('booking-1'));
});

t.test('broken reports are rejected with a reason, lies are clamped', async (t) => {
  const broken: Record<string, Record<string, string>> = {
    'no-room': { room: 'cellar' },
    'no-state': { state: 'sleepy' },
    'no-url': { url: '' },
    ftp: { url: 'ftp://127.0.0.1' },
    credentials: { url: 'http://me:pw@127.0.0.1' },
    path: { url: 'http://127.0.0.1/admin' },
    query: { url: 'http://127.0.0.1/?' },
    'no-capacity': { capacity: '-5' },
    'nan-capacity': { capacity: 'NaN' },
  };
  for (const [id, fields] of Object.entries(broken)) {
    await instances.write({ ...report, id });
    await redis.hset(sharedKeys.instance(id), fields);
  }
  await instances.write({ ...report, id: 'liar' });
  const lies = {
    inFlight: '-7',
    latencyP50Ms: 'NaN',
    errorRatio: '9',
    capacity: '1e99',
    inFlightByGateway: '{"g":-3,"h":',
  };
  await redis.hset(sharedKeys.instance('liar'), lies);
  await redis.set(sharedKeys.instance('string'), 'by hand');
  await redis.zadd(sharedKeys.instances, 1, 'string');
  const map = await instances.readAll();
  t.same(map.rejected.map((entry) => entry.id).sort(), [...Object.keys(broken), 'string'].sort());
  t.match(map.reports, [
    { id: 'liar', inFlight: 0, latencyP50Ms: 0, errorRatio: 1, capacity: 1e6, inFlightByGateway: {} },
  ]);
});

t.end();
