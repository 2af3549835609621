import { type Change, isAheadOfTurn } from '@fairline/shared/redis/changes.ts';
import type { TurnRow } from '@fairline/shared/stores/journeys/store.ts';
import { isVipNumber, vipNumberBase } from '@fairline/shared/stores/line/numbers.ts';
import type { Funnel } from '../contract/funnel.ts';
import { createDurationTally, type DurationTally } from './durations.ts';
import { createJoinTimes } from './join-times.ts';

/** Turns whose place is held, or was missed, that are remembered at most; the longest known go first. */
const maxTurns = 200_000;
const recentMs = 60_000;
const maxRecent = 5_000;

type Drawn = { tail: number; vipTail: number };

/** A turn that has got a place; `placedAtMs` is the last time it did. */
type Turn = TurnRow & { placedAtMs: number };

/** Durations as they are kept over a restart. */
export type KeptTimes = { sale: number; seq: number; sinceMs: number; tallies: readonly (readonly number[])[] };

export type TurnTracker = {
  /** Takes one change in and answers the turns that are worth noting. Changes that were seen before do nothing. */
  apply(change: Change): readonly TurnRow[];
  /** When a number of the line was drawn, to a second; null when that was before this process looked. */
  findJoinedAtMs(number: number): number | null;
  times(): Funnel['times'];
  /** Of the newest change taken in; 0 before the first. */
  lastSeq(): number;
  /** Median of those admitted from the line in the minute before `nowMs`; null with none. */
  measuredWaitSec(nowMs: number): number | null;
  /** Numbers were drawn between two readings, in each line's own count. Oldest first. */
  noteDrawn(before: Drawn, after: Drawn, atMs: number): void;
  /** When numbers were drawn so far is not known. */
  forgetDrawn(): void;
  /** What `restore` needs; undefined while the number of the sale is not known. */
  keep(): KeptTimes | undefined;
  /** Takes up durations that were kept: changes up to their `seq` are in them. */
  restore(kept: KeptTimes): void;
  /** Which sale runs. */
  noteSale(sale: number): void;
  /** The data is another one: nothing seen before counts. */
  reset(sinceMs: number): void;
};

