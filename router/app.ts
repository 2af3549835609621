import type { Clock } from '@fairline/shared/clock.ts';
import { staticBookingHealthyField, waitingFields } from '@fairline/shared/contracts/instance-report.ts';
import type { Settings } from '@fairline/shared/contracts/settings.ts';
import type { HttpApp } from '@fairline/shared/http-app.ts';
import { createIdentities } from '@fairline/shared/identity.ts';
import type { Readiness } from '@fairline/shared/internal-app.ts';
import type { LoadMeter } from '@fairline/shared/load-meter.ts';
import type { Logger } from '@fairline/shared/logger.ts';
import { runLoop } from '@fairline/shared/loop.ts';
import type { Metrics } from '@fairline/shared/metrics.ts';
import type { Observing } from '@fairline/shared/observing.ts';
import { onConnectionLost, type RedisClient } from '@fairline/shared/redis/client.ts';
import type { ServerClock } from '@fairline/shared/redis/server-clock.ts';
import { createBlockStore } from '@fairline/shared/stores/blocks/store.ts';
import { createInstanceStore } from '@fairline/shared/stores/instances/store.ts';
import type { EventKeys } from '@fairline/shared/stores/keys.ts';
import { createLimitStore } from '@fairline/shared/stores/limits/store.ts';
import { createSuspectStore } from '@fairline/shared/stores/limits/suspects.ts';
import { createLineStore } from '@fairline/shared/stores/line/store.ts';
import { createSettingsCopy } from '@fairline/shared/stores/settings/copy.ts';
import { createSettingsStore } from '@fairline/shared/stores/settings/store.ts';
import { createVisitorStore } from '@fairline/shared/stores/visitors/store.ts';
import { createTierStore } from '@fairline/shared/stores/visitors/tiers.ts';
import { createVisitorCookies } from '@fairline/shared/visitor-cookie.ts';
import { createActivity } from './admission/activity.ts';
import { createBookedCopy } from './admission/booked-copy.ts';
import { followBooked } from './admission/booked-follower.ts';
import { followTiers } from './admission/followed-tiers.ts';
import { createTierCopy } from './admission/tier-copy.ts';
import { createVisitors } from './admission/visitors.ts';
import { addStatic } from './balancing/static-upstreams.ts';
import { emptyUpstreamSet } from './balancing/upstream-set.ts';
import { createGateway } from './gateway.ts';
import { createGatewayMetrics } from './gateway-metrics.ts';
import { createAllowedLookup } from './health/allowed-lookup.ts';
import { createMapReader } from './health/map-reader.ts';
import { createStaticOrigins, type StaticOriginsSettings } from './health/static-origins.ts';
import { createGuards, type GuardSettings } from './limits/guards.ts';
import { createAskRoom } from './proxy/ask-room.ts';
import { createConnections, type ForwardTimeouts } from './proxy/connections.ts';
import { createStreams, defaultStreamDrainMs, defaultStreamLimits, type StreamLimits } from './proxy/streams.ts';
import { createPublicListener, useCertificate } from './public-listener.ts';
import type { Tls } from './read-settings.ts';
import type { Network } from './routing/networks.ts';
import { watchCertificate } from './tls/certificate-watcher.ts';
import { createTraffic } from './traffic/traffic.ts';
import { defaultTrafficBase, followTrafficRule, type TrafficRule } from './traffic/traffic-rule.ts';

const clockSampleIntervalMs = 5000;

/** Limits of what goes through; what is left out has the default of `config.ts`. */
export type ForwardingSettings = {
  timeouts?: Partial<ForwardTimeouts>;
  /** For a whole request with its body. */
  requestTimeoutMs?: number;
  streamLimits?: StreamLimits;
  /** Time over which the streams of an instance that leaves are closed. */
  streamDrainMs?: number;
};

export type RouterParts = {
  /** Profile `request`: fails fast while Redis is away. */
  redis: RedisClient;
  /** Profile `worker`, for following the changes alone. */
  changesRedis: RedisClient;
  keys: EventKeys;
  event: string;
  instanceId: string;
  cookieSecrets: readonly string[];
  identitySecrets: readonly string[];
  upstreamNetworks: readonly Network[];
  trustedProxies: readonly Network[];
  /** Sites to protect that are not in the map, and how they are checked. */
  statics?: StaticOriginsSettings | undefined;
  /** False: the operators' page does not exist here. */
  isConsolePublic?: boolean;
  /** undefined: visitors come by plain http. */
  tls?: Tls | undefined;
  forwarding?: ForwardingSettings;
  /** Limits and rules against floods as the settings make them; with the defaults for the rest when left out. */
  trafficRuleOf?: ((settings: Settings) => TrafficRule) | undefined;
  /** Balancing, ejection, limits and retries; the defaults when left out. */
  guarding?: GuardSettings | undefined;
  serverClock: ServerClock;
  clock: Clock;
  random: () => number;
  logger: Logger;
  /** The line a request and traces; the line alone when left out. */
  observing?: Observing | undefined;
  metrics: Metrics;
  readiness: Readiness;
  /** Counts the requests of this gateway for its own report. */
  meter: LoadMeter;
  /** Once, when the booked set and the map were read, and the static upstreams checked, for the first time. */
  onReady(): void;
};

