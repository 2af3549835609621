import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { TestLike } from './test-like.ts';

export type TestRedis = {
  url: string;
  port: number;
  /** The running server's process id; undefined while stopped. */
  pid(): number | undefined;
  /** Ends the server, by SIGTERM unless told otherwise; its data stay. */
  stop(signal?: NodeJS.Signals): Promise<void>;
  /** Starts it again on the same port with the same data. */
  start(): Promise<void>;
  /** A plain connection that is closed with the test. */
  connect(): Redis;
};

const startTimeoutMs = 20_000;
const lowestPort = 10_000;
/** From here on systems give ports to connections, which could take one before its user listens on it. */
const firstPortOfConnections = 32_768;

// Ends the server when the test's end of stdin closes, so that a test that was killed leaves no server behind.
const keeper = 'exec 3<&0; redis-server "$@" & server=$!; (cat <&3 >/dev/null; kill -9 $server) & wait $server';

/** A real Redis on a free port with a data folder of its own, both gone after the test. `args` are options of redis-server, `env` is on top of ours. */
export async function startTestRedis(
  t: TestLike,
  { args = [], env = {} }: { args?: readonly string[]; env?: Readonly<Record<string, string>> } = {},
): Promise<TestRedis> {
  const folder = await mkdtemp(join(tmpdir(), 'fairline-redis-'));
  const port = await findFreePort();
  const connections = new Set<Redis>();
  let child: ChildProcess | undefined;
  let pid: number | undefined;

  async function start(): Promise<void> {
    const args_ = [
      ...['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', ''],
      ...['--appendonly', 'yes', '--appendfsync', 'everysec', '--maxmemory-policy', 'noeviction'],
      ...['--loglevel', 'warning', '--repl-diskless-sync-delay', '0', ...args],
    ];
    child = spawn('sh', ['-c', keeper, 'sh', ...args_], {
      stdio: ['pipe', 'ignore', 'ignore'],
      env: { ...process.env, ...env },
    });
    pid = await readPidWhenUp(port, child);
  }

  async function stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const running = child;
    if (!running || pid === undefined) return;
    const ended = new Promise((resolve) => running.once('exit', resolve));
    process.kill(pid, signal);
    if (signal === 'SIGTERM') process.kill(pid, 'SIGCONT');
    child = undefined;
    pid = undefined;
    await ended;
    running.stdin?.destroy();
  }

  t.after(async () => {
    for (const redis of connections) redis.disconnect();
    await stop('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  });
  await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    pid: () => pid,
    stop,
    start,
    connect() {
      const redis = new Redis(port, '127.0.0.1', { maxRetriesPerRequest: null });
      redis.on('error', () => {});
      connections.add(redis);
      return redis;
    },
  };
}

/** A port of this machine on which nobody listens now. */
export async function findFreePort(): Promise<number> {
  for (;;) {
    const port = randomInt(lowestPort, firstPortOfConnections);
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => resolve(true));
    });
    if (!isFree) continue;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }
}

/** Asks with a new connection each time: one that was made while the port was free may hang on to nothing. */
async function readPidWhenUp(port: number, child: ChildProcess): Promise<number> {
  const endsAtMs = performance.now() + startTimeoutMs;
  let problem: unknown;
  while (performance.now() < endsAtMs) {
    if (child.exitCode !== null) throw new Error(`redis-server ended with code ${child.exitCode}`);
    const redis = new Redis(port, '127.0.0.1', {
      lazyConnect: true,
      retryStrategy: () => null,
      maxRetriesPerRequest: 0,
      connectTimeout: 1000,
      commandTimeout: 1000,
    });
    redis.on('error', () => {});
    try {
      const info = await Promise.race([redis.info('server'), sleep(2000).then(() => '')]);
      const pid = Number(/process_id:(\d+)/.exec(info)?.[1]);
      if (pid > 0) return pid;
    } catch (error) {
      problem = error;
    } finally {
      redis.disconnect();
    }
    await sleep(10);
  }
  throw new Error(`redis-server did not answer on port ${port}`, { cause: problem });
}
