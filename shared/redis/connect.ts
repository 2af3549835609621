import { once } from 'node:events';
import { Redis, type RedisOptions } from 'ioredis';
import type { Logger } from 'pino';

/**
 * request: for work that somebody waits for. Fails at once while Redis is away; a command that gets no answer fails
 * after 1 s. worker: for loops and blocking reads. Waits until Redis is back.
 */
export type RedisProfile = 'request' | 'worker';

const profiles: Record<RedisProfile, RedisOptions> = {
  request: { enableOfflineQueue: false, commandTimeout: 1000, maxRetriesPerRequest: 0 },
  worker: { enableOfflineQueue: true, maxRetriesPerRequest: null },
};

/** Reconnects for ever, every 50 ms at first and every second later, with jitter. Logs losing and finding Redis once each. */
export function connectRedis({
  url,
  profile,
  name,
  logger,
}: {
  url: string;
  profile: RedisProfile;
  name: string;
  logger: Logger;
}): Redis {
  const redis = new Redis(url, {
    ...profiles[profile],
    connectionName: name,
    connectTimeout: 3000,
    keepAlive: 10_000,
    lazyConnect: false,
    retryStrategy: (attempt) => Math.min(1000, 50 * attempt) * (0.75 + Math.random() / 2),
    reconnectOnError: (error) => error.message.startsWith('READONLY'),
  });
  let isDown = false;
  redis.on('error', (error: Error & { code?: string }) => {
    if (!isDown) logger.warn({ connection: name, reason: error.code ?? error.message }, 'redis is away');
    isDown = true;
  });
  redis.on('ready', () => {
    if (isDown) logger.info({ connection: name }, 'redis is back');
    isDown = false;
  });
  return redis;
}

/**
 * Waits for the first connections, usually milliseconds, so that a start with Redis there is quiet. At most 1 s: without
 * Redis a room starts as well, is not ready, and says why.
 */
export async function waitForRedis(...connections: readonly Redis[]): Promise<void> {
  await Promise.all(
    connections
      .filter((redis) => redis.status !== 'ready')
      .map((redis) => once(redis, 'ready', { signal: AbortSignal.timeout(1000) }).catch(() => {})),
  );
}

/** What makes this Redis unfit, in words; empty when it is fit. */
export async function checkRedis(redis: Redis): Promise<string[]> {
  const info = parseInfo(await redis.info());
  const problems: string[] = [];
  const version = info.redis_version ?? '0';
  if (Number.parseInt(version, 10) < 7) problems.push(`Redis ${version} is too old: 7.0 or newer is needed`);
  if (info.maxmemory_policy && info.maxmemory_policy !== 'noeviction') {
    problems.push(`maxmemory-policy is ${info.maxmemory_policy}: it must be noeviction, or places in line get lost`);
  }
  if (info.role === 'slave') problems.push('this Redis is a replica: name the master');
  return problems;
}

/** `INFO` as a record of its fields. */
export function parseInfo(text: string): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const line of text.split('\r\n')) {
    const colon = line.indexOf(':');
    if (colon > 0 && !line.startsWith('#')) fields[line.slice(0, colon)] = line.slice(colon + 1);
  }
  return fields;
}