/** Follows turns from the number to their end, for durations and for the journal. Bounded in memory. */
export function createTurnTracker({ sinceMs }: { sinceMs: number }): TurnTracker {
  let since = sinceMs;
  let lastSeq = 0;
  const publicLine = createJoinTimes();
  const vipLine = createJoinTimes();
  const turns = new Map<string, Turn>();
  let recent: { atMs: number; waitMs: number }[] = [];
  const toAdmission = createDurationTally();
  const toDropOffWaiting = createDurationTally();
  const toOrder = createDurationTally();
  const toDropOffBooked = createDurationTally();
  const tallies = [toAdmission, toDropOffWaiting, toOrder, toDropOffBooked];
  let sale: number | undefined;
  /** Changes up to this one are in the durations already. */
  let countedSeq = 0;

  function count(tally: DurationTally, durationMs: number, { seq }: Change): void {
    if (seq > countedSeq) tally.add(durationMs);
  }

  function forgetTurns(): void {
    publicLine.reset();
    vipLine.reset();
    turns.clear();
    recent = [];
  }

  function forgetDurations(nowMs: number): void {
    since = nowMs;
    for (const tally of tallies) tally.reset();
  }

  const joinTimesOf = (number: number) => (isVipNumber(number) ? vipLine : publicLine);

  function keep(turn: Turn): void {
    turns.set(turn.visitorId, turn);
    if (turns.size <= maxTurns) return;
    const [oldest] = turns.keys();
    if (oldest !== undefined) turns.delete(oldest);
  }

  function turnOf({ id, number }: { id: string; number: number }): Turn {
    const known = turns.get(id);
    if (known?.number === number) return known;
    return {
      visitorId: id,
      number,
      joinedAtMs: joinTimesOf(number).find(number),
      admittedAtMs: null,
      claimedAtMs: null,
      endedAtMs: null,
      admissions: 0,
      outcome: null,
      placedAtMs: 0,
    };
  }

  function admit(change: Change, turn: Turn): void {
    if (turn.admittedAtMs === null && turn.joinedAtMs !== null) {
      const waitMs = change.atMs - turn.joinedAtMs;
      count(toAdmission, waitMs, change);
      if (change.from === 'line' && !isAheadOfTurn(change)) recent.push({ atMs: change.atMs, waitMs });
      if (recent.length > maxRecent) recent = recent.slice(-Math.ceil(maxRecent / 2));
    }
    keep({
      ...turn,
      admittedAtMs: turn.admittedAtMs ?? change.atMs,
      placedAtMs: change.atMs,
      admissions: turn.admissions + 1,
    });
  }

  function end(change: Change, turn: Turn, outcome: NonNullable<TurnRow['outcome']>): TurnRow {
    const heldMs = turn.placedAtMs > 0 ? change.atMs - turn.placedAtMs : null;
    if (change.from === 'booked' && heldMs !== null) {
      if (outcome === 'confirmed') count(toOrder, heldMs, change);
      else if (outcome !== 'revoked') count(toDropOffBooked, heldMs, change);
    } else if (change.from !== 'booked' && outcome !== 'revoked' && turn.joinedAtMs !== null)
      count(toDropOffWaiting, change.atMs - turn.joinedAtMs, change);
    turns.delete(turn.visitorId);
    return { ...turn, endedAtMs: change.atMs, outcome };
  }

  function applyNew(change: Change): readonly TurnRow[] {
    const numbers = change.visitors.map(({ number }) => number).filter((number) => number > 0);
    switch (change.type) {
      case 'joined':
        for (const times of [publicLine, vipLine]) {
          const own = numbers.filter((number) => joinTimesOf(number) === times);
          if (own.length > 0) times.note(Math.min(...own), Math.max(...own), change.atMs);
        }
        return [];
      case 'admitted':
        return change.visitors.map((visitor) => {
          admit(change, turnOf(visitor));
          return turns.get(visitor.id) ?? turnOf(visitor);
        });
      case 'claimed':
        for (const visitor of change.visitors) {
          const turn = turns.get(visitor.id);
          if (turn) keep({ ...turn, claimedAtMs: turn.claimedAtMs ?? change.atMs });
        }
        return [];
      case 'confirmed':
      case 'cancelled':
      case 'left':
      case 'expired':
      case 'revoked': {
        const outcome = change.type;
        return change.visitors.map((visitor) => end(change, turnOf(visitor), outcome));
      }
      case 'sale':
        sale = Number(change.fields.sale ?? 0);
        forgetTurns();
        // Durations that were taken up later than this are those of the new sale.
        if (change.seq > countedSeq) forgetDurations(change.atMs);
        return [];
      default:
        return [];
    }
  }

  return {
    apply(change) {
      if (change.seq <= lastSeq) return [];
      lastSeq = change.seq;
      return applyNew(change);
    },
    findJoinedAtMs: (number) => joinTimesOf(number).find(number),
    lastSeq: () => lastSeq,
    times: () => ({
      sinceMs: since,
      toAdmission: toAdmission.summary(),
      toDropOffWaiting: toDropOffWaiting.summary(),
      toOrder: toOrder.summary(),
      toDropOffBooked: toDropOffBooked.summary(),
    }),
    measuredWaitSec(nowMs) {
      recent = recent.filter(({ atMs }) => nowMs - atMs < recentMs);
      const waits = recent.map(({ waitMs }) => waitMs).sort((a, b) => a - b);
      const median = waits[Math.floor(waits.length / 2)];
      return median === undefined ? null : Math.round(median / 100) / 10;
    },
    noteDrawn(before, after, atMs) {
      if (after.tail > before.tail) publicLine.note(before.tail + 1, after.tail, atMs);
      const [from, to] = [vipNumberBase + before.vipTail + 1, vipNumberBase + after.vipTail];
      if (to >= from) vipLine.note(from, to, atMs);
    },
    forgetDrawn() {
      publicLine.reset();
      vipLine.reset();
    },
    keep: () =>
      sale === undefined
        ? undefined
        : { sale, seq: Math.max(lastSeq, countedSeq), sinceMs: since, tallies: tallies.map((tally) => tally.counts()) },
    restore(kept) {
      sale = kept.sale;
      countedSeq = kept.seq;
      since = kept.sinceMs;
      for (const [index, tally] of tallies.entries()) tally.restore(kept.tallies[index] ?? []);
    },
    noteSale(now) {
      sale = now;
    },
    reset(nowMs) {
      lastSeq = 0;
      countedSeq = 0;
      forgetTurns();
      forgetDurations(nowMs);
    },
  };
}
