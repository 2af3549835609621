import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis, type RedisOptions } from 'ioredis';
import { createRedisProcess, findFreePort } from './redis-process.ts';
import type { TestLike } from './test-like.ts';

export { findFreePort } from './redis-process.ts';

export type TestRedis = {
  /** What a room is given as REDIS_URL. */
  url: string;
  /** What else a room needs to get there, in its environment. */
  env: Readonly<Record<string, string>>;
  /** The address for one room, where each has a user of its own. */
  roomUrl?: (room: string) => string;
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

/** What every server of a test is given: append-only, nothing evicted, no words, replicas at once. */
export const commonServerArgs = [
  ...['--bind', '127.0.0.1', '--save', '', '--appendonly', 'yes', '--appendfsync', 'everysec'],
  ...['--maxmemory-policy', 'noeviction', '--loglevel', 'warning', '--repl-diskless-sync-delay', '0'],
];

/** A real Redis on a free port with a data folder of its own, both gone after the test. `args` are options of redis-server, `env` is on top of ours. */
export async function startTestRedis(
  t: TestLike,
  { args = [], env = {} }: { args?: readonly string[]; env?: Readonly<Record<string, string>> } = {},
): Promise<TestRedis> {
  const folder = await mkdtemp(join(tmpdir(), 'fairline-redis-'));
  const port = await findFreePort();
  const server = createRedisProcess({
    port,
    args: ['--port', String(port), '--dir', folder, ...commonServerArgs, ...args],
    env,
  });
  const connections = openConnections({ host: '127.0.0.1', port });
  t.after(async () => {
    connections.close();
    await server.stop('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  });
  await server.start();
  const { pid, stop, start } = server;
  return { url: `redis://127.0.0.1:${port}`, env: {}, port, pid, stop, start, connect: connections.open };
}

/** Opens connections that `close` ends all together. */
export function openConnections(options: RedisOptions): { open(): Redis; close(): void } {
  const connections = new Set<Redis>();
  return {
    open() {
      const redis = new Redis({ maxRetriesPerRequest: null, ...options });
      redis.on('error', () => {});
      connections.add(redis);
      return redis;
    },
    close() {
      for (const redis of connections) redis.disconnect();
    },
  };
}
