import { type Change, isAheadOfTurn } from '@fairline/shared/redis/changes.ts';
import type { LineProgress } from '@fairline/shared/stores/line/store.ts';
import { createGoneBits, type GoneBits } from './gone-bits.ts';

/** How far the line is, as this process knows it. Replaced whole at every change; read it once per request. */
export type LineView = Readonly<{
  seq: number;
  epoch: number;
  /** Number of the last element popped from the line, and the last number drawn. */
  head: number;
  tail: number;
  /** In the line, and aside. */
  queued: number;
  aside: number;
  confirmed: number;
  booked: number;
  isGateOpen: boolean;
  /** Signs of life are wanted from numbers up to this one. */
  dueNumber: number;
  /** Numbers beyond `lostFrom` up to `lostTo` were drawn before the epoch began, and Redis lost them. */
  lostFrom: number;
  lostTo: number;
  /** Redis time at which this was known to be true, ms. */
  asOfMs: number;
}>;

export type LineCopy = {
  /** undefined until the first load. */
  view(): LineView | undefined;
  /** Whether a genuine ticket still stands for a place in the line, as far as this copy knows. */
  isWaiting(ticket: { epoch: number; number: number }): boolean;
  /** How many are served up to and including this number; null when the number is not in the line. */
  position(number: number): number | null;
  /** Takes note of what Redis told about the line by another way than changes and looks: the answer to a join. */
  noteSeen(seen: { number: number; seq: number }): void;
  /** The highest number and change ever seen, of whatever epoch: what a Redis that lost its last second needs to know. */
  seen(): { tail: number; seq: number };
  /** Takes one change of the line in. Changes may come twice, but in order. */
  apply(change: Change): void;
  /**
   * Takes a fresh look at the counters in. Says `reload` when changes were missed, so that only a load of the whole
   * copy helps: another epoch, a hole in the changes, or changes that the follower still has not brought a look later.
   */
  refresh(progress: LineProgress): 'fresh' | 'reload';
  /**
   * Loads the whole copy: `readProgress` first, then the pieces of `booking:gone` from head to tail. The old copy serves
   * meanwhile, and changes that arrive count for both. Resolves to the moment it holds, for a follower to go on from.
   */
  load(source: LineSource): Promise<LineProgress>;
};

export type LineSource = {
  readProgress(): Promise<LineProgress>;
  readGone(fromByte: number, toByte: number): Promise<Uint8Array>;
};

const pieceBytes = 64 * 1024;

