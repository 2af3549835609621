import type { LineName } from '@fairline/shared/stores/line/numbers.ts';
import type { LineRecord } from '../status/pace.ts';

export const spanSec = 5;
/** Ten minutes: enough for long waits, and what no longer holds is cut off by whoever reads it. */
const keptSpans = 120;

export type AdmissionHistory = {
  /** Places of the line given up at `atMs`: `passed` by its head, because admitted or put aside; `left` out of its middle. */
  note(moved: { passed: number; left: number }, atMs: number): void;
  /**
   * Tells whether the line could move at `atMs` and how many waited in it; call it once a second. A span in which it could
   * not (nobody waiting, paused, gate shut) says nothing about the speed of the line and is left out.
   */
  tick(atMs: number, canMove: boolean, waiting: number): void;
  /** The finished spans of the last ten minutes that count. The same object until there is another. */
  read(atMs: number): LineRecord;
};

/** Each line has a pace of its own. */
export type LineHistories = Readonly<Record<LineName, AdmissionHistory>>;

export function createLineHistories(): LineHistories {
  return { public: createAdmissionHistory(), vip: createAdmissionHistory() };
}

type Span = { index: number; passed: number; left: number; waiting: number; couldMove: boolean; isSeen: boolean };

/** What happened to the line in the last ten minutes, in spans of five seconds. */
export function createAdmissionHistory(): AdmissionHistory {
  const spans = new Map<number, Span>();
  let newestIndex = Number.NEGATIVE_INFINITY;
  let readIndex = Number.NaN;
  let record: LineRecord = { spans: [], spanSec };

  function spanAt(atMs: number): Span {
    const index = Math.floor(atMs / (spanSec * 1000));
    let span = spans.get(index);
    if (!span) {
      span = { index, passed: 0, left: 0, waiting: 0, couldMove: true, isSeen: false };
      spans.set(index, span);
    }
    if (index > newestIndex) {
      newestIndex = index;
      for (const old of spans.keys()) if (old <= index - keptSpans) spans.delete(old);
    }
    // What comes late belongs to a span that has been read already.
    if (index < readIndex) readIndex = Number.NaN;
    return span;
  }

  return {
    note({ passed, left }, atMs) {
      const span = spanAt(atMs);
      span.passed += passed;
      span.left += left;
    },
    tick(atMs, canMove, waiting) {
      const span = spanAt(atMs);
      span.isSeen = true;
      span.waiting = waiting;
      if (!canMove) span.couldMove = false;
    },
    read(atMs) {
      const current = Math.floor(atMs / (spanSec * 1000));
      if (current === readIndex) return record;
      readIndex = current;
      const counted = [...spans.values()]
        .filter(({ index, couldMove, isSeen }) => {
          return index < current && index >= current - keptSpans && couldMove && isSeen;
        })
        .sort((one, other) => one.index - other.index);
      record = { spans: counted.map(({ passed, left, waiting }) => ({ passed, left, waiting })), spanSec };
      return record;
    },
  };
}
