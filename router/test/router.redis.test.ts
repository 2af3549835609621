import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { systemClock } from '@fairline/shared/clock.ts';
import type { InstanceReport } from '@fairline/shared/contracts/instance-report.ts';
import { createReadiness } from '@fairline/shared/internal-app.ts';
import { createLoadMeter } from '@fairline/shared/load-meter.ts';
import { createLogger } from '@fairline/shared/logger.ts';
import { createMetrics } from '@fairline/shared/metrics.ts';
import { connectRedis } from '@fairline/shared/redis/connect.ts';
import { createServerClock } from '@fairline/shared/redis/server-clock.ts';
import { createInstanceStore } from '@fairline/shared/stores/instances/store.ts';
import { eventKeys } from '@fairline/shared/stores/keys.ts';
import { createLockStore } from '@fairline/shared/stores/line/lock.ts';
import { createLineStore } from '@fairline/shared/stores/line/store.ts';
import { createSettingsStore } from '@fairline/shared/stores/settings/store.ts';
import { createVisitorStore } from '@fairline/shared/stores/visitors/store.ts';
import { createTierStore } from '@fairline/shared/stores/visitors/tiers.ts';
import { startTestRedis, type TestRedis } from '@fairline/shared/testing/redis-server.ts';
import t from 'tap';
import { buildRouter } from '../app.ts';
import { defaultUpstreamNetworks } from '../health/url-check.ts';
import { parseNetworks } from '../routing/networks.ts';
import { startRawUpstream } from './raw-peers.ts';
import { ask, createVisitor, identityIn, secret, startUpstream } from './start-gateway.ts';

type TestLike = { after(step: () => Promise<void> | void): void };

const keys = eventKeys('default');

async function startRouter(t: TestLike, { url }: TestRedis) {
  const logger = createLogger({ room: 'router', instanceId: 'router-test', level: 'silent' });
  const redis = connectRedis({ url, profile: 'request', name: 'router', logger });
  const changesRedis = connectRedis({ url, profile: 'worker', name: 'router-changes', logger });
  const readiness = createReadiness();
  const router = buildRouter({
    redis,
    changesRedis,
    keys,
    event: 'default',
    instanceId: 'router-test',
    cookieSecrets: [secret],
    identitySecrets: [secret],
    upstreamNetworks: parseNetworks('UPSTREAM_NETWORKS', defaultUpstreamNetworks),
    trustedProxies: [],
    forwarding: { timeouts: { firstByteMs: 2000 } },
    serverClock: createServerClock({ redis, clock: systemClock }),
    clock: systemClock,
    random: Math.random,
    logger,
    metrics: createMetrics({ room: 'router' }),
    readiness,
    meter: createLoadMeter({ clock: systemClock }),
    onReady: () => {},
  });
  const address = await router.app.listen({ host: '127.0.0.1', port: 0 });
  t.after(async () => {
    router.app.server.closeAllConnections();
    await router.close();
    await router.stop().catch(() => {});
    redis.disconnect();
    changesRedis.disconnect();
  });
  return { router, readiness, port: Number(new URL(address).port) };
}

/** Reports an instance again and again, as a living one does, until the test ends or `stop` is called. */
function keepReporting(t: TestLike, testRedis: TestRedis, fields: Pick<InstanceReport, 'id' | 'room' | 'url'>) {
  const instances = createInstanceStore({ redis: testRedis.connect() });
  const report: InstanceReport = {
    state: 'ready',
    startedAtMs: 1,
    version: '1',
    reportSeq: 0,
    inFlight: 0,
    inFlightByGateway: {},
    streams: 0,
    capacity: 100,
    requestsPerSec: 0,
    latencyP50Ms: 0,
    latencyP95Ms: 0,
    errorRatio: 0,
    eventLoopUtilization: 0,
    eventLoopDelayP99Ms: 0,
    cpuRatio: 0,
    rssBytes: 0,
    pid: 1,
    ...fields,
  };
  const write = () => {
    report.reportSeq += 1;
    instances.write(report).catch(() => {});
  };
  write();
  const timer = setInterval(write, 500);
  const stop = () => clearInterval(timer);
  t.after(stop);
  return { stop, instances, report };
}

async function eventually<T>(read: () => Promise<T> | T, isDone: (value: T) => boolean): Promise<T> {
  const endMs = Date.now() + 10_000;
  for (;;) {
    const value = await read();
    if (isDone(value) || Date.now() > endMs) return value;
    await delay(25);
  }
}

async function openLine(testRedis: TestRedis) {
  const redis = testRedis.connect();
  await createSettingsStore({ redis, keys }).adopt();
  await createLockStore({ redis, keys }).acquire('test', 60_000);
  const line = createLineStore({ redis, keys });
  await line.setGate({ token: 'test', isOpen: true, reason: '', isMemoryFull: false, dueNumber: 0 });
  return { redis, line };
}

