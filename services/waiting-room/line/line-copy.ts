import { type Change, isAheadOfTurn } from '@fairline/shared/redis/changes.ts';
import { findHighest, isVipNumber, type LineName, readLineNumber } from '@fairline/shared/stores/line/numbers.ts';
import type { LineProgress, VipProgress } from '@fairline/shared/stores/line/store.ts';
import { createGoneBits, type GoneBits } from './gone-bits.ts';

/** How far the line is, as this process knows it. Replaced whole at every change; read it once per request. */
export type LineView = Readonly<{
  seq: number;
  epoch: number;
  /** Number of the last element popped from the public line, and the last number drawn there. */
  head: number;
  tail: number;
  /** In both lines, and aside. */
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
  /** The line of the VIPs, in its own count. */
  vip: Readonly<VipProgress>;
  /** Redis time at which this was known to be true, ms. */
  asOfMs: number;
}>;

export type LineCopy = {
  /** undefined until the first load. */
  view(): LineView | undefined;
  /** Whether a genuine ticket still stands for a place in the line, as far as this copy knows. */
  isWaiting(ticket: { epoch: number; number: number }): boolean;
  /** How many of its own line are served up to and including this number; null when the number is not in a line. */
  position(number: number): number | null;
  /** Takes note of what Redis told about the line by another way than changes and looks: the answer to a join. */
  noteSeen(seen: { number: number; seq: number }): void;
  /** The highest number of this sale and the highest change ever seen, of whatever epoch: what a Redis that lost its last second needs to know. */
  seen(): { tail: number; vipTail: number; seq: number };
  /** Takes one change of the line in. Changes may come twice, but in order. */
  apply(change: Change): void;
  /**
   * Takes a fresh look at the counters in. Says `reload` when changes were missed, so that only a load of the whole
   * copy helps: another epoch, a hole in the changes, or changes that the follower still has not brought a look later.
   */
  refresh(progress: LineProgress): 'fresh' | 'reload';
  /**
   * Loads the whole copy: `readProgress` first, then the pieces of both bitmaps from head to tail. The old copy serves
   * meanwhile, and changes that arrive count for both. Resolves to the moment it holds, for a follower to go on from.
   */
  load(source: LineSource): Promise<LineProgress>;
};

export type LineSource = {
  readProgress(): Promise<LineProgress>;
  readGone(fromByte: number, toByte: number, line: LineName): Promise<Uint8Array>;
};

type GoneOfLines = Record<LineName, GoneBits>;
const createGoneOfLines = (): GoneOfLines => ({ public: createGoneBits(), vip: createGoneBits() });

const pieceBytes = 64 * 1024;

