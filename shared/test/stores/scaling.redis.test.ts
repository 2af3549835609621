import t from 'tap';
import { eventKeys } from '../../stores/keys.ts';
import { createScalingStore, type DesiredReplicas } from '../../stores/scaling/store.ts';
import { startTestRedis } from '../../testing/redis-server.ts';

const server = await startTestRedis(t, { args: ['--appendonly', 'no'] });
const redis = server.connect();
const keys = eventKeys('default');
const store = createScalingStore({ redis, keys });
const token = 'leader';

const desired = (over: Partial<DesiredReplicas> = {}): DesiredReplicas => ({
  ...{ room: 'booking', desired: 3, cause: 'load', reason: 'Busy.', running: 2, starting: 1, utilization: 0.8126 },
  ...{ min: 2, max: 6, wish: null, memory: '{"a":1}' },
  ...over,
});

t.beforeEach(async () => {
  await redis.flushall();
  await redis.set(keys.lock, token);
});

t.test('scaling: what the leader wrote is read again, with the time of Redis', async (t) => {
  t.match(await store.read(), { actor: null, rooms: [] });
  const waitingRoom = desired({ room: 'waiting-room', desired: 1, utilization: null, min: 1 });
  t.same(await store.writeDesired(token, [waitingRoom, desired()]), {
    kind: 'done',
    written: ['waiting-room', 'booking'],
  });
  const { nowMs, rooms } = await store.read();
  t.match(rooms, [
    { ...{ room: 'booking', desired: 3, cause: 'load', reason: 'Busy.', running: 2, starting: 1, utilization: 0.813 } },
    { room: 'waiting-room', desired: 1, utilization: null, wish: null, memory: '{"a":1}' },
  ]);
  t.ok(nowMs - (rooms[0]?.atMs ?? 0) < 10_000);
  await redis.hset(keys.scaling, 'booking:changedAtMs', 5);
  await store.writeDesired(token, [desired({ reason: 'Still busy.' })]);
  t.match((await store.read()).rooms[0], { reason: 'Still busy.', changedAtMs: 5 });
});

t.test('scaling: only the leader writes', async (t) => {
  t.same(await store.writeDesired('another', [desired()]), { kind: 'notLeader' });
  t.equal(await redis.exists(keys.scaling), 0);
});

t.test('scaling: an operator chooses within the bounds, at once, and gives the choice back', async (t) => {
  t.same(await store.setWish({ room: 'booking', wish: 4 }), { kind: 'unknown' });
  await store.writeDesired(token, [desired()]);
  t.same(await store.setWish({ room: 'booking', wish: 4 }), { kind: 'set', before: null, desired: 4 });
  t.match((await store.read()).rooms[0], { desired: 4, wish: 4, cause: 'wish', reason: 'An operator chose 4.' });
  for (const wish of [1, 7, 2.5, -1, Number.NaN, 1e300]) {
    t.same(await store.setWish({ room: 'booking', wish }), { kind: 'refused', min: 2, max: 6 }, String(wish));
  }
  t.match((await store.read()).rooms[0], { desired: 4, wish: 4 });
  t.same(await store.setWish({ room: 'booking', wish: null }), { kind: 'set', before: 4, desired: 4 });
  t.match((await store.read()).rooms[0], { desired: 4, wish: null });
});

t.test('scaling: an evaluation that did not know of a wish does not undo it', async (t) => {
  await store.writeDesired(token, [desired()]);
  await store.setWish({ room: 'booking', wish: 5 });
  t.same(await store.writeDesired(token, [desired({ desired: 2 })]), { kind: 'done', written: [] });
  t.match((await store.read()).rooms[0], { desired: 5, wish: 5 });
  t.same(await store.writeDesired(token, [desired({ wish: 5, desired: 5 })]), { kind: 'done', written: ['booking'] });
});

t.test('scaling: who acts on it; fields that people spoiled count as not there', async (t) => {
  await store.noteActor('launcher');
  t.match((await store.read()).actor, { name: 'launcher', atMs: Number });
  await store.writeDesired(token, [desired(), desired({ room: 'router', desired: 2 })]);
  await redis.hset(keys.scaling, {
    'booking:desired': 'many',
    'router:cause': 'mood',
    'router:utilization': 'x',
  });
  t.match((await store.read()).rooms, [{ room: 'router', cause: 'steady', utilization: null }]);
  await redis.hset(keys.scaling, { 'booking:wish': '4' });
  await store.writeDesired(token, [desired()]);
  t.match((await store.read()).rooms[0], { room: 'booking', desired: 3, wish: 4 }, 'the leader writes over them');
});

t.end();
