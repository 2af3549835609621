import type { Durations } from '../contract/funnel.ts';

const growth = 1.12;
const firstMs = 100;
/** Up to about 3 days; longer ones count as that. */
const buckets = 130;

export type DurationTally = {
  /** Negative ones count as 0. */
  add(durationMs: number): void;
  summary(): Durations;
  /** How many there are in each bucket, for `restore`. */
  counts(): readonly number[];
  /** Adds what was counted before. */
  restore(before: readonly number[]): void;
  /** Drops everything. */
  reset(): void;
};

/** Durations in buckets that grow by 12 %: quantiles of any number of them in the memory of 130 numbers. */
export function createDurationTally(): DurationTally {
  const counts = new Array<number>(buckets).fill(0);
  let total = 0;

  function quantileSec(share: number): number | null {
    if (total === 0) return null;
    let left = Math.ceil(total * share);
    for (const [index, count] of counts.entries()) {
      left -= count;
      if (left <= 0) return round((firstMs * growth ** index) / 1000);
    }
    return null;
  }

  return {
    add(durationMs) {
      const index = durationMs <= firstMs ? 0 : Math.ceil(Math.log(durationMs / firstMs) / Math.log(growth) - 1e-9);
      const at = Math.min(buckets - 1, index);
      counts[at] = (counts[at] ?? 0) + 1;
      total += 1;
    },
    summary: () => ({ count: total, p50Sec: quantileSec(0.5), p90Sec: quantileSec(0.9) }),
    counts: () => counts,
    restore(before) {
      for (const [index, count] of before.slice(0, buckets).entries()) {
        counts[index] = (counts[index] ?? 0) + count;
        total += count;
      }
    },
    reset() {
      counts.fill(0);
      total = 0;
    },
  };
}

function round(seconds: number): number {
  return seconds < 10 ? Math.round(seconds * 10) / 10 : Math.round(seconds);
}
