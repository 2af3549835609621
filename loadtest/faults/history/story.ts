import type { ChangeRecord, HistoryRecord, LookRecord } from './records.ts';

/** A record with its place in the history: line number - 1. */
export type Noted<T extends HistoryRecord> = { at: number; record: T };

/** An entry of the stream; `lostIn`: the loss that took it, counted from 0. */
export type Entry = Noted<ChangeRecord> & { lostIn?: number };

export type Story = {
  /** What happened: without what a later epoch does not know. In the order of the stream. */
  entries: readonly Entry[];
  /** What a later epoch does not know. */
  lost: readonly Entry[];
  epochs: readonly { at: number; atMs: number }[];
};

/** Tells what happened from what was noted. */
export function tellStory(history: readonly HistoryRecord[]): Story {
  let entries: Entry[] = [];
  const lost: Entry[] = [];
  const epochs: { at: number; atMs: number }[] = [];
  for (const [at, record] of history.entries()) {
    if (record.kind === 'change') {
      entries.push({ at, record });
    } else if (record.kind === 'epoch') {
      epochs.push({ at, atMs: record.atMs });
      const isKept = (entry: Entry) => compareStreamIds(entry.record.streamId, record.keptStreamId) <= 0;
      const lostIn = epochs.length - 1;
      lost.push(...entries.filter((entry) => !isKept(entry)).map((entry) => ({ ...entry, lostIn })));
      entries = entries.filter(isKept);
    }
  }
  return { entries, lost, epochs };
}

export function compareStreamIds(one: string, other: string): number {
  const [oneMs = 0, oneIndex = 0] = one.split('-').map(Number);
  const [otherMs = 0, otherIndex = 0] = other.split('-').map(Number);
  return oneMs - otherMs || oneIndex - otherIndex;
}

export function looksOf(history: readonly HistoryRecord[]): Noted<LookRecord>[] {
  return history.flatMap((record, at) => (record.kind === 'look' ? [{ at, record }] : []));
}

export type Home = 'line' | 'aside' | 'booked' | 'confirmed';

/** Where an entry takes its visitors from and to, null = nowhere; undefined: it moves nobody. */
export function readMove({ type, from }: ChangeRecord): { from: Home | null; to: Home | null } | undefined {
  const before = from === '' ? null : (from as Home);
  switch (type) {
    case 'joined':
      return { from: null, to: 'line' };
    case 'admitted':
      return { from: before, to: 'booked' };
    case 'aside':
      return { from: before, to: 'aside' };
    case 'confirmed':
      return { from: 'booked', to: 'confirmed' };
    case 'claimed':
      return { from: 'booked', to: 'booked' };
    case 'cancelled':
      return { from: 'booked', to: null };
    case 'left':
    case 'expired':
    case 'revoked':
      return { from: before, to: null };
    default:
      return undefined;
  }
}

/** Numbers above are of the VIP line, which counts by itself. */
export const vipBase = 9_000_000_000;
export const lineOf = (number: number): 'public' | 'vip' => (number > vipBase ? 'vip' : 'public');