t.test('router: instances of the map are found, drained ones are left alone', async (t) => {
  const testRedis = await startTestRedis(t);
  const { port, readiness } = await startRouter(t, testRedis);
  await eventually(readiness.isReady, (isReady) => isReady);
  t.match(await ask(port, '/'), { status: 503 });
  const [one, two] = await Promise.all([startUpstream(t, 'one'), startUpstream(t, 'two')]);
  const first = keepReporting(t, testRedis, { id: 'one', room: 'booking', url: one.url });
  keepReporting(t, testRedis, { id: 'evil', room: 'booking', url: 'http://169.254.169.254' });
  keepReporting(t, testRedis, { id: 'worse', room: 'booking', url: 'http://127.0.0.1/path' });
  await eventually(
    () => ask(port, '/'),
    ({ status }) => status === 200,
  );
  keepReporting(t, testRedis, { id: 'two', room: 'booking', url: two.url });
  await first.instances.setDisabled('one', true);
  await eventually(
    () => ask(port, '/'),
    ({ body }) => body === 'two',
  );
  const before = one.seen.length;
  for (let count = 0; count < 20; count += 1) await ask(port, '/');
  t.equal(one.seen.length, before);
  await first.instances.setDisabled('one', false);
  const back = await eventually(
    () => ask(port, '/'),
    ({ body }) => body === 'one',
  );
  t.equal(back.body, 'one');
});

t.test('router: an admission reaches the copy, the first visit claims the place, its end takes it away', async (t) => {
  const testRedis = await startTestRedis(t);
  const { line } = await openLine(testRedis);
  const [booking, waiting] = await Promise.all([startUpstream(t, 'booking'), startUpstream(t, 'waiting-room')]);
  keepReporting(t, testRedis, { id: 'b', room: 'booking', url: booking.url });
  keepReporting(t, testRedis, { id: 'w', room: 'waiting-room', url: waiting.url });
  const early = createVisitor();
  t.match(await line.join([{ visitorId: early.visitorId, again: false }]), [{ kind: 'booked' }]);
  const { port } = await startRouter(t, testRedis);
  const visit = (cookie: string) => ask(port, '/ticketing', { headers: { cookie } });
  const first = await eventually(
    () => visit(early.cookie),
    ({ body }) => body === 'booking',
  );
  t.equal(first.body, 'booking', 'admitted before the gateway started');

  const late = createVisitor();
  t.equal((await visit(late.cookie)).body, 'waiting-room');
  await line.join([{ visitorId: late.visitorId, again: false }]);
  const second = await eventually(
    () => visit(late.cookie),
    ({ body }) => body === 'booking',
  );
  t.equal(second.body, 'booking');
  const standing = await eventually(
    () => line.readStanding(late.visitorId),
    (now) => now.kind === 'booked' && now.isClaimed,
  );
  t.match(standing, { kind: 'booked', isClaimed: true });

  await line.cancel(late.visitorId);
  const third = await eventually(
    () => visit(late.cookie),
    ({ body }) => body === 'waiting-room',
  );
  t.equal(third.body, 'waiting-room');
});

t.test('router: a visitor is written down once the cookie came back, with tags instead of addresses', async (t) => {
  const testRedis = await startTestRedis(t);
  const { redis } = await openLine(testRedis);
  const booking = await startUpstream(t, 'booking');
  keepReporting(t, testRedis, { id: 'b', room: 'booking', url: booking.url });
  const { port } = await startRouter(t, testRedis);
  await eventually(
    () => ask(port, '/'),
    ({ status }) => status === 200,
  );
  const { visitorId, cookie } = createVisitor();
  await ask(port, '/?secret=1', { headers: { cookie, 'user-agent': 'browser' } });
  const visitors = createVisitorStore({ redis });
  const record = await eventually(
    () => visitors.read(visitorId),
    (found) => found !== null,
  );
  t.match(record, { requests: 1, lastPath: '/', addressTag: /^[\w-]{12}$/, userAgentTag: /^[\w-]{12}$/ });
  t.same(
    await redis.keys('booking:visitor:*'),
    [`booking:visitor:${visitorId}`],
    'those without a cookie left nothing',
  );
  t.equal(await visitors.countActive(0), 1);
});

