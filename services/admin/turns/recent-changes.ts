import type { Change } from '@fairline/shared/redis/changes.ts';

export type RecentChange = { id: string; atMs: number; type: string; from: string | null; number: number };

const keptMs = 5 * 60_000;
const maxKept = 200_000;

/** What happened to whom in the last 5 minutes, at most 200 000 steps of it; the oldest give way. */
export function createRecentChanges() {
  /** A ring, so that the oldest are overwritten without moving the others. */
  let ring: RecentChange[] = [];
  let next = 0;

  return {
    note({ type, from, visitors, atMs }: Change): void {
      if (type === 'sale') {
        ring = [];
        next = 0;
      }
      for (const { id, number } of visitors) {
        ring[next] = { id, atMs, type, from, number };
        next = (next + 1) % maxKept;
      }
    },
    /** Newest first, at most `limit`. */
    find(id: string, nowMs: number, limit: number): RecentChange[] {
      const ordered = [...ring.slice(next), ...ring.slice(0, next)];
      const own = ordered.filter((change) => change.id === id && nowMs - change.atMs <= keptMs);
      return own.reverse().slice(0, limit);
    },
  };
}

export type RecentChanges = ReturnType<typeof createRecentChanges>;
