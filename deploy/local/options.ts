import { parseRedisUrl } from '@fairline/shared/redis/address.ts';
import { type OptionForm, readCommandLine } from './command-line.ts';

/**
 * What can be chosen at start: each as `--name value` and as an environment variable; the command line wins. A secret is
 * read from the environment only, since everyone on a machine can read command lines.
 */
export const optionTable = {
  port: { env: 'PORT', kind: 'integer', fallback: 8080, min: 1, max: 65_535, about: 'port of the gateway' },
  host: { env: 'HOST', kind: 'text', fallback: '127.0.0.1', about: 'address the gateway listens on; 0.0.0.0 = all' },
  gateways: { env: 'GATEWAYS', kind: 'integer', fallback: 1, min: 1, max: 16, about: 'gateways, on port, port + 1, …' },
  'gateway-workers': {
    env: 'GATEWAY_WORKERS',
    kind: 'integer',
    fallback: 1,
    min: 1,
    max: 64,
    about: 'processes of each gateway, to use several cores',
  },
  'booking-instances': {
    env: 'BOOKING_INSTANCES',
    kind: 'integer',
    fallback: 2,
    min: 0,
    max: 64,
    about: 'booking instances, 0 for a site of your own in UPSTREAMS',
  },
  'waiting-rooms': { env: 'WAITING_ROOMS', kind: 'integer', fallback: 1, min: 1, max: 16, about: 'waiting-rooms' },
  autoscale: {
    env: 'AUTOSCALE',
    kind: 'flag',
    fallback: '0',
    about: 'start and drain booking instances and waiting-rooms by the load, from the numbers above up to those below',
  },
  'booking-max': {
    env: 'BOOKING_MAX',
    kind: 'integer',
    fallback: 8,
    min: 1,
    max: 64,
    about: 'most booking instances, by the load or by an operator',
  },
  'waiting-rooms-max': {
    env: 'WAITING_ROOMS_MAX',
    kind: 'integer',
    fallback: 4,
    min: 1,
    max: 16,
    about: 'most waiting-rooms, by the load or by an operator',
  },
  'queue-processors': {
    env: 'QUEUE_PROCESSORS',
    kind: 'integer',
    fallback: 2,
    min: 1,
    max: 8,
    about: 'queue-processors: one leads, the others stand by',
  },
  'redis-url': {
    env: 'REDIS_URL',
    kind: 'redisUrl',
    fallback: '',
    about: 'use this Redis instead of starting one: redis://…, redis+cluster://… or redis+sentinel://…',
  },
  'redis-port': {
    env: 'REDIS_PORT',
    kind: 'integer',
    fallback: 6390,
    min: 1,
    max: 65_535,
    about: 'port of the Redis that is started here',
  },
  'data-dir': {
    env: 'DATA_DIR',
    kind: 'text',
    fallback: '.data',
    about: 'folder of the data of Redis and the secrets',
  },
  'log-level': {
    env: 'LOG_LEVEL',
    kind: 'choice',
    fallback: 'info',
    choices: ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'],
    about: 'how much the processes tell',
  },
  'admin-user': { env: 'ADMIN_USER', kind: 'userName', fallback: 'admin', about: 'operator for the page /system' },
} as const satisfies Record<string, OptionRow>;

/** Read from the environment only. */
const secretTable = {
  ADMIN_PASSWORD: 'password of that operator, 8 to 1024 characters (default: a new one for each start, printed)',
  OPERATORS: 'operators as <name>:<role>:<password hash>,… instead of that one',
  COOKIE_SECRETS: 'keys that sign visitor_id, newest first, each at least 32 characters (default: made once, kept)',
  TICKET_SECRETS: 'the same for visitor_ticket',
  IDENTITY_SECRETS: 'the same for what the gateway tells the rooms about a visitor',
  INVITE_SECRETS: 'the same for invitations (default: made from TICKET_SECRETS)',
  ADMIN_SECRETS: "the same for operators' sessions",
} as const;

type OptionRow = { env: string; about: string } & (
  | { kind: 'integer'; fallback: number; min: number; max: number }
  | { kind: 'text' | 'redisUrl' | 'userName'; fallback: string }
  | { kind: 'choice'; fallback: string; choices: readonly string[] }
  | { kind: 'flag'; fallback: '0' }
);
type OptionName = keyof typeof optionTable;

const optionForms: Readonly<Record<string, OptionForm>> = Object.fromEntries(
  Object.entries(optionTable).map(([name, { kind }]) => [name, kind === 'flag' ? 'flag' : 'value']),
);

