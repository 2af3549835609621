/** The last number drawn at a moment, ms of a clock that does not go back. */
export type TailNote = { readonly atMs: number; readonly tail: number };

export type TailHistory = {
  readonly notes: readonly TailNote[];
  /** Least time between two notes: doubles whenever there are too many, so that long waits are known less exactly. */
  readonly stepMs: number;
};

export const noTails: TailHistory = Object.freeze({ notes: [], stepMs: 0 });

const maxNotes = 4096;
const firstStepMs = 1000;

/** The history with this note in it; unchanged while nobody drew a number, or when the last note is too young. */
export function noteTail(history: TailHistory, note: TailNote): TailHistory {
  const last = history.notes.at(-1);
  // A line that was begun anew: what was noted is of another one.
  if (last && note.tail < last.tail) return { notes: [note], stepMs: 0 };
  if (last && (note.tail === last.tail || note.atMs - last.atMs < history.stepMs)) return history;
  if (history.notes.length < maxNotes) return { ...history, notes: [...history.notes, note] };
  const thinned = history.notes.filter((_, index) => index % 2 === 0);
  return { notes: [...thinned, note], stepMs: Math.max(firstStepMs, history.stepMs * 2) };
}

/**
 * How long whoever left the head of the line last had waited: since number `head` was drawn, exact to the time between two
 * notes. 0 when nobody waits, undefined when it was drawn before the first note.
 */
export function readWaitedMs(
  { notes }: TailHistory,
  { head, tail, nowMs }: { head: number; tail: number; nowMs: number },
): number | undefined {
  if (head >= tail) return 0;
  const first = notes[0];
  if (!first || head === 0 || first.tail >= head) return undefined;
  const drawn = notes.find((note) => note.tail >= head);
  return drawn ? nowMs - drawn.atMs : 0;
}
