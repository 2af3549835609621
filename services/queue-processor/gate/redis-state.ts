import { isCluster, type RedisClient } from '@fairline/shared/redis/client.ts';
import { parseInfo, readInfo } from '@fairline/shared/redis/server.ts';

export type RedisState = {
  /** Another one whenever the server process is another one. */
  runId: string;
  usedMemoryBytes: number;
  /** 0 = no limit. */
  maxMemoryBytes: number;
};

/** Reads what the answer of `INFO` says; fields that a server does not tell are empty or 0. */
export function parseRedisState(info: string): RedisState {
  const fields = parseInfo(info);
  return {
    runId: fields.run_id ?? '',
    usedMemoryBytes: Number(fields.used_memory ?? 0),
    maxMemoryBytes: Number(fields.maxmemory ?? 0),
  };
}

/**
 * Which server process holds the event's keys (`key` is one of them) and how full Redis is. One `INFO` of two sections; ask
 * about once a second. On a cluster visitors' records are on every master, so the fullest one counts.
 */
export async function readRedisState(redis: RedisClient, key: string): Promise<RedisState> {
  const own = parseRedisState(await readInfo(redis, key, 'server', 'memory'));
  if (!isCluster(redis)) return own;
  const infos = await Promise.allSettled(redis.nodes('master').map((node) => node.info('memory')));
  const others = infos.flatMap((result) => (result.status === 'fulfilled' ? [parseRedisState(result.value)] : []));
  const { usedMemoryBytes, maxMemoryBytes } = [own, ...others].reduce(pickFuller);
  return { runId: own.runId, usedMemoryBytes, maxMemoryBytes };
}

function pickFuller(one: RedisState, other: RedisState): RedisState {
  return fullness(other) > fullness(one) ? other : one;
}

function fullness({ usedMemoryBytes, maxMemoryBytes }: RedisState): number {
  return maxMemoryBytes > 0 ? usedMemoryBytes / maxMemoryBytes : 0;
}
