import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { systemClock } from '@fairline/shared/clock.ts';
import { ConfigError, createInstanceId } from '@fairline/shared/config.ts';
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
import { eventKeys } from '@fairline/shared/stores/keys.ts';
import { buildApp } from './app.ts';
import { AdminConfig, defaultCapacity } from './config.ts';
import { createLiveHub } from './live/live-hub.ts';
import { createNudge } from './live/nudge.ts';
import { parseGatewayNetworks } from './operators/gateway-networks.ts';
import { openOperatorBook } from './operators/operator-book.ts';
import { parseTokens } from './operators/tokens.ts';
import { createHistory } from './overview/history.ts';
import { createKeptHistory } from './overview/kept-history.ts';
import { createOverviewReader } from './overview/overview-reader.ts';
import { createStores } from './stores.ts';
import { followTurns } from './turns/follow-turns.ts';
import { createRecentChanges } from './turns/recent-changes.ts';
import { createTurnTracker } from './turns/turn-tracker.ts';

const room = 'admin';
const overviewEveryMs = 1_000;
/** Changes show at once, but a rush of them does not read more often than that. */
const leastBetweenReadingsMs = 200;
const operatorsEveryMs = 1_000;
const timesEveryMs = 5_000;

const config = readConfigOrExit(AdminConfig, process.env);
const id = config.INSTANCE_ID ?? createInstanceId(room);
const logger = createLogger({ room, instanceId: id, level: config.LOG_LEVEL });
const { version } = JSON.parse(readFileSync(new URL('./package.json', import.meta.url), 'utf8')) as { version: string };

await runProcess({
  room,
  logger,
  stopTimeoutMs: config.STOP_TIMEOUT_MS,
  start: async ({ signal, onStop }) => {
    const { OPERATORS: text, OPERATORS_FILE: file } = config;
    const { book, problems: operatorProblems } = await openOperatorBook({ text, file, logger });
    const { tokens, problems: tokenProblems } = parseTokens(config.ADMIN_TOKENS);
    const { networks, problems: networkProblems } = parseGatewayNetworks(config.GATEWAY_NETWORKS);
    const visible = parseGatewayNetworks(config.ADMIN_NETWORKS, 'ADMIN_NETWORKS');
    const problems = [...operatorProblems, ...tokenProblems, ...networkProblems, ...visible.problems];
    if (problems.length > 0) throw new ConfigError(problems);

    const observing = await startObserving({ settings: config, room, instanceId: id, version: version, logger });
    onStop('send traces', observing.stop);
    const redis = connectRedis({
      url: config.REDIS_URL,
      caFile: config.REDIS_TLS_CA,
      profile: 'request',
      name: id,
      logger,
    });
    onStop('disconnect redis', () => redis.disconnect());
    await waitForRedis(redis);
    const keys = eventKeys(config.EVENT, redis);
    const stores = createStores({ redis, keys });
    const metrics = createMetrics({ room });
    const readiness = createReadiness();
    const turns = createTurnTracker({ sinceMs: systemClock.nowMs() });
    const recent = createRecentChanges();
    const history = createKeptHistory({
      ...{ store: stores.historyStore, line: stores.line, history: createHistory(), turns, logger },
    });
    await history.load();
    const reader = createOverviewReader({ ...stores, turns, history, clock: systemClock });

    let url = '';
    const reporter = createInstanceReporter({
      instances: stores.instances,
      room,
      id,
      url: () => url,
      version,
      capacity: config.CAPACITY ?? defaultCapacity,
      clock: systemClock,
      logger,
    });
    onStop('leave the map', () => reporter.stop());

    watchRedis({ redis, metrics, clock: systemClock, signal, logger });
    const internalApp = createInternalApp({ logger, metrics, readiness });
    onStop('internal listener', () => internalApp.close());
    readiness.set('start', 'starting');
    const internalUrl = await internalApp.listen({ host: config.INTERNAL_HOST, port: config.INTERNAL_PORT });

    const hub = createLiveHub({ mostStreams: config.CONSOLE_STREAMS_MAX, openStream: reporter.openStream });
    reader.onReading(hub.publish);
    const changesConnection = connectRedis({
      url: config.REDIS_URL,
      caFile: config.REDIS_TLS_CA,
      profile: 'worker',
      name: `${id}-changes`,
      logger,
    });
    onStop('disconnect changes', () => changesConnection.disconnect());
    let tellReading = () => {};
    const following = followTurns({
      ...{ line: stores.line, journeys: stores.journeys, changesConnection, keys, turns, recent },
      ...{ clock: systemClock, signal, logger, onChange: () => tellReading() },
    });
    onStop('turns', () => following.stopped);

    const app = await buildApp({
      ...{ logger, metrics, observing, clock: systemClock, event: config.EVENT },
      ...{ book, tokens, secrets: config.ADMIN_SECRETS, networks },
      visibleTo: config.ADMIN_NETWORKS.length > 0 ? visible.networks : undefined,
      ...{ redis, keys, stores, reader, hub, turns, recent },
      flushTurns: following.flush,
      plugins: [reporter.plugin],
    });

    if (redis.status !== 'ready') await once(redis, 'ready', { signal });
    const unfit = await checkRedis(redis);
    for (const problem of unfit) logger.error({ problem }, 'Redis is not fit');
    // So that the form shows the defaults, also when this is the first process of a fresh Redis.
    await stores.settings.adopt();

    const reading = runLoop({
      name: 'overview',
      intervalMs: overviewEveryMs,
      clock: systemClock,
      signal,
      logger,
      step: async () => {
        hub.tick();
        try {
          await reader.refresh({ isRoutine: true });
          readiness.set('redis', null);
        } catch (error) {
          readiness.set('redis', 'does not answer');
          throw error;
        }
      },
    });
    onStop('overview', () => reading.stopped);
    tellReading = createNudge({
      clock: systemClock,
      signal,
      leastBetweenMs: leastBetweenReadingsMs,
      run: reading.wake,
    });
    const timesLoop = runLoop({
      ...{ name: 'times', intervalMs: timesEveryMs, clock: systemClock, signal, logger, step: history.writeTimes },
    });
    onStop('times', () => timesLoop.stopped);
    const operatorsLoop = runLoop({
      ...{ name: 'operators', intervalMs: operatorsEveryMs, clock: systemClock, signal, logger, step: book.reload },
    });
    onStop('operators', () => operatorsLoop.stopped);

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
    logger.info({ url, internalUrl, operators: book.operators().size }, 'listening');
  },
});
