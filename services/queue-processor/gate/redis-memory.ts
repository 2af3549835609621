import type { Redis } from 'ioredis';

export type RedisState = {
  /** Another one whenever the server process is another one. */
  runId: string;
  usedMemoryBytes: number;
  /** 0 = no limit. */
  maxMemoryBytes: number;
};

/** Reads what the answer of `INFO` says; fields that a server does not tell are empty or 0. */
export function parseRedisState(info: string): RedisState {
  const fields = new Map(
    info.split(/\r?\n/).map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon), line.slice(colon + 1)] as const;
    }),
  );
  return {
    runId: fields.get('run_id') ?? '',
    usedMemoryBytes: Number(fields.get('used_memory') ?? 0),
    maxMemoryBytes: Number(fields.get('maxmemory') ?? 0),
  };
}

/** Which server process answers and how full it is. One `INFO` of two sections; ask about once a second. */
export async function readRedisState(redis: Redis): Promise<RedisState> {
  return parseRedisState(await redis.info('server', 'memory'));
}