export function createLineCopy(): LineCopy {
  let view: LineView | undefined;
  let gone = createGoneBits();
  let loading: GoneBits | undefined;
  /** The last change taken in, and the one up to which the totals of the view are exact. */
  let followedSeq = 0;
  let totalsSeq = 0;
  let seqAtLastLook = 0;
  let hasHole = false;
  let tailSeen = 0;
  let seqSeen = 0;

  function noteSeen(number: number, seq: number): void {
    tailSeen = Math.max(tailSeen, number);
    seqSeen = Math.max(seqSeen, seq);
  }

  /** Another epoch, or a line that lost its end: what is known of the old one counts no more. */
  function isSameLine(progress: LineProgress): boolean {
    return view?.epoch === progress.epoch && progress.seq >= seqAtLastLook;
  }

  function markGone(change: Change): void {
    for (const { number } of change.visitors) {
      gone.set(number);
      loading?.set(number);
    }
  }

  /** `known`: the view that goes on; undefined when this is the first or of another line. */
  function takeProgress(progress: LineProgress, known: LineView | undefined): void {
    const isNewer = !known || progress.seq >= totalsSeq;
    const totals = isNewer ? progress : known;
    noteSeen(progress.tail, progress.seq);
    seqAtLastLook = progress.seq;
    if (isNewer) totalsSeq = progress.seq;
    view = {
      seq: Math.max(progress.seq, known?.seq ?? 0),
      epoch: progress.epoch,
      head: Math.max(progress.head, known?.head ?? 0),
      tail: Math.max(progress.tail, known?.tail ?? 0),
      queued: totals.queued,
      aside: totals.aside,
      confirmed: isNewer ? progress.orders : known.confirmed,
      booked: totals.booked,
      isGateOpen: progress.gate.isOpen,
      dueNumber: progress.dueNumber,
      lostFrom: progress.lostFrom,
      lostTo: progress.lostTo,
      asOfMs: progress.nowMs,
    };
  }

  return {
    view: () => view,
    noteSeen: ({ number, seq }) => noteSeen(number, seq),
    seen: () => ({ tail: tailSeen, seq: seqSeen }),

    isWaiting({ epoch, number }) {
      return view !== undefined && view.epoch === epoch && number > view.head && !gone.has(number);
    },

    position(number) {
      if (!view || number <= view.head || gone.has(number)) return null;
      return number - view.head - gone.countBetween(view.head, number);
    },

    apply(change) {
      if (change.seq > followedSeq + 1) hasHole = true;
      followedSeq = Math.max(followedSeq, change.seq);
      const isAhead = isAheadOfTurn(change);
      if (change.from === 'line' && (change.type !== 'admitted' || isAhead)) markGone(change);
      if (!view) return;
      const numbers = change.visitors.map((visitor) => visitor.number);
      const highest = Math.max(0, ...numbers);
      noteSeen(highest, change.seq);
      const passes = change.type === 'aside' || (change.type === 'admitted' && !isAhead);
      const isPassingHead = change.from === 'line' && passes;
      const next = {
        ...view,
        seq: Math.max(view.seq, change.seq),
        head: isPassingHead ? Math.max(view.head, highest) : view.head,
        tail: Math.max(view.tail, highest),
        asOfMs: Math.max(view.asOfMs, change.atMs),
      };
      if (change.seq > totalsSeq) {
        totalsSeq = change.seq;
        const moved = countMoves(change);
        next.queued = Math.max(0, view.queued + moved.queued);
        next.aside = Math.max(0, view.aside + moved.aside);
        next.booked = Math.max(0, view.booked + moved.booked);
        next.confirmed = Math.max(0, view.confirmed + moved.confirmed);
      }
      view = next;
    },

    refresh(progress) {
      if (!view || !isSameLine(progress) || hasHole || followedSeq < seqAtLastLook) return 'reload';
      takeProgress(progress, view);
      return 'fresh';
    },

    async load(source) {
      const fresh = createGoneBits();
      loading = fresh;
      hasHole = false;
      try {
        const progress = await source.readProgress();
        const endByte = Math.floor(progress.tail / 8) + 1;
        for (let at = Math.floor(progress.head / 8); at < endByte; at += pieceBytes) {
          fresh.load(at, await source.readGone(at, Math.min(at + pieceBytes, endByte) - 1));
        }
        gone = fresh;
        const known = isSameLine(progress) ? view : undefined;
        followedSeq = known ? Math.max(followedSeq, progress.seq) : progress.seq;
        takeProgress(progress, known);
        return progress;
      } catch (error) {
        hasHole = true;
        throw error;
      } finally {
        loading = undefined;
      }
    },
  };
}

/** How many places of the line a change gave up: `passed` at its head (admitted, put aside), `left` out of its middle. */
export function countLineMoves(change: Change): { passed: number; left: number } {
  const { type, from, visitors } = change;
  if (from !== 'line') return { passed: 0, left: 0 };
  const isPassing = type === 'aside' || (type === 'admitted' && !isAheadOfTurn(change));
  return isPassing ? { passed: visitors.length, left: 0 } : { passed: 0, left: visitors.length };
}

type Moves = { queued: number; aside: number; booked: number; confirmed: number };

/** How one change moves the totals. */
function countMoves({ type, from, visitors }: Change): Moves {
  const moves: Moves = { queued: 0, aside: 0, booked: 0, confirmed: 0 };
  const leavesPlace = ['admitted', 'confirmed', 'cancelled', 'left', 'expired', 'revoked', 'aside'].includes(type);
  if (leavesPlace && from === 'line') moves.queued -= visitors.length;
  if (leavesPlace && from === 'aside') moves.aside -= visitors.length;
  if (leavesPlace && from === 'booked') moves.booked -= visitors.length;
  if (type === 'joined') moves.queued += visitors.length;
  if (type === 'aside') moves.aside += visitors.length;
  if (type === 'admitted') moves.booked += visitors.length;
  if (type === 'confirmed') moves.confirmed += visitors.length;
  return moves;
}
