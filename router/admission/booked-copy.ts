/** A booked visitor as this gateway sees it; fields change in place. */
export type Place = {
  /** Monotonic time of the last renewal handed to Redis; -Infinity until the claim. */
  renewedAtMs: number;
};

/** Stands for all places that this gateway has seen no use of: a million objects would have to be looked after otherwise. */
const unused: Place = Object.freeze({ renewedAtMs: Number.NEGATIVE_INFINITY });

type Note = { seq: number; place: Place | undefined };

/**
 * The gateway's copy of the booked set: membership as of `seq`, and over it the notes of rooms that know more than the
 * copy does yet (a hand-over, a release). A note is dropped once the copy has caught up with it, so a reload that began
 * before a hand-over cannot lose it. This copy never ends a place by itself.
 */
export function createBookedCopy() {
  let places = new Map<string, Place>();
  let seq = -1;
  const ahead = new Map<string, Note>();

  function get(visitorId: string): Place | undefined {
    if (ahead.size > 0) {
      const note = ahead.get(visitorId);
      if (note) return note.place;
    }
    const place = places.get(visitorId);
    if (place !== unused) return place;
    const own = newPlace();
    places.set(visitorId, own);
    return own;
  }

  /** As `get`, for whoever only hands it on. */
  function peek(visitorId: string): Place | undefined {
    const note = ahead.size > 0 ? ahead.get(visitorId) : undefined;
    return note ? note.place : places.get(visitorId);
  }

  function note(visitorId: string, noteSeq: number, isBooked: boolean): boolean {
    if (noteSeq <= seq || noteSeq < (ahead.get(visitorId)?.seq ?? 0)) return false;
    ahead.set(visitorId, { seq: noteSeq, place: isBooked ? (get(visitorId) ?? newPlace()) : undefined });
    return true;
  }

  function forgetNotesUpTo(reachedSeq: number): void {
    for (const [visitorId, { seq: noteSeq }] of ahead) if (noteSeq <= reachedSeq) ahead.delete(visitorId);
  }

  return {
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
          if (isBooked) places.set(visitorId, peek(visitorId) ?? unused);
          else places.delete(visitorId);
        }
      }
      seq = changeSeq;
      if (ahead.size > 0) forgetNotesUpTo(seq);
    },

    /** Puts a whole new copy in place, as of `newSeq`. Known places keep what this gateway remembers of them. */
    replace(visitorIds: Iterable<string>, newSeq: number): void {
      const next = new Map<string, Place>();
      for (const visitorId of visitorIds) next.set(visitorId, peek(visitorId) ?? unused);
      // A counter that went back means that Redis lost its last writes: what was noted then may never have happened.
      if (newSeq < seq) ahead.clear();
      places = next;
      seq = newSeq;
      forgetNotesUpTo(seq);
    },

    /** Nobody holds a place any more, as of change `newSeq`; answers who did. */
    clear(newSeq: number): string[] {
      const visitorIds = [...new Set([...places.keys(), ...ahead.keys()])];
      places = new Map();
      seq = newSeq;
      forgetNotesUpTo(seq);
      return visitorIds;
    },

    isLoaded: () => seq >= 0,
    size: () => places.size,
    seq: () => seq,
  };
}

export type BookedCopy = ReturnType<typeof createBookedCopy>;

function newPlace(): Place {
  return { renewedAtMs: Number.NEGATIVE_INFINITY };
}
