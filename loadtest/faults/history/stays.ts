import { type Entry, type Home, readMove } from './story.ts';

/** A stretch of a visitor's way: where, with which number, from when to when (ms of Redis time; to: Infinity = still). */
export type Stay = {
  home: Home;
  number: number;
  fromMs: number;
  toMs: number;
  at: number;
  endedAt: number | undefined;
};

/** Every visitor's way, as the changes tell it. */
export function followStays(entries: readonly Entry[]): Map<string, Stay[]> {
  const ways = new Map<string, Stay[]>();
  for (const { at, record } of entries) {
    const move = readMove(record);
    if (!move) continue;
    for (const [id, number] of record.visitors) {
      const way = ways.get(id) ?? [];
      const last = way.at(-1);
      if (last && last.toMs === Number.POSITIVE_INFINITY) {
        last.toMs = record.atMs;
        last.endedAt = at;
      }
      if (move.to) {
        const toMs = Number.POSITIVE_INFINITY;
        way.push({ home: move.to, number, fromMs: record.atMs, toMs, at, endedAt: undefined });
      }
      ways.set(id, way);
    }
  }
  return ways;
}
