import { checkRedis, parseInfo } from '@fairline/shared/redis/connect.ts';
import { Redis } from 'ioredis';

/** The name of the connection by which a launcher marks the Redis it uses. */
export const launcherConnection = 'fairline-launcher';

export type RedisState =
  | {
      kind: 'ready';
      version: string;
      processId: number;
      /** Its data folder; undefined where the server does not tell, as managed ones do. */
      folder: string | undefined;
      hasLauncher: boolean;
      /** Why it cannot be used: too old, wrong eviction, a replica. */
      problems: string[];
    }
  /** It reads its data; asking again later will tell more. */
  | { kind: 'loading' }
  /** Nothing listens there. */
  | { kind: 'absent' }
  | { kind: 'unusable'; reason: string };

/** Looks once, without trying again; answers within `timeoutMs` and leaves no connection behind. */
export async function probeRedis(url: string, timeoutMs: number): Promise<RedisState> {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: timeoutMs,
    // Asking a server that is still loading would wait until it has loaded.
    enableReadyCheck: false,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  let cause: (Error & { code?: string }) | undefined;
  redis.on('error', (error) => {
    cause ??= error;
  });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<RedisState>((resolve) => {
    timer = setTimeout(
      () => resolve({ kind: 'unusable', reason: `no answer within ${timeoutMs / 1000} s` }),
      timeoutMs,
    );
  });
  try {
    return await Promise.race([readState(redis), late]);
  } catch (error) {
    const reason = cause ?? (error as Error & { code?: string });
    if (reason.code === 'ECONNREFUSED') return { kind: 'absent' };
    return { kind: 'unusable', reason: reason.message };
  } finally {
    clearTimeout(timer);
    redis.disconnect();
  }
}

async function readState(redis: Redis): Promise<RedisState> {
  await redis.connect();
  const info = parseInfo(await redis.info());
  if (!info.redis_version) return { kind: 'unusable', reason: 'what answers there is not Redis' };
  if (info.loading === '1') return { kind: 'loading' };
  return {
    kind: 'ready',
    version: info.valkey_version ?? info.redis_version,
    processId: Number(info.process_id),
    folder: await readFolder(redis),
    hasLauncher: await hasClientNamed(redis, launcherConnection),
    problems: await checkRedis(redis),
  };
}

/** Users with few rights may neither read the configuration nor see other connections: that is no fault. */
async function readFolder(redis: Redis): Promise<string | undefined> {
  const reply: unknown = await redis.config('GET', 'dir').catch(() => []);
  return Array.isArray(reply) && typeof reply[1] === 'string' ? reply[1] : undefined;
}

async function hasClientNamed(redis: Redis, name: string): Promise<boolean> {
  const list: unknown = await redis.client('LIST').catch(() => '');
  return typeof list === 'string' && list.split('\n').some((line) => line.split(' ').includes(`name=${name}`));
}

/** The address as it may be shown: without the password. */
export function showRedisUrl(text: string): string {
  const url = new URL(text);
  if (url.password) url.password = '***';
  return url.href;
}
