import type { JoinRequest, Outcome, Whereabouts } from '../../stores/line/store.ts';

/**
 * The line in memory, after the words of the design and not after the scripts: what the real one must agree with. Time
 * has no clock here: a test says which places are overdue and which visitors are silent, and sees to it that Redis thinks so.
 */
export type ModelSettings = {
  maxBooking: number;
  admissions: 'open' | 'paused' | 'closed';
  ticketStock: number;
  maxQueue: number;
  /** 0 or 1 only: within a test the bucket of 1 is never filled again. */
  newBookingsPerMinute: 0 | 1;
  leaseMinutes: number;
};

export const modelDefaults: ModelSettings = {
  maxBooking: 3,
  admissions: 'open',
  ticketStock: 0,
  maxQueue: 0,
  newBookingsPerMinute: 0,
  leaseMinutes: 10,
};

export type Place = { number: number; isClaimed: boolean; isOverdue: boolean };
type Ended = { outcome: Outcome | 'unclaimed'; number: number; hadPlace: boolean };

/** Answers as the store gives them, without `seq` and times. */
export type ModelJoin =
  | { kind: 'joined' | 'waiting' | 'aside'; number: number }
  | { kind: 'booked'; number: number; isNew: boolean }
  | { kind: 'ended'; outcome: string; number: number }
  | { kind: 'confirmed' | 'closed' | 'full' | 'soldOut' };

const totals = [
  'joined',
  'admitted',
  'confirmed',
  'cancelled',
  'expired',
  'revoked',
  'unclaimed',
  'leftWaiting',
  'expiredWaiting',
  'revokedWaiting',
] as const;
export type Total = (typeof totals)[number];

export type LineModel = ReturnType<typeof createLineModel>;

