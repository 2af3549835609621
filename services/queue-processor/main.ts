import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { systemClock } from '@fairline/shared/clock.ts';
import { createInstanceId, readConfig } from '@fairline/shared/config.ts';
import { createInstanceReporter } from '@fairline/shared/instance-reporter.ts';
import { createReadiness } from '@fairline/shared/internal-app.ts';
import { createLogger } from '@fairline/shared/logger.ts';
import { runLoop } from '@fairline/shared/loop.ts';
import { createMetrics } from '@fairline/shared/metrics.ts';
import { readOrExit, runProcess } from '@fairline/shared/process.ts';
import { checkRedis, connectRedis } from '@fairline/shared/redis/connect.ts';
import { createServerClock } from '@fairline/shared/redis/server-clock.ts';
import { createInstanceStore } from '@fairline/shared/stores/instances/store.ts';
import { eventKeys } from '@fairline/shared/stores/keys.ts';
import { buildQueueProcessor } from './app.ts';
import { queueProcessorConfig } from './config.ts';
import { readBounds } from './scaling/bounds.ts';

const room = 'queue-processor';
const clockSampleEveryMs = 1_000;

const { config, bounds } = readOrExit(() => {
  const read = readConfig(queueProcessorConfig, process.env);
  return { config: read, bounds: readBounds(read) };
});
const id = config.INSTANCE_ID ?? createInstanceId(room);
const logger = createLogger({ room, instanceId: id, level: config.LOG_LEVEL });
const { version } = JSON.parse(readFileSync(new URL('./package.json', import.meta.url), 'utf8')) as { version: string };

await runProcess({
  room,
  logger,
  stopTimeoutMs: config.STOP_TIMEOUT_MS,
  start: async ({ signal, onStop }) => {
    const connect = (profile: 'request' | 'worker', name: string) => {
      const redis = connectRedis({
        url: config.REDIS_URL,
        caFile: config.REDIS_TLS_CA,
        profile,
        name: `${id}:${name}`,
        logger,
      });
      onStop(`disconnect ${name}`, () => redis.disconnect());
      return redis;
    };
    const redis = connect('worker', 'line');
    const changesRedis = connect('worker', 'changes');
    // Reports must not pile up behind a Redis that is away: the next one comes in a second.
    const reportRedis = connect('request', 'reports');

    const keys = eventKeys(config.EVENT, redis);
    const serverClock = createServerClock({ redis, key: keys.counters, clock: systemClock });
    const readiness = createReadiness();
    const processor = buildQueueProcessor({
      redis,
      changesRedis,
      keys,
      serverClock,
      clock: systemClock,
      logger,
      metrics: createMetrics({ room }),
      readiness,
      scaling: {
        bounds,
        rule: {
          targetRatio: config.SCALING_TARGET_RATIO,
          inAfterMs: config.SCALING_IN_AFTER_S * 1000,
          slowMs: config.SCALING_SLOW_MS,
        },
        event: config.EVENT,
        writeEmbedded: config.EMF_LOG ? (line) => process.stdout.write(`${line}\n`) : undefined,
      },
    });

    onStop('internal listener', () => processor.app.close());
    const internalUrl = await processor.app.listen({ host: config.INTERNAL_HOST, port: config.INTERNAL_PORT });
    logger.info({ url: '', internalUrl }, 'listening');

    const reporter = createInstanceReporter({
      instances: createInstanceStore({ redis: reportRedis }),
      room,
      id,
      url: '',
      version,
      capacity: 1,
      clock: systemClock,
      logger,
      serverClock,
    });
    reporter.extra(() => ({ ...processor.describe(), internalUrl }));
    onStop('leave the map', () => reporter.stop());

    for (const problem of await checkRedis(redis)) logger.error({ problem }, 'Redis is not fit');
    if (reportRedis.status !== 'ready') await once(reportRedis, 'ready', { signal });
    reporter.start(signal);
    const sampling = runLoop({
      name: 'server clock',
      intervalMs: clockSampleEveryMs,
      clock: systemClock,
      signal,
      logger,
      step: () => serverClock.sample(),
    });
    onStop('server clock', () => Promise.race([sampling.stopped, systemClock.sleep(clockSampleEveryMs)]));

    const leading = processor.start();
    onStop('hand over', () => Promise.all([leading.stop(), reporter.setState('draining')]));
    await reporter.setState('ready');
  },
});
