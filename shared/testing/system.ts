import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { roomNodeFlags } from '../node-flags.ts';
import { eventKeys } from '../stores/keys.ts';
import { createLineStore } from '../stores/line/store.ts';
import { createSettingsStore } from '../stores/settings/store.ts';
import { childEnvironment } from './child-environment.ts';
import { type RedisForm, readRedisForm, startRedisOf } from './redis-form.ts';
import { findFreePort, type TestRedis } from './redis-server.ts';
import type { TestLike } from './test-like.ts';

const folders = {
  router: 'router',
  booking: 'services/booking',
  'waiting-room': 'services/waiting-room',
  'queue-processor': 'services/queue-processor',
  admin: 'services/admin',
} as const;
export type RoomName = keyof typeof folders;

export type RoomProcess = {
  id: string;
  room: RoomName;
  child: ChildProcess;
  /** Empty for a room without a public listener. */
  url: string;
  internalUrl: string;
  hasEnded(): boolean;
  /** Sends the signal and waits for the end when the signal ends processes. */
  end(signal: NodeJS.Signals): Promise<void>;
};

const root = fileURLToPath(new URL('../../', import.meta.url));
const secret = () => randomBytes(32).toString('base64url');

export type LogLine = {
  msg?: string;
  level?: string;
  url?: string;
  internalUrl?: string;
  /** What a gateway says of an instance names it. */
  instance?: string;
};

export type StartOptions = {
  /** Its instance id; default: the room and a number. */
  id?: string;
  /** Default: any free one. */
  port?: number;
  /** Beyond, and over, what the system as a whole was given. */
  env?: Record<string, string>;
  /** A stand-in instead of the room's own `main.ts`. */
  main?: string;
  /** Options of Node. */
  execArgv?: readonly string[];
};

export type SystemOptions = {
  /** How many of each to begin with; default: 2 booking, 1 waiting-room, 2 queue-processor, 1 router. */
  rooms?: Partial<Record<RoomName, number>>;
  settings?: Record<string, string>;
  env?: Record<string, string>;
  /** Further options of redis-server. */
  redisArgs?: readonly string[];
  /** Id of the sale; default: `default`. */
  event?: string;
  /** How Redis is run, or one that runs already; default: as `FAIRLINE_TEST_REDIS` says, else one Redis. */
  redis?: RedisForm | TestRedis;
  /** Every line of a room's log. */
  onLogLine?: (id: string, entry: LogLine) => void;
};

/**
 * The whole system for one test or one measurement: a Redis of its own and real processes on free ports, all ended
 * after `t`. Settings are saved before the rooms start. Rooms are spawned, never imported. With `LOG_LEVEL` above
 * info, rooms are known by their ports instead of their first line.
 */
