import { startTestRedis } from '@fairline/shared/testing/redis-server.ts';
import t from 'tap';
import { buildAdmin } from './build-admin.ts';

t.test('instances and overview', async (t) => {
  const server = await startTestRedis(t);

  await t.test('instances: the drain button says so in Redis and on the page, and takes it back', async (t) => {
    const admin = await buildAdmin(t, server);
    await admin.report({ id: 'booking-1' });
    const { cookie, csrf } = await admin.logIn('kim');
    const press = (wish: string, id = 'booking-1') =>
      admin.ask('/system/instances', { cookie, form: { csrf, id, wish } });

    const drained = await press('drain');
    t.equal(drained.status, 303);
    t.equal(drained.headers.get('location'), '/system/instances?notice=drain');
    t.same(await admin.redis.smembers('booking:instances:disabled'), ['booking-1']);
    const page = await admin.ask('/system/instances?notice=drain', { cookie });
    t.match(page.text, /data-look="warn">drained</);
    t.match(page.text, /No new requests go there\./);
    t.match(page.text, /value="enable"/);

    t.equal((await press('drain')).headers.get('location'), '/system/instances?notice=unchanged', 'twice is no fault');
    t.equal((await press('enable')).status, 303);
    t.same(await admin.redis.smembers('booking:instances:disabled'), []);
    const entries = await admin.audit.readLatest(10);
    t.match(entries, [
      { who: 'kim', what: 'instance', subject: 'booking-1', before: { enabled: 'false' }, after: { enabled: 'true' } },
      { who: 'kim', what: 'instance', subject: 'booking-1', before: { enabled: 'true' }, after: { enabled: 'false' } },
    ]);
    t.equal(entries.length, 2);
  });

  await t.test('instances: one that is not there, the last operators’ page, and a wish that is none', async (t) => {
    const admin = await buildAdmin(t, server);
    await admin.report({ id: 'admin-1', room: 'admin' });
    const { cookie, csrf } = await admin.logIn('kim');
    const press = (id: string, wish: string) => admin.ask('/system/instances', { cookie, form: { csrf, id, wish } });
    t.equal((await press('nobody', 'drain')).status, 404);
    const last = await press('admin-1', 'drain');
    t.equal(last.status, 409);
    t.match(last.text, /This is the last operators’ page/);
    t.equal((await press('admin-1', 'explode')).status, 400);
    t.same(await admin.redis.smembers('booking:instances:disabled'), []);
  });

  await t.test('instances: one that is gone but disabled can be enabled again', async (t) => {
    const admin = await buildAdmin(t, server);
    await admin.instances.setDisabled('booking-9', true);
    const { cookie, csrf } = await admin.logIn('kim');
    const answer = await admin.ask('/system/instances', { cookie, form: { csrf, id: 'booking-9', wish: 'enable' } });
    t.equal(answer.status, 303);
    t.same(await admin.redis.smembers('booking:instances:disabled'), []);
  });

  await t.test('overview: counts, gate and every room of the map as JSON', async (t) => {
    const admin = await buildAdmin(t, server);
    const { redis } = admin;
    await redis.sadd('booking:queued:set', 'a', 'b');
    await redis.zadd('booking:aside', 1, 'c');
    await redis.sadd('booking:booked:set', 'd');
    await redis.hset('booking:confirmed', 'e', '{}');
    await redis.zadd('booking:visitors', Date.now(), 'a', Date.now() - 3_600_000, 'z');
    await redis.hset('booking:gate', { open: '0', reason: 'no booking instance', atMs: Date.now() });
    await admin.report({ id: 'waiting-room-1', room: 'waiting-room', url: 'http://127.0.0.1:4001' });
    await admin.report({ id: 'booking-1' });
    await redis.zadd('booking:instances', Date.now(), 'broken');
    await redis.hset('booking:instance:broken', 'room', '<script>alert(1)</script>');
    await admin.reader.refresh();
    const { cookie } = await admin.logIn('lee');
    const overview = JSON.parse((await admin.ask('/system/api/overview', { cookie })).text);
    t.match(overview, {
      isLive: true,
      counts: { activeVisitors: 1, waiting: 3, aside: 1, booked: 1, confirmed: 1, admissionsPerMinute: null },
      gate: { isOpen: false, reason: 'no booking instance', isStale: false },
      instances: [
        { id: 'booking-1', room: 'booking', state: 'ready', loadRatio: 0.5, isEnabled: true },
        { id: 'waiting-room-1', room: 'waiting-room' },
      ],
      rejected: [{ id: 'broken' }],
      settings: { fields: { maxBooking: { inForce: '3' } } },
    });
    const page = await admin.ask('/system', { cookie });
    t.notMatch(page.text, /<script>alert/);
    t.match(page.text, /1 of them aside/);
  });
});