export function createLineCopy(): LineCopy {
  let view: LineView | undefined;
  let gone = createGoneOfLines();
  let loading: GoneOfLines | undefined;
  /** The last change taken in, and the one up to which the totals of the view are exact. */
  let followedSeq = 0;
  let totalsSeq = 0;
  let seqAtLastLook = 0;
  let hasHole = false;
  let tailSeen = 0;
  let vipTailSeen = 0;
  let seqSeen = 0;
  let sale: number | undefined;

  /** A new sale draws its numbers from 1 again: those seen before were never lost. */
  function noteSale({ counters }: LineProgress): void {
    const now = counters.sale ?? 0;
    if (sale !== undefined && now !== sale) {
      tailSeen = 0;
      vipTailSeen = 0;
    }
    sale = now;
  }

  function noteSeen(highest: Record<LineName, number>, seq: number): void {
    tailSeen = Math.max(tailSeen, highest.public);
    vipTailSeen = Math.max(vipTailSeen, highest.vip);
    seqSeen = Math.max(seqSeen, seq);
  }

  /** Another epoch, or a line that lost its end: what is known of the old one counts no more. */
  function isSameLine(progress: LineProgress): boolean {
    return view?.epoch === progress.epoch && progress.seq >= seqAtLastLook;
  }

  function markGone(change: Change): void {
    for (const { number } of change.visitors) {
      const { line, own } = readLineNumber(number);
      gone[line].set(own);
      loading?.[line].set(own);
    }
  }

  async function loadGone(source: LineSource, line: LineName, { head, tail }: { head: number; tail: number }) {
    const endByte = Math.floor(tail / 8) + 1;
    for (let at = Math.floor(head / 8); tail > head && at < endByte; at += pieceBytes) {
      loading?.[line].load(at, await source.readGone(at, Math.min(at + pieceBytes, endByte) - 1, line));
    }
  }

  /** `known`: the view that goes on; undefined when this is the first or of another line. */
  function takeProgress(progress: LineProgress, known: LineView | undefined): void {
    const isNewer = !known || progress.seq >= totalsSeq;
    const totals = isNewer ? progress : known;
    noteSale(progress);
    noteSeen({ public: progress.tail, vip: progress.vip.tail }, progress.seq);
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
      vip: {
        ...progress.vip,
        head: Math.max(progress.vip.head, known?.vip.head ?? 0),
        tail: Math.max(progress.vip.tail, known?.vip.tail ?? 0),
        queued: totals.vip.queued,
        aside: totals.vip.aside,
      },
      asOfMs: progress.nowMs,
    };
  }

  /** Place in the own line, from 1; undefined when the number is not in it. */
  function findPosition(number: number): number | undefined {
    if (!view) return undefined;
    const { line, own } = readLineNumber(number);
    const { head } = line === 'vip' ? view.vip : view;
    const bits = gone[line];
    return own <= head || bits.has(own) ? undefined : own - head - bits.countBetween(head, own);
  }

  return {
    view: () => view,
    noteSeen: (seen) => noteSeen(findHighest([seen]), seen.seq),
    seen: () => ({ tail: tailSeen, vipTail: vipTailSeen, seq: seqSeen }),

    isWaiting({ epoch, number }) {
      if (!view || view.epoch !== epoch) return false;
      const { line, own } = readLineNumber(number);
      return own > (line === 'vip' ? view.vip.head : view.head) && !gone[line].has(own);
    },

    position: (number) => findPosition(number) ?? null,

    apply(change) {
      if (change.seq > followedSeq + 1) hasHole = true;
      followedSeq = Math.max(followedSeq, change.seq);
      const isAhead = isAheadOfTurn(change);
      if (change.from === 'line' && (change.type !== 'admitted' || isAhead)) markGone(change);
      if (!view) return;
      const highest = findHighest(change.visitors);
      noteSeen(highest, change.seq);
      const passes = change.type === 'aside' || (change.type === 'admitted' && !isAhead);
      const isPassingHead = change.from === 'line' && passes;
      const next = {
        ...view,
        seq: Math.max(view.seq, change.seq),
        head: isPassingHead ? Math.max(view.head, highest.public) : view.head,
        tail: Math.max(view.tail, highest.public),
        vip: {
          ...view.vip,
          head: isPassingHead ? Math.max(view.vip.head, highest.vip) : view.vip.head,
          tail: Math.max(view.vip.tail, highest.vip),
        },
        asOfMs: Math.max(view.asOfMs, change.atMs),
      };
      if (change.seq > totalsSeq) {
        totalsSeq = change.seq;
        const moved = countMoves(change, change.visitors.length);
        next.queued = Math.max(0, view.queued + moved.queued);
        next.aside = Math.max(0, view.aside + moved.aside);
        next.booked = Math.max(0, view.booked + moved.booked);
        next.confirmed = Math.max(0, view.confirmed + moved.confirmed);
        const vipsMoved = countMoves(change, countVips(change));
        next.vip.queued = Math.max(0, view.vip.queued + vipsMoved.queued);
        next.vip.aside = Math.max(0, view.vip.aside + vipsMoved.aside);
      }
      view = next;
    },

    refresh(progress) {
      if (!view || !isSameLine(progress) || hasHole || followedSeq < seqAtLastLook) return 'reload';
      takeProgress(progress, view);
      return 'fresh';
    },

    async load(source) {
      const fresh = createGoneOfLines();
      loading = fresh;
      hasHole = false;
      try {
        const progress = await source.readProgress();
        await loadGone(source, 'public', progress);
        await loadGone(source, 'vip', progress.vip);
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

export type LineMoveCounts = { passed: number; left: number };

/**
 * How many places of the public line a change gave up, and of the VIP line: `passed` at the head (admitted, put aside), `left`
 * out of the middle.
 */
export function countLineMoves(change: Change): LineMoveCounts & { vip: LineMoveCounts } {
  const { type, from, visitors } = change;
  const vips = from === 'line' ? countVips(change) : 0;
  const publics = from === 'line' ? visitors.length - vips : 0;
  const isPassing = type === 'aside' || (type === 'admitted' && !isAheadOfTurn(change));
  const split = (count: number) => (isPassing ? { passed: count, left: 0 } : { passed: 0, left: count });
  return { ...split(publics), vip: split(vips) };
}

function countVips({ visitors }: Change): number {
  let vips = 0;
  for (const { number } of visitors) if (isVipNumber(number)) vips++;
  return vips;
}

type Moves = { queued: number; aside: number; booked: number; confirmed: number };

/** How one change moves the totals, when it moves so many. */
function countMoves({ type, from }: Change, count: number): Moves {
  const moves: Moves = { queued: 0, aside: 0, booked: 0, confirmed: 0 };
  const leavesPlace = ['admitted', 'confirmed', 'cancelled', 'left', 'expired', 'revoked', 'aside'].includes(type);
  if (leavesPlace && from === 'line') moves.queued -= count;
  if (leavesPlace && from === 'aside') moves.aside -= count;
  if (leavesPlace && from === 'booked') moves.booked -= count;
  if (type === 'joined') moves.queued += count;
  if (type === 'aside') moves.aside += count;
  if (type === 'admitted') moves.booked += count;
  if (type === 'confirmed') moves.confirmed += count;
  return moves;
}