t.test('router: rules and tiers are live, and tiers of before are known after a start', async (t) => {
  const testRedis = await startTestRedis(t);
  const { redis } = await openLine(testRedis);
  const keys = eventKeys('default');
  const tiers = createTierStore({ redis, keys });
  const settings = createSettingsStore({ redis, keys });
  const [early, late] = [createVisitor(), createVisitor()];
  await tiers.setTier(early.visitorId, 'suspect');
  const booking = await startUpstream(t, 'booking');
  keepReporting(t, testRedis, { id: 'b', room: 'booking', url: booking.url });
  const { port } = await startRouter(t, testRedis);
  const tierSeen = async ({ cookie }: { cookie: string }) => {
    const { status } = await ask(port, '/', { headers: { cookie } });
    const seen = booking.seen.at(-1);
    return status === 200 && seen ? identityIn(seen)?.tier : undefined;
  };
  await eventually(
    () => tierSeen(early),
    (tier) => tier === 'suspect',
  );
  t.equal(await tierSeen(late), 'standard');
  await tiers.setTier(late.visitorId, 'vip');
  t.equal(
    await eventually(
      () => tierSeen(late),
      (tier) => tier === 'vip',
    ),
    'vip',
  );

  const other = await startUpstream(t, 'other');
  keepReporting(t, testRedis, { id: 'o', room: 'booking', url: other.url });
  const askedOf = async () => {
    const names = new Set<string>();
    for (let count = 0; count < 30; count += 1)
      names.add((await ask(port, '/', { headers: { cookie: late.cookie } })).body);
    return names.size;
  };
  await eventually(askedOf, (count) => count === 2);
  await settings.save({ routingRules: 'tier vip -> pool 1' });
  t.equal(await eventually(askedOf, (count) => count === 1), 1);
});

t.test('router: while Redis is away the booked are served, afterwards all resumes by itself', async (t) => {
  const testRedis = await startTestRedis(t);
  const { line } = await openLine(testRedis);
  const [booking, waiting] = await Promise.all([startUpstream(t, 'booking'), startUpstream(t, 'waiting-room')]);
  keepReporting(t, testRedis, { id: 'b', room: 'booking', url: booking.url });
  keepReporting(t, testRedis, { id: 'w', room: 'waiting-room', url: waiting.url });
  const { port, readiness } = await startRouter(t, testRedis);
  const { visitorId, cookie } = createVisitor();
  await line.join([{ visitorId, again: false }]);
  const visit = () => ask(port, '/ticketing', { headers: { cookie } });
  await eventually(visit, ({ body }) => body === 'booking');

  await testRedis.stop('SIGKILL');
  await eventually(readiness.reasons, (reasons) => reasons.length > 0);
  t.match(readiness.reasons(), [/^redis: /]);
  t.equal((await visit()).body, 'booking');
  await testRedis.start();
  await eventually(readiness.isReady, (isReady) => isReady);
  t.equal((await visit()).body, 'booking');
  await line.cancel(visitorId);
  const after = await eventually(visit, ({ body }) => body === 'waiting-room');
  t.equal(after.body, 'waiting-room', 'changes are followed again');
});

t.test('router: started without Redis it is not ready, serves its own page and gets ready by itself', async (t) => {
  const testRedis = await startTestRedis(t);
  await testRedis.stop();
  const { port, readiness } = await startRouter(t, testRedis);
  const { cookie } = createVisitor();
  const visit = () => ask(port, '/ticketing', { headers: { cookie, accept: 'text/html' } });
  t.match(await visit(), { status: 503, headers: { refresh: /^\d+$/ }, body: /One moment/ });
  t.notOk(readiness.isReady());
  await testRedis.start();
  const waiting = await startUpstream(t, 'waiting-room');
  keepReporting(t, testRedis, { id: 'w', room: 'waiting-room', url: waiting.url });
  const answer = await eventually(visit, ({ status }) => status === 200);
  t.equal(answer.body, 'waiting-room');
  t.ok(await eventually(readiness.isReady, (isReady) => isReady));
});

t.test('router: who is revoked loses the tunnel to booking', async (t) => {
  const testRedis = await startTestRedis(t);
  const upstream = await startRawUpstream(t, ({ socket, pending }) => {
    const isTunnel = /upgrade: websocket/i.test(pending);
    if (isTunnel)
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nhello');
    else socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
  });
  const { line } = await openLine(testRedis);
  const { cookie, visitorId } = createVisitor();
  t.match(await line.join([{ visitorId, again: false }]), [{ kind: 'booked' }]);
  keepReporting(t, testRedis, { id: 'raw', room: 'booking', url: upstream.url });
  const { port, readiness } = await startRouter(t, testRedis);
  await eventually(readiness.isReady, (isReady) => isReady);
  await eventually(
    () => ask(port, '/'),
    ({ status }) => status === 200,
  );
  const socket = connect(port, '127.0.0.1');
  const wish = 'Connection: Upgrade\r\nUpgrade: websocket';
  socket.write(`GET /api/booking/live HTTP/1.1\r\nHost: a\r\nCookie: ${cookie}\r\n${wish}\r\n\r\n`);
  const [told] = (await once(socket, 'data')) as [Buffer];
  t.match(String(told), /^HTTP\/1\.1 101 /);
  const closed = once(socket, 'close');
  await line.revoke(visitorId);
  await closed;
  await upstream.connections.at(-1)?.closed;
  t.ok(upstream.connections.at(-1)?.isClosed);
});