export async function startSystem(t: TestLike, options: SystemOptions = {}) {
  const {
    rooms = {},
    settings = {},
    env = {},
    redisArgs = [],
    event = 'default',
    redis: wanted = readRedisForm(),
    onLogLine,
  } = options;
  const redisServer = typeof wanted === 'string' ? await startRedisOf(wanted, t, redisArgs) : wanted;
  const redis = redisServer.connect();
  const keys = eventKeys(event, redis);
  const line = createLineStore({ redis, keys });
  const settingsStore = createSettingsStore({ redis, keys });
  await settingsStore.save(settings);

  const secrets = { COOKIE_SECRETS: secret(), TICKET_SECRETS: secret(), IDENTITY_SECRETS: secret() };
  const processes: RoomProcess[] = [];
  const problems: string[] = [];
  let count = 0;

  /** Starts one more process of a room and waits until it listens. */
  async function start(room: RoomName, options: StartOptions = {}): Promise<RoomProcess> {
    count += 1;
    const id = options.id ?? `${room}-${count}`;
    const allEnv: Record<string, string> = { ...env, ...options.env };
    const isQuiet = !['info', 'debug', 'trace'].includes(allEnv.LOG_LEVEL ?? 'info');
    const port = options.port ?? (isQuiet ? await findFreePort() : 0);
    const internalPort = isQuiet ? await findFreePort() : 0;
    const main = options.main ?? `${root}${folders[room]}/main.ts`;
    const child = spawn(process.execPath, [...roomNodeFlags, ...(options.execArgv ?? []), main], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: {
        ...childEnvironment(),
        ...secrets,
        REDIS_URL: redisServer.roomUrl?.(room) ?? redisServer.url,
        ...redisServer.env,
        EVENT: event,
        HOST: '127.0.0.1',
        PORT: String(port),
        INTERNAL_PORT: String(internalPort),
        INSTANCE_ID: id,
        ...allEnv,
      },
    });
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
    const room_: RoomProcess = {
      ...{ id, room, child, url: '', internalUrl: '', hasEnded },
      async end(signal) {
        child.kill(signal);
        if (signal === 'SIGKILL' || signal === 'SIGTERM') await ended;
      },
    };
    processes.push(room_);
    child.stderr?.on('data', (data) => problems.push(`${id}: ${data}`));
    await new Promise<void>((resolve, reject) => {
      child.once('exit', (code) => reject(new Error(`${id} ended with code ${code}: ${problems.join('')}`)));
      const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
      lines.on('line', (text) => {
        const entry = parseLine(text);
        if (entry) onLogLine?.(id, entry);
        if (entry?.msg === 'listening') {
          room_.url = entry.url ?? '';
          room_.internalUrl = entry.internalUrl ?? '';
          resolve();
        }
        if (entry?.level === 'error' || entry?.level === 'fatal') problems.push(`${id}: ${text}`);
      });
      if (!isQuiet) return;
      room_.internalUrl = `http://127.0.0.1:${internalPort}`;
      room_.url = room === 'queue-processor' ? '' : `http://127.0.0.1:${port}`;
      until(`${id} to answer`, () => fetch(`${room_.internalUrl}/livez`)).then(() => resolve(), reject);
    });
    return room_;
  }

  t.after(async () => {
    await Promise.all(processes.filter((each) => !each.hasEnded()).map((each) => each.end('SIGKILL')));
  });

  const counts = { booking: 2, 'waiting-room': 1, 'queue-processor': 2, router: 1, admin: 0, ...rooms };
  await Promise.all(
    (Object.keys(counts) as RoomName[]).flatMap((room) => Array.from({ length: counts[room] }, () => start(room))),
  );

  const ofRoom = (room: RoomName) => processes.filter((each) => each.room === room && !each.hasEnded());

  /** Waits until every living process is ready and the gateway sees booking, waiting-room and, where there is one, admin. */
  async function ready(): Promise<void> {
    for (const each of processes) {
      await until(`${each.id} to be ready`, async () => {
        if (each.hasEnded()) return true;
        return (await fetch(`${each.internalUrl}/readyz`)).status === 200;
      });
    }
    const isLed = ofRoom('queue-processor').length > 0;
    if (isLed) await until('a leader', async () => (await redis.get(keys.lock)) !== null);
    for (const gateway of ofRoom('router')) {
      await until(`${gateway.id} to know its instances`, async () => {
        const answers = await Promise.all(['/', '/queue/status'].map((path) => fetch(`${gateway.url}${path}`)));
        return answers.every((answer) => answer.status === 200);
      });
      if (ofRoom('admin').length === 0) continue;
      await until(`${gateway.id} to know the admin`, async () => {
        const answer = await fetch(`${gateway.url}/system/`, { redirect: 'manual' });
        return answer.status < 500;
      });
    }
    if (isLed && ofRoom('booking').length > 0) {
      await until('an open gate', async () => (await line.readProgress()).gate.isOpen);
    }
  }

  const url = () => ofRoom('router')[0]?.url ?? '';

  /** The queue-processor that leads now. */
  async function findLeader(): Promise<RoomProcess> {
    return until('a leader in the map', async () => {
      for (const each of ofRoom('queue-processor')) {
        if ((await redis.hget(`booking:instance:${each.id}`, 'role')) === 'leader') return each;
      }
      return undefined;
    });
  }

  await ready();
  return {
    redis,
    redisServer,
    secrets,
    keys,
    line,
    settings: settingsStore,
    processes,
    problems,
    start,
    ready,
    url,
    ofRoom,
    findLeader,
  };
}

export type System = Awaited<ReturnType<typeof startSystem>>;

/** Asks until the answer is something, for at most 15 s. Errors count as nothing. */
export async function until<T>(what: string, ask: () => Promise<T> | T, timeoutMs = 15_000): Promise<NonNullable<T>> {
  const deadline = performance.now() + timeoutMs;
  let lastError: unknown;
  while (performance.now() < deadline) {
    try {
      const answer = await ask();
      if (answer) return answer as NonNullable<T>;
    } catch (error) {
      lastError = error;
    }
    await sleep(25);
  }
  throw new Error(`waited in vain for ${what}${lastError instanceof Error ? `: ${lastError.message}` : ''}`, {
    cause: lastError,
  });
}

function parseLine(text: string): LogLine | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
