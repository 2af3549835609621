import type { Settings } from '@fairline/shared/contracts/settings.ts';
import { createCodedError } from '@fairline/shared/errors.ts';
import { isVipNumber, readLineNumber, vipNumberBase } from '@fairline/shared/stores/line/numbers.ts';
import type { JoinOutcome, LineStore, Outcome } from '@fairline/shared/stores/line/store.ts';
import type { Ticket } from '../ticket/visitor-ticket.ts';
import { asStoreFailure, type JoinBatcher } from './join-batcher.ts';
import type { LineCopy } from './line-copy.ts';
import type { SignsOfLife } from './signs-of-life.ts';
import { isMoveNoWorse } from './vip-move.ts';

/** Where a visitor stands, whoever told it: the ticket and our copy, a look-up, or the answer to a join. */
export type Place =
  | { kind: 'none' }
  | { kind: 'waiting'; number: number }
  /** `rank` from 1 among those aside; null when it was not asked for. */
  | { kind: 'aside'; number: number; rank: number | null }
  | { kind: 'booked'; number: number; leaseEndsAtMs: number | null; seq: number }
  | { kind: 'confirmed'; order: string | null }
  | { kind: 'ended'; outcome: Outcome; number: number }
  | { kind: 'closed' }
  | { kind: 'full' }
  | { kind: 'soldOut' };

export type Visitor = {
  visitorId: string;
  ticket: Ticket | undefined;
  /** The visitor's tier gives a place in the VIP line, while there is one. */
  isVip?: boolean;
};

export type Places = ReturnType<typeof createPlaces>;

/** Finds and changes the places of visitors. Everything here rejects with REDIS_UNAVAILABLE or TRY_AGAIN, nothing else. */
export function createPlaces({
  store,
  batcher,
  copy,
  signs,
  settings,
  nowMs,
}: {
  store: Pick<LineStore, 'readStanding' | 'leave' | 'restore' | 'moveToVip'>;
  batcher: JoinBatcher;
  copy: LineCopy;
  signs: SignsOfLife;
  settings(): Pick<Settings, 'vipSharePercent'>;
  /** Redis time. */
  nowMs(): number;
}) {
  function notice(visitorId: string, place: Place): Place {
    signs.note(visitorId, place, place.kind === 'waiting' ? findDueNumber(place.number) : 0, nowMs());
    return place;
  }

  /** Signs of life are wanted from numbers of the same line up to this one. */
  function findDueNumber(number: number): number {
    const view = copy.view();
    if (!view) return 0;
    return isVipNumber(number) ? vipNumberBase + view.vip.dueNumber : view.dueNumber;
  }

  /** Whether it is worth asking: the script judges by what is true then. */
  function isBetterAmongVips(number: number): boolean {
    const position = isVipNumber(number) ? null : copy.position(number);
    const vipsWaiting = copy.view()?.vip.queued ?? 0;
    const { vipSharePercent } = settings();
    return position !== null && isMoveNoWorse({ position, vipsWaiting, vipSharePercent });
  }

  /** Somebody who became a VIP while waiting in the public line goes over where that makes the wait no longer. */
  async function moveIfBetter({ visitorId, isVip = false }: Visitor, place: Place): Promise<Place> {
    if (!isVip || place.kind !== 'waiting' || !isBetterAmongVips(place.number)) return place;
    const moved = await store.moveToVip(visitorId).catch((cause) => {
      throw asStoreFailure(cause);
    });
    if (moved.kind === 'kept') return place;
    copy.noteSeen(moved);
    return notice(visitorId, { kind: 'waiting', number: moved.number });
  }

  async function lookUp(visitorId: string): Promise<Place> {
    const standing = await store.readStanding(visitorId).catch((cause) => {
      throw asStoreFailure(cause);
    });
    return standing;
  }

  /** The place that the ticket proves, when it does: no call to Redis. */
  function readTicket({ ticket }: Visitor): Place | undefined {
    return ticket && copy.isWaiting(ticket) ? { kind: 'waiting', number: ticket.number } : undefined;
  }

  /** A ticket of an earlier epoch may prove a number that Redis lost with its last second: it is given back, aside. */
  async function restoreLost({ visitorId, ticket }: Visitor): Promise<void> {
    const view = copy.view();
    if (!ticket || !view || ticket.epoch >= view.epoch) return;
    const { line, own } = readLineNumber(ticket.number);
    const { lostFrom, lostTo } = line === 'vip' ? view.vip : view;
    if (own <= lostFrom || own > lostTo) return;
    await store.restore({ visitorId, number: ticket.number, epoch: ticket.epoch }).catch((cause) => {
      throw asStoreFailure(cause);
    });
  }

  /** The place that the ticket proves, and a sign of life. */
  function lookAtTicket(visitor: Visitor): Place | undefined {
    const held = readTicket(visitor);
    return held && notice(visitor.visitorId, held);
  }

  return {
    readTicket,
    lookAtTicket,

    /** Without a call to Redis for those who wait with a ticket; else one look-up. */
    async look(visitor: Visitor): Promise<Place> {
      const held = lookAtTicket(visitor);
      if (held) return moveIfBetter(visitor, held);
      await restoreLost(visitor);
      return moveIfBetter(visitor, notice(visitor.visitorId, await lookUp(visitor.visitorId)));
    },

    /** Joins the line, or finds the place that is there already. `again`: also after a turn that ended. */
    async join(visitor: Visitor, again: boolean): Promise<Place> {
      const held = lookAtTicket(visitor);
      if (held) return moveIfBetter(visitor, held);
      await restoreLost(visitor);
      const { visitorId, isVip = false } = visitor;
      const outcome = await batcher.join({ visitorId, again, isVip });
      if (outcome.kind === 'notReady') throw createCodedError('TRY_AGAIN');
      if (outcome.kind === 'joined' || (outcome.kind === 'booked' && outcome.isNew)) copy.noteSeen(outcome);
      const needsMore = outcome.kind === 'aside' || outcome.kind === 'confirmed';
      return moveIfBetter(visitor, notice(visitorId, needsMore ? await lookUp(visitorId) : placeOfJoin(outcome)));
    },

    /** Gives up what the visitor has. `releasedSeq`: the change that freed a booked place, else null. */
    async leave(visitorId: string): Promise<{ place: Place; releasedSeq: number | null }> {
      const left = await store.leave(visitorId).catch((cause) => {
        throw asStoreFailure(cause);
      });
      return { place: await lookUp(visitorId), releasedSeq: left.kind === 'cancelled' ? left.seq : null };
    },
  };
}

function placeOfJoin(outcome: Exclude<JoinOutcome, { kind: 'notReady' }>): Place {
  switch (outcome.kind) {
    case 'joined':
    case 'waiting':
      return { kind: 'waiting', number: outcome.number };
    case 'aside':
      return { kind: 'aside', number: outcome.number, rank: null };
    case 'confirmed':
      return { kind: 'confirmed', order: null };
    default:
      return outcome;
  }
}
