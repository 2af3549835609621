import { isVipNumber, type LineName, vipNumberBase } from '../../stores/line/numbers.ts';
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
  vipSharePercent: number;
};

export const modelDefaults: ModelSettings = {
  maxBooking: 3,
  admissions: 'open',
  ticketStock: 0,
  maxQueue: 0,
  newBookingsPerMinute: 0,
  leaseMinutes: 10,
  vipSharePercent: 0,
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
  const gate = { isOpen: false, isMemoryFull: false, dueNumber: 0, vipDueNumber: 0 };
  /** `list`: who drew number head + 1, head + 2, … of that line: those who left stay as dead entries. */
  const lines: Record<LineName, { list: string[]; head: number; tail: number; base: number }> = {
    public: { list: [], head: 0, tail: 0, base: 0 },
    vip: { list: [], head: 0, tail: 0, base: vipNumberBase },
  };
  /** Everyone who waits in one of the lines. */
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
  let paceTokens = 1;
  /** Hundredths of a place that the VIP line has been given and not used. */
  let credit = 0;

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

  const lineOf = (number: number): LineName => (isVipNumber(number) ? 'vip' : 'public');
  const countWaiting = (name: LineName) => [...line.values()].filter((number) => lineOf(number) === name).length;

  /** Draws the next number of a line and stands at its end. */
  function enterLine(name: LineName, id: string): number {
    const own = lines[name];
    own.tail += 1;
    own.list.push(id);
    const number = own.base + own.tail;
    line.set(id, number);
    if (own.tail <= (name === 'vip' ? gate.vipDueNumber : gate.dueNumber)) signed.add(id);
    else signed.delete(id);
    return number;
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

  function joinOne({ visitorId: id, again, isVip }: JoinRequest): ModelJoin {
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
    const isNobodyWaiting = lines.public.list.length + lines.vip.list.length + aside.size === 0;
    const entersAtOnce = isNobodyWaiting && countFree() > 0;
    if (!entersAtOnce && settings.maxQueue > 0 && line.size + aside.size >= settings.maxQueue) return { kind: 'full' };
    count.joined += 1;
    ended.delete(id);
    if (!entersAtOnce) {
      return { kind: 'joined', number: enterLine(isVip && settings.vipSharePercent > 0 ? 'vip' : 'public', id) };
    }
    lines.public.tail += 1;
    lines.public.head = lines.public.tail;
    givePlace(id, lines.public.tail);
    return { kind: 'booked', number: lines.public.tail, isNew: true };
  }

  function pop(name: LineName): string | undefined {
    lines[name].head += 1;
    return lines[name].list.shift();
  }

  const headNumber = (name: LineName) => lines[name].base + lines[name].head + 1;

  /** Who of a line is next: back from aside with the lowest number, else at its head, where the dead and the absent go. */
  function findNext(name: LineName, asked: number, done: { aside: number }): string | undefined {
    const [returned] = [...back].filter((id) => lineOf(aside.get(id) ?? 0) === name).sort(byAsideNumber);
    if (returned !== undefined) return returned;
    for (;;) {
      const [id] = lines[name].list;
      if (id === undefined) return undefined;
      const number = headNumber(name);
      const isAlive = line.get(id) === number;
      const isAbsent = number - lines[name].base <= asked && !signed.has(id);
      if (isAlive && !isAbsent) return id;
      pop(name);
      if (!isAlive) continue;
      line.delete(id);
      putAside(id, number);
      done.aside += 1;
    }
  }

  const byAsideNumber = (a: string, b: string) => (aside.get(a) ?? 0) - (aside.get(b) ?? 0);

  /** Which line gives the next one while both can. */
  function pickLine(publicNext: string, vipNext: string): LineName {
    const isShared = settings.vipSharePercent > 0;
    if (!isShared && back.has(publicNext)) return 'public';
    if (!isShared && back.has(vipNext)) return 'vip';
    const vips = countWaiting('vip');
    const inProportion = Math.ceil((100 * vips) / Math.max(1, vips + countWaiting('public')));
    credit += isShared ? settings.vipSharePercent : Math.max(1, Math.min(90, inProportion));
    if (credit < 100) return 'public';
    credit -= 100;
    return 'vip';
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
    lines,
    credit: () => credit,
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

    /** Everyone who may enter enters: of each line those back from aside first, lowest number first, then its head. */
    admit(asked: number, askedVip: number): { admitted: number; aside: number } {
      const done = { admitted: 0, aside: 0 };
      while (countFree() > 0) {
        const publicNext = findNext('public', asked, done);
        const vipNext = findNext('vip', askedVip, done);
        const isVip = publicNext === undefined || (vipNext !== undefined && pickLine(publicNext, vipNext) === 'vip');
        const id = isVip ? vipNext : publicNext;
        if (id === undefined) return done;
        if (!back.has(id)) pop(isVip ? 'vip' : 'public');
        givePlace(id, endWaiting(id)?.number ?? 0);
        done.admitted += 1;
      }
      return done;
    },

    /** Somebody of the public line who became a VIP: moves when the wait gets no longer, counted in admissions. */
    moveToVip(id: string): { kind: 'moved'; number: number } | { kind: 'kept' } {
      const number = line.get(id);
      const share = settings.vipSharePercent;
      if (number === undefined || lineOf(number) === 'vip' || share === 0) return { kind: 'kept' };
      const position = [...line.values()].filter((other) => other <= number).length;
      const vips = countWaiting('vip');
      const stay = position + Math.min(vips, Math.floor((position * share) / (100 - share)));
      if (Math.ceil(((vips + 1) * 100) / share) > stay) return { kind: 'kept' };
      count.leftWaiting += 1;
      count.joined += 1;
      return { kind: 'moved', number: enterLine('vip', id) };
    },

    /** Dead entries at a head may be popped or not: says whether everyone up to `realHead` is dead, and follows. */
    dropDead(name: LineName, realHead: number): boolean {
      while (lines[name].head < realHead) {
        const number = headNumber(name);
        const id = pop(name);
        if (id === undefined || line.get(id) === number) return false;
      }
      return lines[name].head === realHead;
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
