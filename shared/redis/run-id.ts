import type { Redis } from 'ioredis';

/**
 * Answers the run id of the server that a connection talks to, asking once for each time it connects. A restarted Redis has
 * another one. Trustworthy on connections that do not send commands again after reconnecting (profile `request`).
 */
export function trackRunId(redis: Redis): () => Promise<string> {
  let known: Promise<string> | undefined;
  redis.on('close', () => {
    known = undefined;
  });
  return async () => {
    known ??= readRunId(redis);
    const asked = known;
    try {
      return await asked;
    } catch (error) {
      if (known === asked) known = undefined;
      throw error;
    }
  };
}

export async function readRunId(redis: Redis): Promise<string> {
  return /run_id:(\w+)/.exec(await redis.info('server'))?.[1] ?? '';
}
