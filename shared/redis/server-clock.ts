import type { Redis } from 'ioredis';

type LocalClock = { monotonicMs(): number; nowMs(): number };

export type ServerClock = ReturnType<typeof createServerClock>;

/**
 * Redis time without asking for it: an offset to the own monotonic clock, sampled in the background. Until the first
 * sample the machine's own clock is used.
 */
export function createServerClock({ redis, clock }: { redis: Redis; clock: LocalClock }) {
  let offsetMs = clock.nowMs() - clock.monotonicMs();
  const nowMs = () => clock.monotonicMs() + offsetMs;
  return {
    nowMs,
    /** Minutes since 1970 in Redis time. */
    minute: () => Math.floor(nowMs() / 60_000),
    /** Takes one sample; the error is at most the time the answer took. Rejects when Redis cannot be asked. */
    async sample(): Promise<void> {
      const [seconds, microseconds] = await redis.time();
      offsetMs = Number(seconds) * 1000 + Number(microseconds) / 1000 - clock.monotonicMs();
    },
  };
}
