import { createPlaceTable } from './place-table.ts';

/**
 * A visitor's place as this gateway knows it: the number of the change by which it learned of it, from 0. The same visitor's
 * next place has another one.
 */
export type Place = number;

type Note = { seq: number; place: Place | undefined };

/**
 * The gateway's copy of the booked set: membership as of `seq`, and over it the notes of rooms that know more than the
 * copy does yet (a hand-over, a release). A note is dropped once the copy has caught up with it, so a reload that began
 * before a hand-over cannot lose it. This copy never ends a place by itself.
 */
export function createBookedCopy() {
  let places = createPlaceTable();
  let seq = -1;
  const ahead = new Map<string, Note>();

  function get(visitorId: string): Place | undefined {
    const note = ahead.size > 0 ? ahead.get(visitorId) : undefined;
    return note ? note.place : places.get(visitorId);
  }

  function note(visitorId: string, noteSeq: number, isBooked: boolean): boolean {
    if (noteSeq <= seq || noteSeq < (ahead.get(visitorId)?.seq ?? 0)) return false;
    ahead.set(visitorId, { seq: noteSeq, place: isBooked ? (get(visitorId) ?? noteSeq) : undefined });
    return true;
  }

  function forgetNotesUpTo(reachedSeq: number): void {
    for (const [visitorId, { seq: noteSeq }] of ahead) if (noteSeq <= reachedSeq) ahead.delete(visitorId);
  }

  return {
    /** undefined: holds none. */
    get,

    /** A room says that this visitor holds a place since change `noteSeq`. False when the copy knows better already. */
    noteBooked: (visitorId: string, noteSeq: number) => note(visitorId, noteSeq, true),

    /** A room says that change `noteSeq` ended this visitor's place. */
    noteReleased: (visitorId: string, noteSeq: number) => note(visitorId, noteSeq, false),

    /** One change of the line, in order. Changes that the copy has seen are ignored. */
    apply(changeSeq: number, visitorIds: readonly string[], isBooked: boolean | undefined): void {
      if (changeSeq <= seq) return;
      if (isBooked !== undefined) {
        for (const visitorId of visitorIds) {
          if (isBooked) places.set(visitorId, get(visitorId) ?? changeSeq);
          else places.delete(visitorId);
        }
      }
      seq = changeSeq;
      if (ahead.size > 0) forgetNotesUpTo(seq);
    },

    /**
     * Begins a whole new copy, as of `newSeq`; the old one serves until `finish`. Places that are known already stay the
     * same ones. A draft that is not finished is forgotten.
     */
    draft(newSeq: number): BookedDraft {
      const next = createPlaceTable();
      return {
        add(visitorIds) {
          for (const visitorId of visitorIds) next.set(visitorId, get(visitorId) ?? newSeq);
        },
        finish() {
          // A counter that went back means that Redis lost its last writes: what was noted then may never have happened.
          if (newSeq < seq) ahead.clear();
          places = next;
          seq = newSeq;
          forgetNotesUpTo(seq);
        },
      };
    },

    /** Nobody holds a place any more, as of change `newSeq`. */
    clear(newSeq: number): void {
      places = createPlaceTable();
      seq = newSeq;
      forgetNotesUpTo(seq);
    },

    isLoaded: () => seq >= 0,
    size: () => places.size(),
    seq: () => seq,
  };
}

export type BookedDraft = { add(visitorIds: Iterable<string>): void; finish(): void };
export type BookedCopy = ReturnType<typeof createBookedCopy>;