export type Options = {
  port: number;
  host: string;
  gateways: number;
  gatewayWorkers: number;
  bookingInstances: number;
  waitingRooms: number;
  /** Whether the load decides how many booking instances and waiting-rooms run. */
  autoscale: boolean;
  bookingMax: number;
  waitingRoomsMax: number;
  queueProcessors: number;
  /** undefined: start a Redis of our own on `redisPort`. */
  redisUrl: string | undefined;
  redisPort: number;
  dataDir: string;
  logLevel: string;
  adminUser: string;
  /** undefined: make one for this start. */
  adminPassword: string | undefined;
};
export type Environment = Readonly<Record<string, string | undefined>>;
export type OptionsOutcome =
  | { kind: 'run'; options: Options }
  | { kind: 'help'; text: string }
  | { kind: 'refused'; problems: string[] };

/** Reads everything before judging, so that all problems are told at once. */
export function readOptions(argv: readonly string[], env: Environment): OptionsOutcome {
  const problems: string[] = [];
  const given = readCommandLine(argv, optionForms, problems);
  if (given.has('help')) return { kind: 'help', text: helpText() };

  function read(name: OptionName): string | number {
    const row: OptionRow = optionTable[name];
    const fromEnv = env[row.env];
    const source = given.has(name) ? `--${name}` : row.env;
    // An empty variable counts as not set, as in every other program of the project.
    const text = given.get(name) ?? (fromEnv === '' ? undefined : fromEnv);
    if (text === undefined) return row.fallback;
    const problem = judge(row, text);
    if (problem) {
      problems.push(`${source}: ${problem}`);
      return row.fallback;
    }
    return row.kind === 'integer' ? Number(text) : text;
  }

  const options: Options = {
    port: Number(read('port')),
    host: String(read('host')),
    gateways: Number(read('gateways')),
    gatewayWorkers: Number(read('gateway-workers')),
    bookingInstances: Number(read('booking-instances')),
    waitingRooms: Number(read('waiting-rooms')),
    autoscale: ['1', 'true'].includes(String(read('autoscale'))),
    bookingMax: Number(read('booking-max')),
    waitingRoomsMax: Number(read('waiting-rooms-max')),
    queueProcessors: Number(read('queue-processors')),
    redisUrl: String(read('redis-url')) || undefined,
    redisPort: Number(read('redis-port')),
    dataDir: String(read('data-dir')),
    logLevel: String(read('log-level')),
    adminUser: String(read('admin-user')),
    adminPassword: env.ADMIN_PASSWORD || undefined,
  };
  const passwordLength = options.adminPassword?.length;
  if (passwordLength !== undefined && (passwordLength < 8 || passwordLength > 1024)) {
    problems.push(`ADMIN_PASSWORD: must have 8 to 1024 characters, has ${passwordLength}`);
  }
  if (options.bookingInstances === 0 && !env.UPSTREAMS) {
    problems.push('--booking-instances: 0 needs UPSTREAMS, or there is nothing to protect');
  }
  const lastPort = options.port + options.gateways - 1;
  if (lastPort > 65_535) problems.push(`--gateways: the last one would need port ${lastPort}, above 65535`);
  if (!options.redisUrl && options.redisPort >= options.port && options.redisPort <= lastPort) {
    problems.push(`--redis-port: ${options.redisPort} is a port of the gateway as well`);
  }
  return problems.length > 0 ? { kind: 'refused', problems } : { kind: 'run', options };
}

function judge(row: OptionRow, text: string): string | undefined {
  switch (row.kind) {
    case 'integer': {
      const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
      if (value >= row.min && value <= row.max) return undefined;
      return `must be a whole number from ${row.min} to ${row.max}, not '${text}'`;
    }
    case 'flag':
      return ['0', '1', 'true', 'false'].includes(text) ? undefined : `must be one of 1, 0, true, false, not '${text}'`;
    case 'choice':
      return row.choices.includes(text) ? undefined : `must be one of ${row.choices.join(', ')}, not '${text}'`;
    case 'redisUrl': {
      // Not repeated in the message: it may hold a password.
      const address = parseRedisUrl(text);
      return address.kind === 'refused' ? address.problem : undefined;
    }
    case 'userName':
      return /^[a-z0-9][a-z0-9._-]{0,31}$/.test(text)
        ? undefined
        : `must match [a-z0-9][a-z0-9._-]{0,31}, not '${text}'`;
    case 'text':
      return undefined;
  }
}

function helpText(): string {
  const rows = Object.entries(optionTable).map(([name, row]: [string, OptionRow]): [string, string, string] => {
    const fallback = row.fallback === '' ? '' : ` (${row.fallback})`;
    return [`--${name}`, row.env, `${row.about}${fallback}`];
  });
  rows.push(['--help', '', 'this text']);
  rows.push(...Object.entries(secretTable).map(([env, about]): [string, string, string] => ['', env, about]));
  const [firstWidth, secondWidth] = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map(
    ([option, env, about]) => `  ${option.padEnd(firstWidth ?? 0)}  ${env.padEnd(secondWidth ?? 0)}  ${about}`,
  );
  return [
    'Starts Redis, the gateway, booking, the waiting-room, the queue-processors and the operators’ page.',
    '',
    'npm start -- --port 9000        or        PORT=9000 npm start',
    '',
    ...lines,
  ].join('\n');
}
