import { type LineStore, maxBatch } from '@fairline/shared/stores/line/store.ts';
import type { Place } from './places.ts';

/** A sign counts for this long: noting more often would tell Redis nothing new. */
const quietMs = 10_000;

export type SignsOfLife = {
  /**
   * Takes note that the visitor was here. Only signs that matter are kept: of people aside, who may enter again from then
   * on, and of numbers about to be admitted.
   */
  note(visitorId: string, place: Place, dueNumber: number, nowMs: number): void;
  /** Sends what was noted since the last flush. What cannot be sent is dropped: the next sign comes within seconds. */
  flush(nowMs: number): Promise<void>;
};

/** Gathers signs of life for Redis: at most one per visitor and 10 s, in batches. */
export function createSignsOfLife({ store }: { store: Pick<LineStore, 'noteSigns'> }): SignsOfLife {
  const pending = new Set<string>();
  /** In the order of insertion, so that old entries are at the front. */
  const notedAtMs = new Map<string, number>();

  return {
    note(visitorId, place, dueNumber, nowMs) {
      const matters = place.kind === 'aside' || (place.kind === 'waiting' && place.number <= dueNumber);
      if (!matters || nowMs - (notedAtMs.get(visitorId) ?? Number.NEGATIVE_INFINITY) < quietMs) return;
      notedAtMs.delete(visitorId);
      notedAtMs.set(visitorId, nowMs);
      pending.add(visitorId);
    },
    async flush(nowMs) {
      for (const [visitorId, atMs] of notedAtMs) {
        if (nowMs - atMs < quietMs) break;
        notedAtMs.delete(visitorId);
      }
      const visitorIds = [...pending];
      pending.clear();
      for (let at = 0; at < visitorIds.length; at += maxBatch) {
        await store.noteSigns(visitorIds.slice(at, at + maxBatch));
      }
    },
  };
}
