import type { Change } from '@fairline/shared/redis/changes.ts';

export type RecentChange = { id: string; atMs: number; type: string; from: string | null; number: number };

const keptMs = 5 * 60_000;

/** What happened to whom in the last 5 minutes, at most `maxKept` steps of it; the oldest give way. */
export function createRecentChanges({ maxKept = 200_000 }: { maxKept?: number } = {}) {
  /** Oldest first; those before `first` are gone, and taken out when they are half of all. */
  let kept: RecentChange[] = [];
  let first = 0;

  function dropOld(nowMs: number): void {
    while (first < kept.length && (kept.length - first > maxKept || nowMs - (kept[first]?.atMs ?? 0) > keptMs))
      first += 1;
    if (first * 2 <= kept.length) return;
    kept = kept.slice(first);
    first = 0;
  }

  return {
    note({ type, from, visitors, atMs }: Change): void {
      if (type === 'sale') {
        kept = [];
        first = 0;
      }
      for (const { id, number } of visitors) kept.push({ id, atMs, type, from, number });
      dropOld(atMs);
    },
    /** Newest first, at most `limit`. */
    find(id: string, nowMs: number, limit: number): RecentChange[] {
      const own: RecentChange[] = [];
      for (let index = kept.length - 1; index >= first && own.length < limit; index -= 1) {
        const change = kept[index];
        if (change?.id === id && nowMs - change.atMs <= keptMs) own.push(change);
      }
      return own;
    },
  };
}

export type RecentChanges = ReturnType<typeof createRecentChanges>;
