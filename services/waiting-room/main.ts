import { systemClock } from '@fairline/shared/clock.ts';
import { createInstanceId } from '@fairline/shared/config.ts';
import { createIdentities } from '@fairline/shared/identity.ts';
import { createInstanceReporter } from '@fairline/shared/instance-reporter.ts';
import { createInternalApp, createReadiness } from '@fairline/shared/internal-app.ts';
import { createInvitations } from '@fairline/shared/invitations.ts';
import { createLogger } from '@fairline/shared/logger.ts';
import { runLoop } from '@fairline/shared/loop.ts';
import { createMetrics } from '@fairline/shared/metrics.ts';
import { startObserving } from '@fairline/shared/observing.ts';
import { ownUrl } from '@fairline/shared/own-url.ts';
import { readConfigOrExit, readOrExit, runProcess } from '@fairline/shared/process.ts';
import { checkRedis, connectRedis, waitForRedis } from '@fairline/shared/redis/connect.ts';
import { watchRedis } from '@fairline/shared/redis/latency.ts';
import { createServerClock } from '@fairline/shared/redis/server-clock.ts';
import { createInstanceStore } from '@fairline/shared/stores/instances/store.ts';
import { eventKeys } from '@fairline/shared/stores/keys.ts';
import { createLineStore } from '@fairline/shared/stores/line/store.ts';
import { createSettingsCopy } from '@fairline/shared/stores/settings/copy.ts';
import { createSettingsStore } from '@fairline/shared/stores/settings/store.ts';
import { createInviteStore } from '@fairline/shared/stores/visitors/invites.ts';
import { createTicketCookies } from '@fairline/shared/ticket-cookie.ts';
import { createWaitingRoomApp } from './app.ts';
import { readLook } from './branding/read-branding.ts';
import { WaitingRoomConfig } from './config.ts';
import { driveRoom } from './drive-room.ts';
import { createLineHistories } from './line/admission-history.ts';
import { createLineCopy } from './line/line-copy.ts';
import manifest from './package.json' with { type: 'json' };

const room = 'waiting-room';
const defaultCapacity = 2000;
const clockSampleMs = 10_000;

const config = readConfigOrExit(WaitingRoomConfig, process.env);
const look = readOrExit(() => readLook(config.BRANDING_DIR));
const id = config.INSTANCE_ID ?? createInstanceId(room);
const logger = createLogger({ room, instanceId: id, level: config.LOG_LEVEL });

await runProcess({
  room,
  logger,
  stopTimeoutMs: config.STOP_TIMEOUT_MS,
  async start({ signal, onStop }) {
    const observing = await startObserving({
      settings: config,
      room,
      instanceId: id,
      version: manifest.version,
      logger,
    });
    onStop('send traces', observing.stop);
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
    const redis = connect('request', 'requests');
    const changesConnection = connect('worker', 'changes');
    await waitForRedis(redis, changesConnection);
    const keys = eventKeys(config.EVENT, redis);
    const copy = createLineCopy();
    const store = createLineStore({ redis, keys, seqSeen: () => copy.seen().seq });
    const metrics = createMetrics({ room });
    const readiness = createReadiness();
    readiness.set('start', 'starting');
    readiness.set('redis', 'not asked yet');

    const serverClock = createServerClock({ redis, key: keys.counters, clock: systemClock });
    runLoop({
      name: 'redis clock',
      intervalMs: clockSampleMs,
      clock: systemClock,
      signal,
      logger,
      step: () => serverClock.sample(),
    });

    let url = '';
    const reporter = createInstanceReporter({
      instances: createInstanceStore({ redis }),
      room,
      id,
      url: () => url,
      version: manifest.version,
      capacity: config.CAPACITY ?? defaultCapacity,
      clock: systemClock,
      logger,
      serverClock: { ...systemClock, nowMs: serverClock.nowMs },
    });
    onStop('leave the map', () => reporter.stop());

    watchRedis({ redis, metrics, clock: systemClock, signal, logger });
    const internalApp = createInternalApp({ logger, metrics, readiness });
    onStop('internal listener', () => internalApp.close());
    const internalUrl = await internalApp.listen({ host: config.INTERNAL_HOST, port: config.INTERNAL_PORT });

    const settings = createSettingsCopy({
      store: createSettingsStore({ redis, keys }),
      clock: systemClock,
      signal,
      logger,
    });
    const histories = createLineHistories();
    let isLost = () => true;
    const { app, hub, signs } = await createWaitingRoomApp({
      logger,
      metrics,
      observing,
      event: config.EVENT,
      store,
      copy,
      histories,
      settings: settings.current,
      isLost: () => isLost(),
      identities: createIdentities({ secrets: config.IDENTITY_SECRETS }),
      ticketCookies: createTicketCookies({ secrets: config.TICKET_SECRETS }),
      invitations: config.INVITE_SECRETS && createInvitations({ secrets: config.INVITE_SECRETS }),
      inviteStore: createInviteStore({ redis, keys }),
      serverClock,
      clock: systemClock,
      random: Math.random,
      mostStreams: config.STREAMS_MAX,
      streamsFor: config.STREAMS_FOR,
      look,
      reporter,
    });

    // The line goes on being followed while requests are finished, so it has a signal of its own.
    const following = new AbortController();
    const driven = driveRoom({
      source: store,
      changesConnection,
      keys,
      copy,
      histories,
      settings,
      hub,
      signs,
      serverClock,
      clock: systemClock,
      signal: following.signal,
      logger,
      onLook: (isGone) => readiness.set('redis', isGone ? 'does not answer' : null),
    });
    isLost = driven.isLost;
    // A Redis that lost its last second is told by these what it must not do again.
    reporter.extra(() => ({ tailSeen: copy.seen().tail, vipTailSeen: copy.seen().vipTail, seqSeen: copy.seen().seq }));
    // How many instances are wanted depends on it.
    reporter.extra(() => ({ streamsMost: config.STREAMS_MAX }));
    onStop('follow the line', async () => {
      following.abort();
      await driven.stopped;
    });

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
    logger.info({ url, internalUrl }, 'listening');

    // Redis may come later than we do: pages say that the connection is lost until then.
    redis.once('ready', logUnfit);
    if (redis.status === 'ready') await logUnfit();
    async function logUnfit() {
      const problems = await checkRedis(redis).catch(() => []);
      for (const problem of problems) logger.error({ problem }, 'this Redis is not fit');
    }
  },
});
