import { isCluster, onConnectionLost, type RedisClient } from './client.ts';
import { readInfo } from './server.ts';

/**
 * Answers the run id of the server that a connection talks to, asking once for each time it connects. A restarted Redis has
 * another one. Trustworthy on connections that do not send commands again after reconnecting (profile `request`). On a
 * cluster, where the client follows a slot to another server in the middle of a call, it answers '': the script that wants
 * to know asks the server that it runs on.
 */
export function trackRunId(redis: RedisClient, key: string): () => Promise<string> {
  if (isCluster(redis)) return async () => '';
  let known: Promise<string> | undefined;
  onConnectionLost(redis, () => {
    known = undefined;
  });
  return async () => {
    known ??= readRunId(redis, key);
    const asked = known;
    try {
      return await asked;
    } catch (error) {
      if (known === asked) known = undefined;
      throw error;
    }
  };
}

/** Of the server that owns `key`. */
export async function readRunId(redis: RedisClient, key: string): Promise<string> {
  return /run_id:(\w+)/.exec(await readInfo(redis, key, 'server'))?.[1] ?? '';
}