export type Router = {
  /** The public listener, not listening yet. */
  app: HttpApp;
  /** Further fields of this gateway's own report. */
  reportFields(): Record<string, number>;
  /** From now on each answer closes its connection. Streams are cut one by one over this time; resolves then. */
  drain(overMs: number): Promise<void>;
  /** Closes the public listener: cuts the streams that are left, lets other answers finish. */
  close(): Promise<void>;
  /** Ends all background work and connections to instances, and tells Redis what is still pending. */
  stop(): Promise<void>;
};

/** Puts a gateway together from given parts and starts its background work. It does not listen. */
export function buildRouter(parts: RouterParts): Router {
  const { redis, changesRedis, keys, instanceId, serverClock, clock, random, logger, readiness } = parts;
  const background = new AbortController();
  const work = { clock, signal: background.signal, logger };
  const settings = createSettingsCopy({ store: createSettingsStore({ redis, keys }), ...work });
  const bookedCopy = createBookedCopy();
  let mapReadAtMs = clock.monotonicMs();
  const { timeouts, requestTimeoutMs, streamLimits = defaultStreamLimits } = parts.forwarding ?? {};
  const { streamDrainMs = defaultStreamDrainMs } = parts.forwarding ?? {};
  const streams = createStreams({ limits: streamLimits, clock });
  const metrics = createGatewayMetrics({
    metrics: parts.metrics,
    openStreams: streams.read,
    bookedCopySize: bookedCopy.size,
    mapAgeSec: () => (clock.monotonicMs() - mapReadAtMs) / 1000,
  });

  let isAnnounced = false;
  readiness.set('bookedCopy', 'the booked set was not read yet');
  readiness.set('map', 'the instance map was not read yet');
  const clearReason = (name: string) => {
    readiness.set(name, null);
    if (isAnnounced || !readiness.isReady()) return;
    isAnnounced = true;
    parts.onReady();
  };

  const lookup = createAllowedLookup(parts.upstreamNetworks);
  const connections = createConnections({ lookup, timeouts });
  let upstreams = emptyUpstreamSet;
  const publishUpstreams = () => {
    upstreams = addStatic(map.upstreams(), statics?.upstreams() ?? []);
  };
  if (parts.statics) readiness.set('staticUpstreams', 'not checked yet');
  const statics =
    parts.statics &&
    createStaticOrigins({
      settings: parts.statics,
      lookup,
      random,
      ...work,
      onChange: () => {
        publishUpstreams();
        if (statics?.isComplete()) clearReason('staticUpstreams');
      },
    });
  const map = createMapReader({
    instances: createInstanceStore({ redis }),
    gatewayId: instanceId,
    networks: parts.upstreamNetworks,
    ...work,
    onLook: (urls, leaving) => {
      mapReadAtMs = clock.monotonicMs();
      connections.keepOnly(new Set([...urls, ...(statics?.urls ?? [])]));
      publishUpstreams();
      streams.leave(leaving, streamDrainMs, background.signal);
      readiness.set('redis', null);
      clearReason('map');
    },
    onLookFailed: () => readiness.set('redis', 'cannot be read; visitors are served from what was known before'),
  });
  const clockLoop = runLoop({
    name: 'redis time',
    intervalMs: clockSampleIntervalMs,
    ...work,
    step: () => serverClock.sample(),
  });
  onConnectionLost(redis, map.noteAway);
  redis.on('ready', () => {
    clockLoop.wake();
    map.wake();
  });
  const visitors = createVisitors({
    cookies: createVisitorCookies({ secrets: parts.cookieSecrets }),
    identities: createIdentities({ secrets: parts.identitySecrets }),
    event: parts.event,
    minute: serverClock.minute,
    nowMs: clock.nowMs,
  });
  const tagSecret = parts.cookieSecrets[0] ?? instanceId;
  const { trafficRuleOf = followTrafficRule(defaultTrafficBase) } = parts;
  const traffic = createTraffic({
    rule: () => trafficRuleOf(settings.current()),
    trustedProxies: parts.trustedProxies,
    gatewayId: instanceId,
    tagSecret,
    peek: visitors.peek,
    isBooked: (visitorId) => bookedCopy.get(visitorId) !== undefined,
    onBlocksChanged: (isCutOff) => streams.cutWhere(({ visitorId, address }) => isCutOff(visitorId, address)),
    stores: {
      blocks: createBlockStore({ redis, keys }),
      limits: createLimitStore({ redis }),
      suspects: createSuspectStore({ redis, keys }),
    },
    changesBlocks: createBlockStore({ redis: changesRedis, keys }),
    metrics: parts.metrics,
    redisNowMs: serverClock.nowMs,
    ...work,
  });
  const tiers = createTierCopy();
  const follower = followBooked({
    copy: bookedCopy,
    line: createLineStore({ redis: changesRedis, keys }),
    redis: changesRedis,
    random,
    ...work,
    alongside: [followTiers(tiers, createTierStore({ redis: changesRedis, keys })), ...traffic.followed],
    onReplaced: () => {
      clearReason('bookedCopy');
      cutEndedStreams();
    },
    onEnded: (visitorIds) => streams.cutVisitors(visitorIds, 'booking'),
  });
  // What was missed while Redis was away, or ended with the sale: whoever was booked then and is not now.
  const cutEndedStreams = () =>
    streams.cutVisitors(
      streams.bookedVisitors().filter((visitorId) => bookedCopy.get(visitorId) === undefined),
      'booking',
    );
  const activity = createActivity({
    line: createLineStore({ redis, keys }),
    visitors: createVisitorStore({ redis }),
    tagSecret,
    visitorTtlMs: () => settings.current().visitorTTLMinutes * 60_000,
    tierOf: tiers.get,
    ...work,
  });

  const guards = createGuards({
    upstreams: () => upstreams,
    ...(parts.guarding ? { settings: parts.guarding } : {}),
    rulesText: () => settings.current().routingRules,
    clock,
    random,
    metrics,
    logger,
  });
  const { askRoom } = createAskRoom({
    upstreams: () => upstreams,
    guards,
    tiers,
    connections,
    streams,
    visitors,
    bookedCopy,
    metrics,
    onTunnelUse: ({ visitor }) => {
      const place = visitor && bookedCopy.get(visitor.visitorId);
      if (visitor && place !== undefined) activity.noteBookedActivity(visitor, place);
    },
    gatewayId: instanceId,
    onFailure: (upstream, error, { requestId, path }) =>
      logger.warn({ err: error, instance: upstream.id, requestId, path }, 'an instance failed a request'),
  });
  let isDraining = false;
  const gateway = createGateway({
    visitors,
    bookedCopy,
    activity,
    askRoom,
    trustedProxies: parts.trustedProxies,
    traffic,
    hasStaticBooking: parts.statics !== undefined,
    isConsolePublic: parts.isConsolePublic,
    metrics,
    meter: parts.meter,
    clock,
    random,
    logger,
    accessLog: parts.observing?.accessLog,
    tracing: parts.observing?.tracing,
    addressTagOf: activity.addressTagOf,
    isDraining: () => isDraining,
  });
  const app = createPublicListener({ gateway, logger, requestTimeoutMs, certificate: parts.tls?.certificate });
  const certificateWatch =
    parts.tls &&
    watchCertificate({
      files: parts.tls.files,
      current: parts.tls.certificate,
      ...work,
      onNew: (certificate) => useCertificate(app.server, certificate),
    });

  return {
    app,
    reportFields(): Record<string, number> {
      const { turns } = guards;
      return {
        [waitingFields.booking]: turns.countWaiting('booking'),
        [waitingFields['waiting-room']]: turns.countWaiting('waiting-room'),
        ...(statics ? { [staticBookingHealthyField]: statics.countHealthy() } : {}),
      };
    },
    drain: (overMs) => {
      isDraining = true;
      return streams.cutSpread(overMs, background.signal);
    },
    close: async () => {
      isDraining = true;
      const closed = app.close();
      streams.cutAll();
      await closed;
    },
    stop: async () => {
      background.abort();
      await Promise.all([activity.stopped, follower.stopped, map.stopped, clockLoop.stopped, settings.stopped]);
      await Promise.all([statics?.stop(), certificateWatch?.stopped, traffic.stopped]);
      await connections.destroy();
      await activity.flush();
    },
  };
}
