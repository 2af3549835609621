import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis, type RedisOptions } from 'ioredis';

export type RedisProcess = {
  port: number;
  /** The running server's process id; undefined while stopped. */
  pid(): number | undefined;
  start(): Promise<void>;
  /** Ends the server, by SIGTERM unless told otherwise; its data stay. */
  stop(signal?: NodeJS.Signals): Promise<void>;
};

const startTimeoutMs = 20_000;
const lowestPort = 10_000;
/** From here on systems give ports to connections, which could take one before its user listens on it. */
const firstPortOfConnections = 32_768;

// Ends the server when the test's end of stdin closes, so that a test that was killed leaves no server behind.
const keeper = 'exec 3<&0; redis-server "$@" & server=$!; (cat <&3 >/dev/null; kill -9 $server) & wait $server';

/** One `redis-server` with these arguments, not yet started. `connection`: what it takes to ask it whether it is up. */
export function createRedisProcess({
  port,
  args,
  env = {},
  connection = {},
}: {
  port: number;
  args: readonly string[];
  /** On top of ours. */
  env?: Readonly<Record<string, string>>;
  connection?: RedisOptions;
}): RedisProcess {
  let child: ChildProcess | undefined;
  let pid: number | undefined;
  return {
    port,
    pid: () => pid,
    async start() {
      child = spawn('sh', ['-c', keeper, 'sh', ...args], {
        stdio: ['pipe', 'ignore', 'ignore'],
        env: { ...process.env, ...env },
      });
      pid = await readPidWhenUp({ host: '127.0.0.1', port, ...connection }, child);
    },
    async stop(signal = 'SIGTERM') {
      const running = child;
      if (!running || pid === undefined) return;
      const ended = new Promise((resolve) => running.once('exit', resolve));
      process.kill(pid, signal);
      if (signal === 'SIGTERM') process.kill(pid, 'SIGCONT');
      child = undefined;
      pid = undefined;
      await ended;
      running.stdin?.destroy();
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
async function readPidWhenUp(connection: RedisOptions, child: ChildProcess): Promise<number> {
  const endsAtMs = performance.now() + startTimeoutMs;
  let problem: unknown;
  while (performance.now() < endsAtMs) {
    if (child.exitCode !== null) throw new Error(`redis-server ended with code ${child.exitCode}`);
    const redis = new Redis({
      ...connection,
      lazyConnect: true,
      enableReadyCheck: false,
      retryStrategy: () => null,
      maxRetriesPerRequest: 0,
      connectTimeout: 1000,
      commandTimeout: 1000,
    });
    redis.on('error', () => {});
    try {
      const info = await Promise.race([redis.info('server', 'persistence'), sleep(2000).then(() => '')]);
      const pid = Number(/process_id:(\d+)/.exec(info)?.[1]);
      if (pid > 0 && !/loading:1/.test(info)) return pid;
    } catch (error) {
      problem = error;
    } finally {
      redis.disconnect();
    }
    await sleep(10);
  }
  throw new Error(`redis-server did not answer on port ${connection.port}`, { cause: problem });
}
