import { mkdir, readFile, realpath, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { redisTuning } from '@fairline/shared/redis/server-tuning.ts';
import { LaunchProblem } from './launch-problem.ts';
import { findRedisProgram } from './redis-binary.ts';
import { probeRedis, type RedisState } from './redis-probe.ts';
import { type SupervisedProcess, superviseProcess } from './supervised-process.ts';

const probeTimeoutMs = 3_000;
const pollMs = 50;
/** A large append-only file takes a while to read; a server that says so is waited for. */
const startTimeoutMs = 120_000;
const orphanStopTimeoutMs = 10_000;

export type LocalRedisInput = {
  /** Where its data lives. */
  folder: string;
  port: number;
  environment: Record<string, string>;
  onLine: (line: string) => void;
  onNote: (text: string) => void;
  /** Gives up waiting. */
  signal: AbortSignal;
  /** Told as soon as the process exists, so that it is stopped also when the start is given up. */
  onStarted: (redis: SupervisedProcess) => void;
};

/**
 * Starts a Redis of our own on loopback, with append-only data in `folder`, and waits until it answers. One that a killed
 * launcher left on the same data is stopped first: two servers on one folder would destroy it. Returns its version.
 */
export async function startLocalRedis(input: LocalRedisInput): Promise<string> {
  const program = await findRedisProgram();
  await mkdir(input.folder, { recursive: true, mode: 0o700 });
  await clearPorts(input);
  await writeFile(portFile(input.folder), `${input.port}\n`);
  const lastLines: string[] = [];
  const redis = superviseProcess({
    name: 'redis',
    command: program,
    args: serverArguments(input),
    cwd: input.folder,
    environment: () => ({ ...input.environment, ...redisTuning.environment }),
    hasChannel: false,
    onLine(line) {
      lastLines.push(line);
      if (lastLines.length > 5) lastLines.shift();
      input.onLine(line);
    },
    onNote: input.onNote,
  });
  input.onStarted(redis);
  redis.start();
  return waitUntilReady(redis, input, lastLines);
}

/** Every write is kept within a second, nothing is ever evicted, nobody but this machine reaches it. */
function serverArguments({ folder, port }: LocalRedisInput): string[] {
  const settings: Record<string, string> = {
    port: String(port),
    bind: '127.0.0.1',
    'protected-mode': 'yes',
    dir: folder,
    appendonly: 'yes',
    appendfsync: 'everysec',
    'maxmemory-policy': 'noeviction',
    save: '',
    daemonize: 'no',
    'always-show-logo': 'no',
    ...redisTuning.options,
  };
  return Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
}

/** Remembers the port of the last start: a Redis left behind may sit on another one than wished now. */
function portFile(folder: string): string {
  return join(folder, 'port');
}

async function clearPorts(input: LocalRedisInput): Promise<void> {
  const folder = await realpath(input.folder);
  const lastPort = Number(await readFile(portFile(input.folder), 'utf8').catch(() => ''));
  for (const port of new Set([lastPort || input.port, input.port])) {
    const state = await probeSettled(port, input.signal);
    if (state.kind === 'absent') continue;
    const isOurs = state.kind === 'ready' && state.folder !== undefined && (await samePath(state.folder, folder));
    if (isOurs && state.hasLauncher) {
      throw new LaunchProblem(
        `Fairline is already running from this data folder (Redis on port ${port}): stop it, or choose another DATA_DIR`,
      );
    }
    if (isOurs) {
      input.onNote(
        `Redis of an earlier start (pid ${state.processId}) was left running: it is stopped, its data is kept`,
      );
      await stopOrphan(state.processId, port, input.signal);
    } else if (port === input.port) {
      throw new LaunchProblem(`port ${port} for Redis is taken by another program: choose another with REDIS_PORT`);
    }
  }
}

async function probeSettled(port: number, signal: AbortSignal): Promise<RedisState> {
  const endMs = performance.now() + startTimeoutMs;
  for (;;) {
    const state = await probeRedis(`redis://127.0.0.1:${port}`, probeTimeoutMs);
    if (state.kind !== 'loading' || performance.now() > endMs) return state;
    await delay(pollMs, undefined, { signal });
  }
}

async function samePath(a: string, b: string): Promise<boolean> {
  return (await realpath(a).catch(() => undefined)) === b;
}

async function stopOrphan(processId: number, port: number, signal: AbortSignal): Promise<void> {
  process.kill(processId, 'SIGTERM');
  const endMs = performance.now() + orphanStopTimeoutMs;
  while (isAlive(processId)) {
    if (performance.now() > endMs) {
      throw new LaunchProblem(
        `Redis on port ${port} (pid ${processId}) does not stop: end it by hand, then start again`,
      );
    }
    await delay(pollMs, undefined, { signal });
  }
}

function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch {
    return false;
  }
}

async function waitUntilReady(
  redis: SupervisedProcess,
  { port, signal }: LocalRedisInput,
  lastLines: readonly string[],
): Promise<string> {
  const endMs = performance.now() + startTimeoutMs;
  for (;;) {
    const state = await probeRedis(`redis://127.0.0.1:${port}`, probeTimeoutMs);
    // By its id: another server could have taken the port in this very moment.
    if (state.kind === 'ready' && state.processId === redis.processId()) return state.version;
    if (redis.deaths() > 0) throw new LaunchProblem(['Redis does not start; its last words:', ...lastLines]);
    if (performance.now() > endMs) throw new LaunchProblem(`Redis is not ready after ${startTimeoutMs / 1000} s`);
    await delay(pollMs, undefined, { signal });
  }
}
