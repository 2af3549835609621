import { randomInt } from 'node:crypto';
import { systemClock } from '@fairline/shared/clock.ts';
import { createInstanceId } from '@fairline/shared/config.ts';
import { createIdentities } from '@fairline/shared/identity.ts';
import { createInstanceReporter } from '@fairline/shared/instance-reporter.ts';
import { createInternalApp, createReadiness } from '@fairline/shared/internal-app.ts';
import { createLogger } from '@fairline/shared/logger.ts';
import { runLoop } from '@fairline/shared/loop.ts';
import { createMetrics } from '@fairline/shared/metrics.ts';
import { startObserving } from '@fairline/shared/observing.ts';
import { ownUrl } from '@fairline/shared/own-url.ts';
import { readConfigOrExit, runProcess } from '@fairline/shared/process.ts';
import { checkRedis, connectRedis, waitForRedis } from '@fairline/shared/redis/connect.ts';
import { watchRedis } from '@fairline/shared/redis/latency.ts';
import { createServerClock } from '@fairline/shared/redis/server-clock.ts';
import { createInstanceStore } from '@fairline/shared/stores/instances/store.ts';
import { eventKeys } from '@fairline/shared/stores/keys.ts';
import { createSafeConfirm } from '@fairline/shared/stores/line/safe-confirm.ts';
import { createLineStore } from '@fairline/shared/stores/line/store.ts';
import { createSettingsCopy } from '@fairline/shared/stores/settings/copy.ts';
import { createSettingsStore } from '@fairline/shared/stores/settings/store.ts';
import { createVisitorStore } from '@fairline/shared/stores/visitors/store.ts';
import { createBookingApp } from './app.ts';
import { readCatalogue } from './catalogue/catalogue.ts';
import { BookingConfig } from './config.ts';
import manifest from './package.json' with { type: 'json' };

const room = 'booking';
const clock = systemClock;
const redisLookMs = 1000;

const config = readConfigOrExit(BookingConfig, process.env);
const id = config.INSTANCE_ID ?? createInstanceId(room);
const logger = createLogger({ room, instanceId: id, level: config.LOG_LEVEL });

await runProcess({
  room,
  logger,
  stopTimeoutMs: config.STOP_TIMEOUT_MS,
  async start({ signal, onStop }) {
    const catalogue = await readCatalogue(
      config.CATALOGUE_FILE ?? new URL('./catalogue/concert.json', import.meta.url),
    );

    const observing = await startObserving({
      settings: config,
      room,
      instanceId: id,
      version: manifest.version,
      logger,
    });
    onStop('send traces', observing.stop);
    const redis = connectRedis({
      url: config.REDIS_URL,
      caFile: config.REDIS_TLS_CA,
      profile: 'request',
      name: id,
      logger,
    });
    onStop('redis', () => redis.disconnect());
    await waitForRedis(redis);
    const keys = eventKeys(config.EVENT, redis);
    const serverClock = createServerClock({ redis, key: keys.counters, clock });
    const settings = createSettingsCopy({ store: createSettingsStore({ redis, keys }), clock, signal, logger });
    const readiness = createReadiness();
    readiness.set('redis', 'not reached yet');

    const metrics = createMetrics({ room });
    watchRedis({ redis, metrics, clock, signal, logger });
    const internalApp = createInternalApp({ logger, metrics, readiness });
    onStop('internal listener', () => internalApp.close());

    let url = '';
    const reporter = createInstanceReporter({
      instances: createInstanceStore({ redis }),
      ...{ room, id, version: manifest.version, capacity: config.CAPACITY, clock, serverClock, logger },
      url: () => config.ADVERTISE_URL ?? url,
    });
    onStop('instance map', () => reporter.stop());

    const safeConfirm = config.CONFIRM_REPLICAS > 0 ? connectSafeConfirm() : {};
    function connectSafeConfirm() {
      const { CONFIRM_REPLICAS: replicas, CONFIRM_WAIT_MS: waitMs, REDIS_URL: url, REDIS_TLS_CA: caFile } = config;
      const connection = connectRedis({
        ...{ url, caFile, profile: 'request', name: `${id}:confirms`, logger },
        // The wait is a command like others, and one confirm may have to wait for another's.
        commandTimeoutMs: waitMs + 1000,
      });
      onStop('redis of confirms', () => connection.disconnect());
      return createSafeConfirm({ redis: connection, keys, replicas, waitMs });
    }

    const app = await createBookingApp({
      ...{ logger, metrics, observing, clock, catalogue, event: config.EVENT },
      reporter: reporter.plugin,
      line: { ...createLineStore({ redis, keys }), ...safeConfirm },
      visitors: createVisitorStore({ redis }),
      settings: settings.current,
      identities: createIdentities({ secrets: config.IDENTITY_SECRETS }),
      minute: serverClock.minute,
      nowMs: serverClock.nowMs,
      random: () => randomInt(2 ** 47) / 2 ** 47,
      capacity: config.CAPACITY,
      serviceTimeMs: config.SERVICE_TIME_MS,
    });
    onStop('listener', () => app.close());

    url = ownUrl(await app.listen({ host: config.HOST, port: config.PORT }), config.HOST);
    const internalUrl = await internalApp.listen({ host: config.INTERNAL_HOST, port: config.INTERNAL_PORT });
    onStop('drain', async () => {
      readiness.set('state', 'draining');
      await reporter.setState('draining');
      await clock.sleep(config.DRAIN_DELAY_MS);
    });
    logger.info({ url: config.ADVERTISE_URL ?? url, internalUrl }, 'listening');

    // Looks at Redis once a second: its time, whether it answers and, when it first does, whether it is fit to use.
    let isFit = false;
    const look = async () => {
      try {
        await serverClock.sample();
        if (!isFit) await becomeReady();
        readiness.set('redis', null);
      } catch (error) {
        readiness.set('redis', error instanceof Error ? error.message : String(error));
      }
    };
    const becomeReady = async () => {
      const problems = await checkRedis(redis);
      if (problems.length > 0) throw new Error(problems.join('; '));
      await settings.refresh();
      await reporter.setState('ready');
      isFit = true;
    };
    const loop = runLoop({ name: 'redis-look', intervalMs: redisLookMs, clock, signal, logger, step: look });
    redis.on('ready', loop.wake);
    reporter.start(signal);
  },
});
