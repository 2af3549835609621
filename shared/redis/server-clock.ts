import { eventKeys } from '../stores/keys.ts';
import type { RedisClient } from './client.ts';
import { readTimeMs } from './server.ts';

type LocalClock = { monotonicMs(): number; nowMs(): number };

export type ServerClock = ReturnType<typeof createServerClock>;

/**
 * Redis time without asking for it: an offset to the own monotonic clock, sampled in the background. Until the first
 * sample the machine's own clock is used. `key`: on a cluster the time of the server that owns it.
 */
export function createServerClock({
  redis,
  key = eventKeys('default', redis).counters,
  clock,
}: {
  redis: RedisClient;
  key?: string;
  clock: LocalClock;
}) {
  let offsetMs = clock.nowMs() - clock.monotonicMs();
  const nowMs = () => clock.monotonicMs() + offsetMs;
  return {
    nowMs,
    /** Minutes since 1970 in Redis time. */
    minute: () => Math.floor(nowMs() / 60_000),
    /** Takes one sample; the error is at most the time the answer took. Rejects when Redis cannot be asked. */
    async sample(): Promise<void> {
      const serverMs = await readTimeMs(redis, key);
      offsetMs = serverMs - clock.monotonicMs();
    },
  };
}
