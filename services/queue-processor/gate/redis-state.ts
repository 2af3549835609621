import { parseInfo } from '@fairline/shared/redis/connect.ts';

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

/** Which server process answers and how full it is. One `INFO` of two sections; ask about once a second. */
export async function readRedisState(redis: { info(...sections: string[]): Promise<string> }): Promise<RedisState> {
  return parseRedisState(await redis.info('server', 'memory'));
}
