import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { systemClock } from '@fairline/shared/clock.ts';
import { createInstanceId } from '@fairline/shared/config.ts';
import { createInstanceReporter } from '@fairline/shared/instance-reporter.ts';
import { createInternalApp, createReadiness } from '@fairline/shared/internal-app.ts';
import { createLogger } from '@fairline/shared/logger.ts';
import { createMetrics } from '@fairline/shared/metrics.ts';
import { type ProcessContext, readConfigOrExit, runProcess } from '@fairline/shared/process.ts';
import { connectRedis } from '@fairline/shared/redis/connect.ts';
import { createServerClock } from '@fairline/shared/redis/server-clock.ts';
import { createInstanceStore } from '@fairline/shared/stores/instances/store.ts';
import { eventKeys } from '@fairline/shared/stores/keys.ts';
import { buildRouter } from './app.ts';
import { RouterConfig } from './config.ts';
import { parseNetworks } from './routing/networks.ts';

const room = 'router';
const defaultCapacity = 10_000;
const maxWaitForRedisMs = 1000;
const { version } = JSON.parse(readFileSync(new URL('./package.json', import.meta.url), 'utf8')) as { version: string };

const config = readConfigOrExit(RouterConfig, process.env);
const instanceId = config.INSTANCE_ID ?? createInstanceId(room);
const logger = createLogger({ room, instanceId, level: config.LOG_LEVEL });
await runProcess({ room, logger, stopTimeoutMs: config.STOP_TIMEOUT_MS, start });

async function start({ signal, onStop }: ProcessContext): Promise<void> {
  const clock = systemClock;
  const upstreamNetworks = parseNetworks('UPSTREAM_NETWORKS', config.UPSTREAM_NETWORKS);
  const trustedProxies = parseNetworks('TRUSTED_PROXIES', config.TRUSTED_PROXIES);
  const connect = (profile: 'request' | 'worker', name: string) => {
    const connection = connectRedis({ url: config.REDIS_URL, profile, name: `${instanceId}:${name}`, logger });
    onStop(`disconnect ${name}`, () => connection.disconnect());
    return connection;
  };
  const redis = connect('request', 'requests');
  const changesRedis = connect('worker', 'changes');
  // Usually milliseconds. Without Redis the gateway starts as well: visitors get a page that tries again.
  await Promise.race([once(redis, 'ready', { signal }), clock.sleep(maxWaitForRedisMs)]);
  const serverClock = createServerClock({ redis, clock });
  const metrics = createMetrics({ room });
  const readiness = createReadiness();

  let url = '';
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
    keys: eventKeys(config.EVENT),
    event: config.EVENT,
    instanceId,
    cookieSecrets: config.COOKIE_SECRETS,
    identitySecrets: config.IDENTITY_SECRETS,
    upstreamNetworks,
    trustedProxies,
    firstByteTimeoutMs: config.FIRST_BYTE_TIMEOUT_MS,
    serverClock,
    clock,
    random: Math.random,
    logger,
    metrics,
    readiness,
    meter: reporter.meter,
    onReady: () => {
      if (!signal.aborted) void reporter.setState('ready');
    },
  });
  // Ends after the public listener: until then visitors are served from what is kept current.
  onStop('end background work', () => router.stop());
  onStop('close the public listener', () => router.close());
  const internalApp = createInternalApp({ logger, metrics, readiness });
  const internalUrl = await internalApp.listen({ host: config.INTERNAL_HOST, port: config.INTERNAL_PORT });
  onStop('close the internal listener', () => internalApp.close());
  // Visitors are answered from the first moment, if only with a page that tries again.
  url = await router.app.listen({ host: config.HOST, port: config.PORT });
  onStop('leave the instance map', () => reporter.stop());
  onStop('drain', async () => {
    router.drain();
    readiness.set('process', 'stops');
    await reporter.setState('draining');
    await clock.sleep(config.DRAIN_DELAY_MS);
  });
  reporter.start(signal);
  logger.info({ url, internalUrl }, 'listening');
}
