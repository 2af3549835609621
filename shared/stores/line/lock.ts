import type { RedisClient } from '../../redis/client.ts';
import { bindScript, loadScript } from '../../redis/scripts.ts';
import type { EventKeys } from '../keys.ts';

const folder = new URL('./scripts/', import.meta.url);
const renewScript = loadScript(folder, 'renew-lock');
const releaseScript = loadScript(folder, 'release-lock');

export type LockStore = ReturnType<typeof createLockStore>;

/** The leader's lock. Each method answers whether `token` holds it afterwards (release: whether it did before). */
export function createLockStore({ redis, keys }: { redis: RedisClient; keys: EventKeys }) {
  const renew = bindScript(redis, renewScript, keys);
  const release = bindScript(redis, releaseScript, keys);
  return {
    /** Takes the lock only when nobody holds it. */
    async acquire(token: string, ttlMs: number): Promise<boolean> {
      return (await redis.set(keys.lock, token, 'PX', ttlMs, 'NX')) === 'OK';
    },
    async renew(token: string, ttlMs: number): Promise<boolean> {
      return (await renew([token, ttlMs])) === 1;
    },
    async release(token: string): Promise<boolean> {
      return (await release([token])) === 1;
    },
  };
}
