import calculateSlot from 'cluster-key-slot';
import type { Cluster, Redis } from 'ioredis';
import t from 'tap';
import type { InstanceReport } from '../../contracts/instance-report.ts';
import { isOneSlot } from '../../redis/client.ts';
import { createAuditStore } from '../../stores/audit/store.ts';
import { createBlockStore } from '../../stores/blocks/store.ts';
import { createInstanceStore } from '../../stores/instances/store.ts';
import { createJourneyStore } from '../../stores/journeys/store.ts';
import { eventKeys, sharedKeys } from '../../stores/keys.ts';
import { createLimitStore } from '../../stores/limits/store.ts';
import { createSuspectStore } from '../../stores/limits/suspects.ts';
import { createAheadStore } from '../../stores/line/ahead.ts';
import { createLockStore } from '../../stores/line/lock.ts';
import { createLineStore } from '../../stores/line/store.ts';
import { createSaleStore } from '../../stores/sales/store.ts';
import { createScalingStore } from '../../stores/scaling/store.ts';
import { createSettingsStore } from '../../stores/settings/store.ts';
import { createInviteStore } from '../../stores/visitors/invites.ts';
import { createVisitorStore } from '../../stores/visitors/store.ts';
import { createTierStore } from '../../stores/visitors/tiers.ts';
import { startTestRedis } from '../../testing/redis-server.ts';

type Call = { name: string; keys: string[] };

/**
 * Passes for a connection to a cluster, sends everything to one Redis and notes the keys of every command: what a cluster
 * would refuse with CROSSSLOT is seen without starting one.
 */
function pretendCluster(redis: Redis, calls: Call[]): Cluster {
  const send = redis.sendCommand.bind(redis);
  redis.sendCommand = (command, stream) => {
    calls.push({ name: command.name, keys: command.getKeys().map(String) });
    return send(command, stream);
  };
  return Object.assign(redis, { isCluster: true, slots: [], nodes: () => [] }) as unknown as Cluster;
}

const visitors = Array.from({ length: 5 }, (_, index) => `visitor-${index}`);