export function createLineModel() {
  const settings: ModelSettings = { ...modelDefaults };
  const gate = { isOpen: false, isMemoryFull: false, dueNumber: 0 };
  /** Who drew number head + 1, head + 2, …: those who left stay as dead entries. */
  const list: string[] = [];
  const line = new Map<string, number>();
  const aside = new Map<string, number>();
  /** Aside and seen again. */
  const back = new Set<string>();
  const silent = new Set<string>();
  const signed = new Set<string>();
  const booked = new Map<string, Place>();
  const confirmed = new Map<string, string>();
  const ended = new Map<string, Ended>();
  const count = Object.fromEntries(totals.map((name) => [name, 0])) as Record<Total, number>;
  let head = 0;
  let tail = 0;
  let paceTokens = 1;

  const isSoldOut = () => settings.ticketStock > 0 && confirmed.size >= settings.ticketStock;

  /** The one admission rule: how many may enter now. */
  function countFree(): number {
    if (settings.admissions !== 'open' || !gate.isOpen) return 0;
    let free = settings.maxBooking - booked.size;
    if (settings.ticketStock > 0) free = Math.min(free, settings.ticketStock - confirmed.size - booked.size);
    if (settings.newBookingsPerMinute > 0) free = Math.min(free, paceTokens);
    return Math.max(0, free);
  }

  function givePlace(id: string, number: number): void {
    booked.set(id, { number, isClaimed: false, isOverdue: false });
    count.admitted += 1;
    if (settings.newBookingsPerMinute > 0) paceTokens -= 1;
  }

  function putAside(id: string, number: number): void {
    aside.set(id, number);
    silent.delete(id);
  }

  function endWaiting(id: string): { from: 'line' | 'aside'; number: number } | undefined {
    const from = line.has(id) ? 'line' : 'aside';
    const number = line.get(id) ?? aside.get(id);
    if (number === undefined) return undefined;
    line.delete(id);
    aside.delete(id);
    back.delete(id);
    signed.delete(id);
    silent.delete(id);
    return { from, number };
  }

  function endPlace(id: string, outcome: Ended['outcome'], total: Total): number {
    const number = booked.get(id)?.number ?? 0;
    booked.delete(id);
    ended.set(id, { outcome, number, hadPlace: true });
    count[total] += 1;
    return number;
  }

  function endTurnWaiting(id: string, outcome: Outcome, total: Total): 'line' | 'aside' | undefined {
    const hadPlace = ended.get(id)?.hadPlace ?? false;
    const waited = endWaiting(id);
    if (!waited) return undefined;
    ended.set(id, { outcome, number: waited.number, hadPlace });
    count[total] += 1;
    return waited.from;
  }

  function joinOne({ visitorId: id, again }: JoinRequest): ModelJoin {
    const place = booked.get(id);
    const waitingNumber = line.get(id);
    const asideNumber = aside.get(id);
    const before = ended.get(id);
    if (confirmed.has(id)) return { kind: 'confirmed' };
    if (place) return { kind: 'booked', number: place.number, isNew: false };
    if (waitingNumber !== undefined) return { kind: 'waiting', number: waitingNumber };
    if (asideNumber !== undefined) return { kind: 'aside', number: asideNumber };
    if (before && !again) return { kind: 'ended', outcome: before.outcome, number: before.number };
    if (settings.admissions === 'closed') return { kind: 'closed' };
    if (isSoldOut()) return { kind: 'soldOut' };
    if (gate.isMemoryFull) return { kind: 'full' };
    const entersAtOnce = list.length === 0 && aside.size === 0 && countFree() > 0;
    if (!entersAtOnce && settings.maxQueue > 0 && line.size + aside.size >= settings.maxQueue) return { kind: 'full' };
    tail += 1;
    count.joined += 1;
    ended.delete(id);
    if (entersAtOnce) {
      head = tail;
      givePlace(id, tail);
      return { kind: 'booked', number: tail, isNew: true };
    }
    list.push(id);
    line.set(id, tail);
    if (tail <= gate.dueNumber) signed.add(id);
    return { kind: 'joined', number: tail };
  }

  function pop(): string | undefined {
    head += 1;
    return list.shift();
  }

  return {
    settings,
    gate,
    line,
    aside,
    back,
    silent,
    booked,
    confirmed,
    ended,
    count,
    head: () => head,
    tail: () => tail,
    countFree,

    join: (requests: readonly JoinRequest[]): ModelJoin[] => requests.map(joinOne),

    leave(id: string): 'left' | 'cancelled' | 'none' {
      if (booked.has(id)) {
        endPlace(id, 'left', 'cancelled');
        return 'cancelled';
      }
      return endTurnWaiting(id, 'left', 'leftWaiting') ? 'left' : 'none';
    },

    confirm(id: string, order: string): { kind: 'confirmed'; order: string; isNew: boolean } | { kind: string } {
      const before = confirmed.get(id);
      if (before !== undefined) return { kind: 'confirmed', order: before, isNew: false };
      if (!booked.has(id)) return { kind: ended.get(id)?.hadPlace ? 'placeEnded' : 'notBooked' };
      if (isSoldOut()) return { kind: 'soldOut' };
      booked.delete(id);
      ended.delete(id);
      confirmed.set(id, order);
      count.confirmed += 1;
      return { kind: 'confirmed', order, isNew: true };
    },

    cancel(id: string): { kind: 'cancelled'; isNew: boolean } | { kind: string } {
      if (booked.has(id)) {
        endPlace(id, 'left', 'cancelled');
        return { kind: 'cancelled', isNew: true };
      }
      if (confirmed.has(id)) return { kind: 'confirmed' };
      const before = ended.get(id);
      if (!before?.hadPlace) return { kind: 'notBooked' };
      return before.outcome === 'left' ? { kind: 'cancelled', isNew: false } : { kind: 'placeEnded' };
    },

    renew(ids: readonly string[]): ('renewed' | 'claimed' | 'ended')[] {
      return ids.map((id) => {
        const place = booked.get(id);
        if (!place) return 'ended';
        const word = place.isClaimed ? 'renewed' : 'claimed';
        if (!place.isClaimed) ended.delete(id);
        place.isClaimed = true;
        place.isOverdue = false;
        return word;
      });
    },

    revoke(id: string): Whereabouts | 'none' {
      if (booked.has(id)) {
        endPlace(id, 'revoked', 'revoked');
        return 'booked';
      }
      return endTurnWaiting(id, 'revoked', 'revokedWaiting') ?? 'none';
    },

    noteSigns(ids: readonly string[]): void {
      for (const id of ids) {
        if (line.has(id)) signed.add(id);
        if (!aside.has(id)) continue;
        back.add(id);
        silent.delete(id);
      }
    },

    /** Everyone who may enter enters: those back from aside first, lowest number first, then the line. */
    admit(askedNumber: number): { admitted: number; aside: number } {
      const done = { admitted: 0, aside: 0 };
      const returning = [...back].sort((a, b) => (aside.get(a) ?? 0) - (aside.get(b) ?? 0));
      for (const id of returning) {
        if (countFree() === 0) return done;
        givePlace(id, endWaiting(id)?.number ?? 0);
        done.admitted += 1;
      }
      while (list.length > 0 && countFree() > 0) {
        const id = pop() ?? '';
        if (line.get(id) !== head) continue;
        line.delete(id);
        const isAbsent = head <= askedNumber && !signed.has(id);
        signed.delete(id);
        if (isAbsent) {
          putAside(id, head);
          done.aside += 1;
        } else {
          givePlace(id, head);
          done.admitted += 1;
        }
      }
      return done;
    },

    /** Dead entries at the head may be popped or not: says whether everyone up to `realHead` is dead, and follows. */
    dropDead(realHead: number): boolean {
      while (head < realHead) {
        const id = pop();
        if (id === undefined || line.get(id) === head) return false;
      }
      return head === realHead;
    },

    endPlaces(): number {
      let done = 0;
      for (const [id, place] of [...booked]) {
        if (!place.isOverdue) continue;
        done += 1;
        if (place.isClaimed || ended.get(id)?.outcome === 'unclaimed') {
          endPlace(id, 'expired', 'expired');
        } else {
          putAside(id, endPlace(id, 'unclaimed', 'unclaimed'));
        }
      }
      for (const id of [...silent]) {
        endTurnWaiting(id, 'expired', 'expiredWaiting');
        done += 1;
      }
      return done;
    },
  };
}
