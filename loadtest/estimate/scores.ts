import type { Ask } from './replay.ts';
import type { Sale } from './sale.ts';

/** How well what visitors were told came true. */
export type Score = {
  /** Asks that count, and those of them that were answered. */
  asks: number;
  told: number;
  /** Shares of what was told: the true wait in the range; shorter; longer. */
  insideRatio: number;
  earlierRatio: number;
  laterRatio: number;
  /** Width of the range over the true wait. */
  medianWidthRatio: number;
};

/** Estimates soon after a change of pace are not held against it: nobody can know it yet. */
export const settledMs = 60_000;

/** Asks that count: all of a sale without changes; else those from a minute after its first change on, but for those within a
 *  minute of another. */
export function pickSettled(sale: Sale, asks: readonly Ask[]): Ask[] {
  const [first] = sale.changesAtMs;
  if (first === undefined) return [...asks];
  return asks.filter(
    ({ atMs }) =>
      atMs >= first + settledMs &&
      sale.changesAtMs.every((changeMs) => atMs < changeMs || atMs >= changeMs + settledMs),
  );
}

export function scoreAsks(asks: readonly Ask[]): Score {
  const told = asks.flatMap(({ waitSec, told }) => (told ? [{ waitSec, ...told }] : []));
  const share = (count: number) => (told.length === 0 ? 0 : count / told.length);
  return {
    asks: asks.length,
    told: told.length,
    insideRatio: share(told.filter(({ waitSec, low, high }) => waitSec >= low && waitSec <= high).length),
    earlierRatio: share(told.filter(({ waitSec, low }) => waitSec < low).length),
    laterRatio: share(told.filter(({ waitSec, high }) => waitSec > high).length),
    medianWidthRatio: median(told.map(({ waitSec, low, high }) => (high - low) / waitSec)),
  };
}

export type RecoveryStep = { fromSec: number; score: Score };

const stepSec = 15;
const longestSec = 300;

/** Scores by how long ago the last change was. */
export function scoreRecovery(sales: readonly { sale: Sale; asks: readonly Ask[] }[]): RecoveryStep[] {
  const steps: RecoveryStep[] = [];
  for (let fromSec = 0; fromSec < longestSec; fromSec += stepSec) {
    const asks = sales.flatMap(({ sale, asks: all }) => {
      const last = sale.changesAtMs.at(-1);
      if (last === undefined) return [];
      return all.filter(({ atMs }) => atMs >= last + fromSec * 1000 && atMs < last + (fromSec + stepSec) * 1000);
    });
    steps.push({ fromSec, score: scoreAsks(asks) });
  }
  return steps;
}

/** Seconds after the change from which on the ranges hold as often as they should, for good; null when they never do. */
export function findRecovery(steps: readonly RecoveryStep[], leastInsideRatio: number): number | null {
  const lastMiss = steps.findLastIndex(({ score }) => score.told > 0 && score.insideRatio < leastInsideRatio);
  return steps[lastMiss + 1]?.fromSec ?? null;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
