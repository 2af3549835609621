import type { Environment, Options } from './options.ts';
import type { SecretName, Secrets } from './secrets.ts';

export type RoomKind = 'gateway' | 'booking' | 'waiting-room' | 'queue-processor' | 'admin';
/** One process to run. */
export type Room = { name: string; kind: RoomKind; port: number };
/** What all rooms of one start have in common. */
export type RoomFacts = {
  options: Options;
  env: Environment;
  redisUrl: string;
  secrets: Secrets;
  operators: string;
};

/** Folder of each room's `main.ts`, from the root of the project. */
export const roomFolders: Readonly<Record<RoomKind, string>> = {
  gateway: 'router',
  booking: 'services/booking',
  'waiting-room': 'services/waiting-room',
  'queue-processor': 'services/queue-processor',
  admin: 'services/admin',
};

/** A room gets the keys that it signs or verifies with, and no other. */
const roomSecrets: Readonly<Record<RoomKind, readonly SecretName[]>> = {
  gateway: ['COOKIE_SECRETS', 'IDENTITY_SECRETS'],
  booking: ['IDENTITY_SECRETS'],
  'waiting-room': ['TICKET_SECRETS', 'IDENTITY_SECRETS', 'INVITE_SECRETS'],
  'queue-processor': [],
  admin: ['ADMIN_SECRETS'],
};

/** What programs need of the system; everything else in the launcher's environment stays there. */
const systemVariables = [
  ...['PATH', 'HOME', 'TMPDIR', 'TZ', 'LANG', 'LC_ALL'],
  ...['NODE_OPTIONS', 'NODE_EXTRA_CA_CERTS', 'NODE_COMPILE_CACHE'],
];

/** The gateways come last: when their port answers, everything behind it is there. */
export function planRooms(options: Options): Room[] {
  function several(kind: RoomKind, count: number, port: (index: number) => number = () => 0): Room[] {
    return Array.from({ length: count }, (_, index) => ({ name: `${kind}-${index + 1}`, kind, port: port(index) }));
  }
  return [
    ...several('queue-processor', options.queueProcessors),
    ...several('booking', options.bookingInstances),
    ...several('waiting-room', options.waitingRooms),
    ...several('admin', 1),
    ...several('gateway', options.gateways, (index) => options.port + index),
  ];
}

/** `lifeId` tells one life of a process from the next one of the same name, so that the map never mixes them up. */
export function roomEnvironment(room: Room, facts: RoomFacts, lifeId: string): Record<string, string> {
  const { options, env } = facts;
  const isGateway = room.kind === 'gateway';
  const values: Record<string, string | undefined> = {
    ...systemEnvironment(env),
    HOST: isGateway ? options.host : '127.0.0.1',
    PORT: String(room.port),
    INTERNAL_HOST: '127.0.0.1',
    INTERNAL_PORT: '0',
    INSTANCE_ID: `${room.name}-${lifeId}`,
    REDIS_URL: facts.redisUrl,
    REDIS_TLS_CA: env.REDIS_TLS_CA,
    LOG_LEVEL: options.logLevel,
    STOP_TIMEOUT_MS: String(stopTimeoutMs(room.kind)),
  };
  if (isScaled(room.kind)) {
    // How long it may take is known to whoever ends it: a stop of everything is cut off by the launcher itself.
    values.STOP_TIMEOUT_MS = String(drainTimeoutMs);
    values.DRAIN_DELAY_MS = env.DRAIN_DELAY_MS || String(drainDelayMs);
  }
  if (room.kind === 'queue-processor') Object.assign(values, scalingBounds(options, env));
  // The address all rooms of this machine can use, whatever the gateway listens on.
  if (isGateway) {
    values.ADVERTISE_URL = gatewayUrl(options, room.port, env);
    values.GATEWAY_WORKERS = String(options.gatewayWorkers);
  }
  for (const name of roomSecrets[room.kind]) values[name] = facts.secrets[name];
  if (room.kind === 'admin') values.OPERATORS = facts.operators;
  for (const name of passedOn[room.kind]) values[name] ??= env[name];
  return onlySet(values);
}

export function systemEnvironment(env: Environment): Record<string, string> {
  return onlySet(Object.fromEntries(systemVariables.map((name) => [name, env[name]])));
}

function onlySet(values: Environment): Record<string, string> {
  const set = Object.entries(values).filter((entry): entry is [string, string] => Boolean(entry[1]));
  return Object.fromEntries(set);
}

/** What a room that answers requests tells of them. */
const observed = ['ACCESS_LOG', 'OTEL_EXPORTER_OTLP_ENDPOINT', 'TRACE_RATIO'];

