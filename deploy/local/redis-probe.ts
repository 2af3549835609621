import { readFileSync } from 'node:fs';
import { parseRedisUrl } from '@fairline/shared/redis/address.ts';
import { checkRedis, connectRedis, waitForRedis } from '@fairline/shared/redis/connect.ts';
import { parseInfo, readInfo } from '@fairline/shared/redis/server.ts';
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

/**
 * Looks once, without trying again; answers within `timeoutMs` and leaves no connection behind. Of a cluster, or behind
 * sentinels, it says only whether it can be used.
 */
export async function probeRedis(url: string, timeoutMs: number, caFile?: string): Promise<RedisState> {
  if (parseRedisUrl(url).kind !== 'one') return probeSeveral(url, timeoutMs, caFile);
  const redis = new Redis(url, {
    ...(caFile !== undefined && url.startsWith('rediss:') && { tls: { ca: readFileSync(caFile) } }),
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

async function probeSeveral(url: string, timeoutMs: number, caFile: string | undefined): Promise<RedisState> {
  let reason = `no answer within ${timeoutMs / 1000} s`;
  const note = (fields: unknown) => {
    reason = (fields as { reason?: string }).reason ?? reason;
  };
  const logger = { warn: note, info() {} } as unknown as Parameters<typeof connectRedis>[0]['logger'];
  const redis = connectRedis({ url, caFile, profile: 'request', name: 'fairline-probe', logger });
  try {
    for (let waitedMs = 0; redis.status !== 'ready' && waitedMs < timeoutMs; waitedMs += 1000)
      await waitForRedis(redis);
    if (redis.status !== 'ready') return { kind: 'unusable', reason };
    await waitForRedis(redis);
    const info = parseInfo(await readInfo(redis, 'booking', 'server'));
    const version = info.valkey_version ?? info.redis_version ?? '';
    const problems = await checkRedis(redis);
    return {
      ...{ kind: 'ready', version, processId: Number(info.process_id), folder: undefined, hasLauncher: false },
      problems,
    };
  } catch (error) {
    return { kind: 'unusable', reason: (error as Error).message };
  } finally {
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
  const [, before, user, host] = /^([^/]*\/\/)([^@/]*)@(.*)$/s.exec(text) ?? [];
  if (before === undefined) return text;
  return `${before}${user?.includes(':') ? user.replace(/:.*/s, ':***') : user}@${host}`.replace(
    /(sentinelPassword=)[^&]*/,
    '$1***',
  );
}
