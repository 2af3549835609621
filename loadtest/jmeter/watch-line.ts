import { systemClock } from '@fairline/shared/clock.ts';
import type { EventKeys } from '@fairline/shared/stores/keys.ts';
import type { Redis } from 'ioredis';
import { checkLaws } from '../../shared/test/laws/laws.ts';

/** The line at one moment, in ms since the watch began. */
export type LineSample = { atMs: number; waiting: number; aside: number; booked: number; orders: number };
export type LineWatch = {
  samples: LineSample[];
  /** How often all laws were checked on what Redis held. */
  checks: number;
  /** Each once. */
  brokenLaws: string[];
};

const everyMs = 2_000;

/**
 * Looks at the line every two seconds, and checks the laws every `lawsEverySec`: below the five minutes that changes are
 * kept, so that the checks together have seen every one of them.
 */
export function watchLine({ redis, keys, lawsEverySec }: { redis: Redis; keys: EventKeys; lawsEverySec: number }) {
  const stopping = new AbortController();
  const samples: LineSample[] = [];
  const broken = new Set<string>();
  let checks = 0;
  const startedAtMs = performance.now();

  async function check(): Promise<void> {
    for (const violation of await checkLaws(redis, keys)) broken.add(violation);
    checks += 1;
  }

  async function run(): Promise<void> {
    let checkedAtMs = startedAtMs;
    while (!stopping.signal.aborted) {
      const [waiting, aside, booked, orders] = await Promise.all([
        redis.scard(keys.queued),
        redis.zcard(keys.aside),
        redis.scard(keys.booked),
        redis.hlen(keys.confirmed),
      ]);
      samples.push({ atMs: Math.round(performance.now() - startedAtMs), waiting, aside, booked, orders });
      if (performance.now() - checkedAtMs >= lawsEverySec * 1000) {
        checkedAtMs = performance.now();
        await check();
      }
      await systemClock.sleep(everyMs, stopping.signal);
    }
    await check();
  }

  const done = run();
  done.catch(() => {});
  return {
    now: () => samples.at(-1),
    /** Settles after a last look and a last check. */
    async stop(): Promise<LineWatch> {
      stopping.abort();
      await done;
      return { samples, checks, brokenLaws: [...broken] };
    },
  };
}