/** Settings of the rooms themselves, handed on when they are set; see each room's README. */
const passedOn: Readonly<Record<RoomKind, readonly string[]>> = {
  gateway: [
    ...observed,
    'EVENT',
    'CAPACITY',
    'UPSTREAM_NETWORKS',
    'UPSTREAMS',
    'UPSTREAM_CHECK_PATH',
    'UPSTREAM_CHECK_INTERVAL_MS',
    'UPSTREAM_CHECK_TIMEOUT_MS',
    'UPSTREAM_CHECK_RISE',
    'UPSTREAM_CHECK_FALL',
    'TLS_CERT',
    'TLS_KEY',
    'GATEWAY_WORKERS',
    'TRUSTED_PROXIES',
    'ADMIN_PUBLIC',
    'TRAFFIC_CONTROL',
    'ALLOW_NETWORKS',
    'LIMIT_PREFIX_IPV4',
    'LIMIT_PREFIX_IPV6',
    'VISITOR_RATE_PER_SEC',
    'VISITOR_BURST',
    'NETWORK_RATE_PER_SEC',
    'NETWORK_BURST',
    'STRANGER_RATE_PER_SEC',
    'STRANGER_BURST',
    'FLOOD_REFUSALS',
    'BLOCK_BASE_MS',
    'BLOCK_MAX_MS',
    'JOIN_QUOTA',
    'SHARED_COOKIE_IN_FLIGHT',
    'SHARED_COOKIE_NETWORKS',
    'SUSPECT_MS',
    'CONNECT_TIMEOUT_MS',
    'FIRST_BYTE_TIMEOUT_MS',
    'IDLE_TIMEOUT_MS',
    'TUNNEL_IDLE_TIMEOUT_MS',
    'REQUEST_TIMEOUT_MS',
    'EVENT_STREAMS_PER_INSTANCE_MAX',
    'TUNNELS_PER_INSTANCE_MAX',
    'STREAM_DRAIN_MS',
    'BALANCING_POLICY',
    'HOT_LOAD_QUANTILE',
    'HOT_LOAD_MEDIAN_FACTOR',
    'SLOW_START_MS',
    'SLOW_START_FROM_RATIO',
    'PANIC_BELOW_RATIO',
    'EJECT_AFTER_FAILURES',
    'EJECT_BASE_MS',
    'EJECT_MAX_MS',
    'EJECT_MAX_RATIO',
    'SILENT_AFTER_MS',
    'SILENT_REQUESTS',
    'SILENT_SLOWEST_FACTOR',
    'QUEUE_PER_INSTANCE_MAX',
    'QUEUE_WAIT_MS',
    'HIGH_PRIORITY_RESERVED_RATIO',
    'RETRY_MAX_RATIO',
    'RETRY_FLOOR',
    'ATTEMPTS_MAX',
  ],
  booking: [
    ...observed,
    'EVENT',
    'CAPACITY',
    'SERVICE_TIME_MS',
    'CATALOGUE_FILE',
    'CONFIRM_REPLICAS',
    'CONFIRM_WAIT_MS',
  ],
  'waiting-room': [...observed, 'EVENT', 'CAPACITY', 'STREAMS_MAX', 'STREAMS_FOR', 'BRANDING_DIR'],
  'queue-processor': ['EVENT', 'SCALING_TARGET_RATIO', 'SCALING_IN_AFTER_S', 'SCALING_SLOW_MS', 'EMF_LOG'],
  admin: [
    ...observed,
    'EVENT',
    'CAPACITY',
    'GATEWAY_NETWORKS',
    'OPERATORS_FILE',
    'ADMIN_TOKENS',
    'ADMIN_NETWORKS',
    'CONSOLE_STREAMS_MAX',
  ],
};

/** What the load, or an operator, may ask for; a range of the environment wins. */
function scalingBounds(options: Options, env: Environment): Record<string, string> {
  const { autoscale, bookingInstances, bookingMax, waitingRooms, waitingRoomsMax, gateways } = options;
  const least = (count: number) => (autoscale ? count : Math.min(1, count));
  // A site of one's own beside the map is not counted here.
  const bookingMost = bookingInstances === 0 ? 0 : Math.max(bookingInstances, bookingMax);
  return {
    SCALING_BOOKING: env.SCALING_BOOKING || `${least(bookingInstances)}-${bookingMost}`,
    SCALING_WAITING_ROOM:
      env.SCALING_WAITING_ROOM || `${least(waitingRooms)}-${Math.max(waitingRooms, waitingRoomsMax)}`,
    // Each has a port that people know.
    SCALING_ROUTER: env.SCALING_ROUTER || `${gateways}-${gateways}`,
  };
}

function isScaled(kind: RoomKind): boolean {
  return kind === 'booking' || kind === 'waiting-room';
}

/** Gateways look at the map twice a second: by then they send nothing to an instance that drains. */
const drainDelayMs = 1_000;

/** For an instance that is drained while the others go on: whatever its visitors have begun may end. */
export const drainTimeoutMs = 60_000;

/** Together with Redis this stays below 15 s. */
export function stopTimeoutMs(kind: RoomKind): number {
  if (kind === 'gateway') return 4_000;
  return kind === 'queue-processor' ? 2_000 : 3_500;
}

/** Under which a gateway is reached on this machine; by https when it is given a certificate. */
export function gatewayUrl(options: Options, port: number, env: Environment): string {
  const isEverywhere = options.host === '0.0.0.0' || options.host === '::';
  const host = isEverywhere ? '127.0.0.1' : options.host;
  const scheme = env.TLS_CERT ? 'https' : 'http';
  return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
