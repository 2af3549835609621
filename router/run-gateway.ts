import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { systemClock } from '@fairline/shared/clock.ts';
import { createInstanceReporter } from '@fairline/shared/instance-reporter.ts';
import { createInternalApp, createReadiness, type Readiness } from '@fairline/shared/internal-app.ts';
import type { Logger } from '@fairline/shared/logger.ts';
import { createMetrics, type Metrics } from '@fairline/shared/metrics.ts';
import { startObserving } from '@fairline/shared/observing.ts';
import { ownUrl } from '@fairline/shared/own-url.ts';
import type { ProcessContext } from '@fairline/shared/process.ts';
import { connectRedis } from '@fairline/shared/redis/connect.ts';
import { watchRedis } from '@fairline/shared/redis/latency.ts';
import { createServerClock } from '@fairline/shared/redis/server-clock.ts';
import { createInstanceStore } from '@fairline/shared/stores/instances/store.ts';
import { eventKeys } from '@fairline/shared/stores/keys.ts';
import { buildRouter } from './app.ts';
import { readGuardSettings } from './limits/guard-config.ts';
import type { RouterSettings } from './read-settings.ts';
import { readTrafficBase } from './traffic/traffic-config.ts';
import { followTrafficRule } from './traffic/traffic-rule.ts';

export const room = 'router';
const defaultCapacity = 10_000;
const maxWaitForRedisMs = 1000;
/** A worker among others takes visitors once it knows who is booked; with Redis away it takes them all the same. */
const maxWaitToServeMs = 3000;
const { version } = JSON.parse(readFileSync(new URL('./package.json', import.meta.url), 'utf8')) as { version: string };

export type RunGatewayParts = {
  settings: RouterSettings;
  instanceId: string;
  logger: Logger;
  context: ProcessContext;
  /** undefined: a gateway by itself. */
  worker?: {
    /** The port that this worker shares with the others. */
    port: number;
    /** Takes the place of an internal listener. */
    onParts(parts: { metrics: Metrics; readiness: Readiness }): void;
    onListening(): void;
  };
};

/** Runs one gateway in this process: connects, listens, joins the map, and registers how to undo it. */
export async function runGateway({ settings, instanceId, logger, context, worker }: RunGatewayParts): Promise<void> {
  const { config } = settings;
  const { signal, onStop } = context;
  const clock = systemClock;
  const observing = await startObserving({ settings: config, room, instanceId, version, logger, isEdge: true });
  onStop('send traces', observing.stop);
  const connect = (profile: 'request' | 'worker', name: string) => {
    const connection = connectRedis({
      url: config.REDIS_URL,
      caFile: config.REDIS_TLS_CA,
      profile,
      name: `${instanceId}:${name}`,
      logger,
    });
    onStop(`disconnect ${name}`, () => connection.disconnect());
    return connection;
  };
  const redis = connect('request', 'requests');
  const changesRedis = connect('worker', 'changes');
  // Usually milliseconds. Without Redis the gateway starts as well: visitors get a page that tries again.
  await Promise.race([once(redis, 'ready', { signal }), clock.sleep(maxWaitForRedisMs)]);
  const keys = eventKeys(config.EVENT, redis);
  const serverClock = createServerClock({ redis, key: keys.counters, clock });
  const metrics = createMetrics({ room });
  const readiness = createReadiness();
  watchRedis({ redis, metrics, clock, signal, logger });

  let url = '';
  let noteReady = () => {};
  const isReady = new Promise<void>((resolve) => {
    noteReady = resolve;
  });
  const reporter = createInstanceReporter({
    instances: createInstanceStore({ redis }),
    room,
    id: instanceId,
    url: () => config.ADVERTISE_URL ?? url,
    version,
    capacity: config.CAPACITY ?? defaultCapacity,
    clock,
    logger,
    serverClock,
  });
  const router = buildRouter({
    redis,
    changesRedis,
    keys,
    event: config.EVENT,
    instanceId,
    cookieSecrets: config.COOKIE_SECRETS,
    identitySecrets: config.IDENTITY_SECRETS,
    upstreamNetworks: settings.upstreamNetworks,
    trustedProxies: settings.trustedProxies,
    statics: settings.statics,
    isConsolePublic: config.ADMIN_PUBLIC,
    tls: settings.tls,
    forwarding: settings.forwarding,
    guarding: readGuardSettings(config),
    trafficRuleOf: followTrafficRule(readTrafficBase(config, settings.allowNetworks)),
    serverClock,
    clock,
    random: Math.random,
    logger,
    observing,
    metrics,
    readiness,
    meter: reporter.meter,
    onReady: noteReady,
  });
  reporter.extra(router.reportFields);
  // Ends after the public listener: until then visitors are served from what is kept current.
  onStop('end background work', () => router.stop());
  onStop('close the public listener', () => router.close());
  let internalUrl: string | undefined;
  if (worker) {
    worker.onParts({ metrics, readiness });
    await Promise.race([isReady, clock.sleep(maxWaitToServeMs, signal)]);
    if (signal.aborted) return;
  } else {
    const internalApp = createInternalApp({ logger, metrics, readiness });
    internalUrl = await internalApp.listen({ host: config.INTERNAL_HOST, port: config.INTERNAL_PORT });
    onStop('close the internal listener', () => internalApp.close());
  }
  // A gateway by itself answers visitors from the first moment, if only with a page that tries again.
  const isEncrypted = settings.tls !== undefined;
  const listenOptions = {
    host: config.HOST,
    port: worker?.port ?? config.PORT,
    reusePort: worker !== undefined,
    // Fastify does not know of the TLS that the listener brings along.
    listenTextResolver: (address: string) =>
      `Server listening at ${isEncrypted ? address.replace(/^http:/, 'https:') : address}`,
  };
  await router.app.listen(listenOptions);
  url = ownUrl(originOf(router.app.server.address() as AddressInfo, isEncrypted), config.HOST);
  onStop('leave the instance map', () => reporter.stop());
  onStop('drain', async () => {
    const drained = router.drain(config.DRAIN_DELAY_MS);
    readiness.set('process', 'stops');
    await reporter.setState('draining');
    await Promise.all([drained, clock.sleep(config.DRAIN_DELAY_MS)]);
  });
  reporter.start(signal);
  void isReady.then(async () => {
    if (!signal.aborted) await reporter.setState('ready');
  });
  logger.info(worker ? { url } : { url, internalUrl }, worker ? 'worker listens' : 'listening');
  worker?.onListening();
}

/** Where a listener with this address is reached; one for all addresses by loopback. */
export function originOf({ address, family, port }: AddressInfo, isEncrypted: boolean): string {
  const isIpv6 = family === 'IPv6';
  const host = address === '0.0.0.0' ? '127.0.0.1' : address === '::' ? '::1' : address;
  return `${isEncrypted ? 'https' : 'http'}://${isIpv6 ? `[${host}]` : host}:${port}`;
}
