import type { AdmissionRecord } from '../status/estimate.ts';

const spanSec = 5;
const keptSpans = 60;

export type AdmissionHistory = {
  /** `count` visitors were admitted from the line. */
  note(count: number, atMs: number): void;
  /**
   * Tells whether the line could move at `atMs`; call it once a second. A span in which it could not (nobody waiting,
   * paused, gate shut) says nothing about the speed of the line and is left out.
   */
  tick(atMs: number, canMove: boolean): void;
  /** The finished spans of the last five minutes that count. */
  read(atMs: number): AdmissionRecord;
};

type Span = { index: number; count: number; couldMove: boolean; ticks: number };

/** Admissions of the last five minutes in spans of five seconds, on a clock that never steps back. */
export function createAdmissionHistory(): AdmissionHistory {
  let spans: Span[] = [];

  function spanAt(atMs: number): Span {
    const index = Math.floor(atMs / (spanSec * 1000));
    const last = spans.at(-1);
    if (last?.index === index) return last;
    const span = { index, count: 0, couldMove: true, ticks: 0 };
    spans = [...spans.filter((old) => old.index > index - keptSpans), span];
    return span;
  }

  return {
    note(count, atMs) {
      spanAt(atMs).count += count;
    },
    tick(atMs, canMove) {
      const span = spanAt(atMs);
      span.ticks++;
      if (!canMove) span.couldMove = false;
    },
    read(atMs) {
      const current = Math.floor(atMs / (spanSec * 1000));
      const counts = spans
        .filter((span) => span.index < current && span.index >= current - keptSpans && span.couldMove && span.ticks > 0)
        .map((span) => span.count);
      return { counts, spanSec };
    },
  };
}