/** Every call of every store once; what it answers is for other tests. */
async function callEverything(redis: Cluster, event: string): Promise<void> {
  const keys = eventKeys(event, redis);
  const line = createLineStore({ redis, keys });
  const lock = createLockStore({ redis, keys });
  const settings = createSettingsStore({ redis, keys });
  const token = 'token';
  const [first = '', second = ''] = visitors;
  await settings.save({ maxBooking: '1' });
  await lock.acquire(token, 60_000);
  await lock.renew(token, 60_000);
  await line.setGate({ token, isOpen: true, reason: 'open', isMemoryFull: false, dueNumber: 0 });
  await line.join(visitors.map((visitorId) => ({ visitorId, again: false })));
  await line.renew([first]);
  await line.noteSigns(visitors);
  await line.moveToVip(second);
  await line.readStanding(second);
  await line.confirm(first, '{}');
  await line.cancel(first);
  await line.admit({ token, limit: 10, absentAfterMs: 1000, dueNumber: 0 });
  await line.endPlaces({ token, limit: 10 });
  await line.trim({ token, cursor: '0', limit: 10 });
  await line.recover({ token, runId: 'x', tailSeen: 9, seqSeen: 99 });
  await line.restore({ visitorId: 'other', number: 8, epoch: 0 });
  await line.readProgress();
  await line.readMoves({ after: '0', upTo: '+' });
  await line.readGone(0, 10);
  for await (const _ of line.scanBooked());
  await createAheadStore({ redis, keys }).admit(second);
  await line.leave(second);
  await line.revoke(String(visitors[2]));

  const tiers = createTierStore({ redis, keys });
  await tiers.setTier(first, 'vip');
  await tiers.readTier(first);
  for await (const _ of tiers.scanTiers());
  await createInviteStore({ redis, keys }).take({ id: 'i', expiresAtMs: Date.now() + 60_000, visitorId: second });
  const suspects = createSuspectStore({ redis, keys });
  await suspects.mark(String(visitors[3]), { reason: 'r', forMs: 1 });
  await suspects.list({ limit: 10 });
  await suspects.find(String(visitors[3]));
  await suspects.clear(String(visitors[3]));
  await suspects.clearDue(10);
  const blocks = createBlockStore({ redis, keys });
  await blocks.block({ kind: 'net', value: '198.51.100.0/24', forMs: 1000, reason: 'r', who: 'w' });
  await blocks.find({ kind: 'net', value: '198.51.100.0/24' });
  await blocks.list({ limit: 10 });
  await blocks.readMark();
  await blocks.unblock({ kind: 'net', value: '198.51.100.0/24', who: 'w' });

  const records = createVisitorStore({ redis });
  const visit = { requests: 1, lastPath: '/', addressTag: 'a', userAgentTag: 'u' };
  await records.touch(
    visitors.map((visitorId) => ({ visitorId, ...visit })),
    60_000,
  );
  await records.read(first);
  await records.writeSession(first, { cart: '1' }, 60_000);
  await records.countActive(0);
  await records.countSeen();
  await records.trim(1, 10);
  const limits = createLimitStore({ redis });
  const charges = visitors.map((name) => ({ name: `net:${name}`, ratePerSec: 1, burst: 5, taken: 1 }));
  await limits.charge(charges);
  await limits.count({ name: 'floods', lengthMs: 1000, maxNames: 5 }, [['n', 1]], Date.now());
  await limits.noteAddresses(
    visitors.map((visitorId) => ({ visitorId, addressTag: 'a' })),
    60_000,
  );

  await limits.shareInFlight('router-1', [['v', 2]], 1000);

  const scaling = createScalingStore({ redis, keys });
  await scaling.writeDesired(token, []);
  await scaling.setWish({ room: 'booking', wish: 2 });
  await scaling.noteActor('me');
  await scaling.read();
  const instances = createInstanceStore({ redis });
  for (const id of ['booking-1', 'router-1']) {
    await instances.write({ id, inFlightByGateway: {} } as unknown as InstanceReport);
    await instances.setDisabled(id, true);
  }
  await redis.zadd(sharedKeys.instances, 1, 'gone-1');
  await instances.readAll();
  await instances.trim();
  await instances.remove('booking-1');
  const audit = createAuditStore({ redis });
  const id = await audit.append({ who: 'w', what: 'x', subject: '', before: {}, after: {} });
  await audit.readLatest(5);
  await audit.readBefore(id, 5);

  const journeys = createJourneyStore({ redis, keys });
  await journeys.note(0, []);
  await journeys.has([1, 2]);
  await journeys.find({ number: 1 });
  await settings.save({ admissions: 'closed' });
  const sales = createSaleStore({ redis, keys });
  const { epoch } = await line.readProgress();
  await sales.begin({ epoch, endPlaces: true, seen: 0, who: 'w' });
  for (const { sale } of await sales.list()) await sales.drop(sale);
  await lock.release(token);
}

for (const event of ['default', 'gala-2026']) {
  t.test(`cluster form of the event ${event}: no command asks for keys of two slots`, async (t) => {
    const server = await startTestRedis(t);
    const calls: Call[] = [];
    const redis = pretendCluster(server.connect(), calls);
    t.notOk(isOneSlot(redis, ['a', 'b']), 'two slots are told apart');
    await callEverything(redis, event);
    const scripts = calls.filter(({ name }) => name === 'evalsha');
    t.ok(scripts.length > 40, `${scripts.length} scripts were called`);
    const crossing = calls.filter(({ keys }) => new Set(keys.map((key) => calculateSlot(key))).size > 1);
    t.same(crossing, []);
    const keys = eventKeys(event, redis);
    const { seq } = await createLineStore({ redis, keys }).readProgress();
    const entries = await redis.xrange(keys.changes, '-', '+');
    const announced = entries.map(([, fields]) => fields[fields.indexOf('type') + 1]);
    for (const type of ['tier', 'blocked', 'sale']) t.ok(announced.includes(type), `${type} is announced to the event`);
    t.ok(seq >= entries.length, 'by numbers of its own');
  });
}
