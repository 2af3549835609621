import { median } from '../report/median.ts';

/** One estimate that came to its test: what was told when, and how long it took from then on. Seconds. */
export type ToldWait = { atSec: number; low: number; high: number; waitSec: number; isMiss: boolean };

type Pending = { atMs: number; low: number; high: number };

/** One visitor's estimates count at most this often: those in between say the same again. */
const everyMs = 15_000;

/** Holds the ranges that visitors were told against how long they waited. Those who are never let in test nothing. */
export function createToldWaits() {
  const pending = new Map<number, Pending[]>();
  const lastAtMs = new Map<number, number>();
  const tested: ToldWait[] = [];
  return {
    noteWaiting(visitor: number, atMs: number, range: { low: number; high: number } | null): void {
      lastAtMs.set(visitor, atMs);
      if (!range) return;
      const told = pending.get(visitor) ?? [];
      const last = told.at(-1);
      if (last && atMs - last.atMs < everyMs) return;
      told.push({ atMs, ...range });
      pending.set(visitor, told);
    },

    /**
     * The visitor was let in between the last answer and this one: an estimate is a miss only if it is for every moment
     * in between.
     */
    noteAdmitted(visitor: number, atMs: number): void {
      const earliestMs = lastAtMs.get(visitor) ?? atMs;
      for (const { atMs: toldAtMs, low, high } of pending.get(visitor) ?? []) {
        const [least, most] = [(earliestMs - toldAtMs) / 1000, (atMs - toldAtMs) / 1000];
        const waitSec = Math.round((least + most) * 500) / 1000;
        tested.push({ atSec: Math.round(toldAtMs / 1000), low, high, waitSec, isMiss: most < low || least > high });
      }
      pending.delete(visitor);
      lastAtMs.delete(visitor);
    },

    forget(visitor: number): void {
      pending.delete(visitor);
      lastAtMs.delete(visitor);
    },

    read: (): ToldWait[] => tested,
  };
}

export type WaitBucket = { atSec: number; low: number; high: number; waitSec: number; count: number };

/** Medians of what was told and what came true, by when it was told. */
export function bucketToldWaits(tested: readonly ToldWait[], bucketSec: number): WaitBucket[] {
  const buckets = Map.groupBy(tested, ({ atSec }) => Math.floor(atSec / bucketSec) * bucketSec);
  return Array.from(buckets, ([atSec, waits]) => ({
    atSec,
    low: median(waits.map(({ low }) => low)),
    high: median(waits.map(({ high }) => high)),
    waitSec: median(waits.map(({ waitSec }) => waitSec)),
    count: waits.length,
  })).sort((one, other) => one.atSec - other.atSec);
}
