import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { systemClock } from '@fairline/shared/clock.ts';
import { ConfigError, createInstanceId } from '@fairline/shared/config.ts';
import { createInstanceReporter } from '@fairline/shared/instance-reporter.ts';
import { createInternalApp, createReadiness } from '@fairline/shared/internal-app.ts';
import { createLogger } from '@fairline/shared/logger.ts';
import { runLoop } from '@fairline/shared/loop.ts';
import { createMetrics } from '@fairline/shared/metrics.ts';
import { ownUrl } from '@fairline/shared/own-url.ts';
import { readConfigOrExit, runProcess } from '@fairline/shared/process.ts';
import { checkRedis, connectRedis, waitForRedis } from '@fairline/shared/redis/connect.ts';
import { createAuditStore } from '@fairline/shared/stores/audit/store.ts';
import { createInstanceStore } from '@fairline/shared/stores/instances/store.ts';
import { eventKeys } from '@fairline/shared/stores/keys.ts';
import { createLineStore } from '@fairline/shared/stores/line/store.ts';
import { createSettingsStore } from '@fairline/shared/stores/settings/store.ts';
import { createVisitorStore } from '@fairline/shared/stores/visitors/store.ts';
import { buildApp } from './app.ts';
import { AdminConfig, defaultCapacity } from './config.ts';
import { parseGatewayNetworks } from './operators/gateway-networks.ts';
import { parseOperators } from './operators/operators.ts';
import { createOverviewReader } from './overview/overview-reader.ts';

const room = 'admin';
const overviewEveryMs = 1_000;

const config = readConfigOrExit(AdminConfig, process.env);
const id = config.INSTANCE_ID ?? createInstanceId(room);
const logger = createLogger({ room, instanceId: id, level: config.LOG_LEVEL });
const { version } = JSON.parse(readFileSync(new URL('./package.json', import.meta.url), 'utf8')) as { version: string };

await runProcess({
  room,
  logger,
  stopTimeoutMs: config.STOP_TIMEOUT_MS,
  start: async ({ signal, onStop }) => {
    const { operators, problems: operatorProblems } = parseOperators(config.OPERATORS);
    const { networks, problems: networkProblems } = parseGatewayNetworks(config.GATEWAY_NETWORKS);
    const problems = [...operatorProblems, ...networkProblems];
    if (problems.length > 0) throw new ConfigError(problems);

    const redis = connectRedis({ url: config.REDIS_URL, profile: 'request', name: id, logger });
    onStop('disconnect redis', () => redis.disconnect());
    await waitForRedis(redis);
    const keys = eventKeys(config.EVENT);
    const settings = createSettingsStore({ redis, keys });
    const instances = createInstanceStore({ redis });
    const metrics = createMetrics({ room });
    const readiness = createReadiness();
    const reader = createOverviewReader({
      line: createLineStore({ redis, keys }),
      visitors: createVisitorStore({ redis }),
      instances,
      settings,
      clock: systemClock,
    });

    let url = '';
    const reporter = createInstanceReporter({
      instances,
      room,
      id,
      url: () => url,
      version,
      capacity: config.CAPACITY ?? defaultCapacity,
      clock: systemClock,
      logger,
    });
    onStop('leave the map', () => reporter.stop());

    const internalApp = createInternalApp({ logger, metrics, readiness });
    onStop('internal listener', () => internalApp.close());
    readiness.set('start', 'starting');
    const internalUrl = await internalApp.listen({ host: config.INTERNAL_HOST, port: config.INTERNAL_PORT });

    const app = await buildApp({
      logger,
      metrics,
      clock: systemClock,
      event: config.EVENT,
      operators,
      secrets: config.ADMIN_SECRETS,
      networks,
      reader,
      settings,
      instances,
      audit: createAuditStore({ redis }),
      plugins: [reporter.plugin],
    });

    if (redis.status !== 'ready') await once(redis, 'ready', { signal });
    const unfit = await checkRedis(redis);
    for (const problem of unfit) logger.error({ problem }, 'Redis is not fit');
    // So that the form shows the defaults, also when this is the first process of a fresh Redis.
    await settings.adopt();

    const reading = runLoop({
      name: 'overview',
      intervalMs: overviewEveryMs,
      clock: systemClock,
      signal,
      logger,
      step: async () => {
        try {
          await reader.refresh();
          readiness.set('redis', null);
        } catch (error) {
          readiness.set('redis', 'does not answer');
          throw error;
        }
      },
    });
    onStop('overview', () => reading.stopped);

    onStop('listener', () => app.close());
    const boundUrl = await app.listen({ host: config.HOST, port: config.PORT });
    url = config.ADVERTISE_URL ?? ownUrl(boundUrl, config.HOST);
    reporter.start(signal);
    onStop('drain', async () => {
      readiness.set('start', 'stopping');
      await reporter.setState('draining');
      await systemClock.sleep(config.DRAIN_DELAY_MS);
    });
    await reporter.setState('ready');
    readiness.set('start', null);
    logger.info({ url, internalUrl, operators: operators.size }, 'listening');
  },
});
