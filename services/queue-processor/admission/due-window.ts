/**
 * Who is about to be admitted, and for how long they have known it. Numbers up to the end of the window are asked for
 * signs of life; only someone who has been in the window for the whole time that makes a visitor absent can be skipped.
 */

/** The most numbers that are asked for signs of life at once: what presence costs Redis must not grow with the sale. */
export const maxWindowNumbers = 20_000;
/** The time over which places are counted that can become free, in ms. Also how long someone must be silent. */
export const windowMs = 90_000;
/**
 * A longer pause between two notes starts the history anew: nothing was led or Redis was away, so signs of life may
 * have been lost.
 */
export const maxNoteGapMs = 5_000;
/** One note a second is enough for a span of 90. */
const minNoteGapMs = 1_000;

export type WindowInput = {
  /** Number of the last element popped from the line. */
  head: number;
  maxBooking: number;
  /** 0 = no limit. */
  newBookingsPerMinute: number;
  /** Admissions of the last 90 s: where people finish fast, a place frees many times. */
  admittedLately: number;
};

/**
 * The last number in the window: twice the places that can free within 90 s. Every place can, and as many as did lately;
 * the pace may allow fewer. At least one place, so that the next in line is always asked.
 */
export function decideWindowEnd({ head, maxBooking, newBookingsPerMinute, admittedLately }: WindowInput): number {
  const byPace = newBookingsPerMinute > 0 ? Math.ceil((newBookingsPerMinute * windowMs) / 60_000) : Infinity;
  const places = Math.max(1, Math.min(Math.max(maxBooking, admittedLately), byPace));
  return head + Math.min(2 * places, maxWindowNumbers);
}

/** `admitted` is the total of admissions at that time. */
export type WindowNote = { atMs: number; windowEnd: number; admitted: number };

/** Admissions since the oldest note of the last 90 s; 0 while there is none. */
export function countAdmittedLately(history: readonly WindowNote[], nowMs: number, admitted: number): number {
  const oldest = history.find((note) => note.atMs >= nowMs - windowMs);
  return oldest ? Math.max(0, admitted - oldest.admitted) : 0;
}

/**
 * The history with one more note, old ones dropped that can no longer matter. Times are of one monotonic clock. A note
 * within a second of the last is folded into it (the lower end counts), a gap starts anew.
 */
export function noteWindow(history: readonly WindowNote[], note: WindowNote, spanMs: number): readonly WindowNote[] {
  const last = history.at(-1);
  if (!last || note.atMs - last.atMs > maxNoteGapMs) return [note];
  const beforeLast = history.at(-2);
  if (beforeLast && note.atMs - beforeLast.atMs < minNoteGapMs) {
    const windowEnd = Math.min(last.windowEnd, note.windowEnd);
    return [...history.slice(0, -1), { ...note, windowEnd }];
  }
  const kept = history.filter((_, index) => {
    const next = history[index + 1];
    return !next || next.atMs > note.atMs - spanMs;
  });
  return [...kept, note];
}

/**
 * The highest number that has been in the window without a break for `absentAfterMs`; 0 while that is not known, so
 * that nobody is skipped by a leader who has just begun.
 */
export function decideDueNumber(history: readonly WindowNote[], nowMs: number, absentAfterMs: number): number {
  let due = Infinity;
  for (const note of history.toReversed()) {
    due = Math.min(due, note.windowEnd);
    if (note.atMs <= nowMs - absentAfterMs) return due;
  }
  return 0;
}
