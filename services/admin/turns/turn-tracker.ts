import { type Change, isAheadOfTurn } from '@fairline/shared/redis/changes.ts';
import type { TurnRow } from '@fairline/shared/stores/journeys/store.ts';
import { isVipNumber } from '@fairline/shared/stores/line/numbers.ts';
import type { Funnel } from '../contract/console.ts';
import { createDurationTally } from './durations.ts';
import { createJoinTimes } from './join-times.ts';

/** Turns whose place is held, or was missed, that are remembered at most; the longest known go first. */
const maxTurns = 200_000;
const recentMs = 60_000;
const maxRecent = 5_000;

/** A turn that has got a place; `placedAtMs` is the last time it did. */
type Turn = TurnRow & { placedAtMs: number };

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

  function reset(nowMs: number): void {
    since = nowMs;
    publicLine.reset();
    vipLine.reset();
    turns.clear();
    recent = [];
    for (const tally of [toAdmission, toDropOffWaiting, toOrder, toDropOffBooked]) tally.reset();
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
      toAdmission.add(waitMs);
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
      if (outcome === 'confirmed') toOrder.add(heldMs);
      else if (outcome !== 'revoked') toDropOffBooked.add(heldMs);
    } else if (change.from !== 'booked' && outcome !== 'revoked' && turn.joinedAtMs !== null)
      toDropOffWaiting.add(change.atMs - turn.joinedAtMs);
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
        reset(change.atMs);
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
    reset(nowMs) {
      lastSeq = 0;
      reset(nowMs);
    },
  };
}
