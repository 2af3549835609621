import type { Breach } from '../breach.ts';
import type { HistoryRecord, LookRecord } from '../records.ts';
import { followStays } from '../stays.ts';
import type { Story } from '../story.ts';

const maxWaitMs = 1000;
/** Beyond the life of the lock, around a change of leader. */
const changeExtraMs = 2000;
/** Looks are this far apart at most: a wait may seem longer than it was by two of them. */
const looksMs = 120;
/** Between two looks: more, and Redis was away or nobody looked, which does not count. */
const maxGapMs = 500;

/** Since when there has been room for the numbers up to `upTo` without a break. */
type Room = { sinceMs: number; at: number; upTo: number };

/**
 * Law 5: nobody waits longer than 1 s while the admission rule would let them in, `bookingLockTTLSeconds` + 2 s around a change
 * of leader; time without Redis does not count. Somebody waited too long when at every look of that time there was room for
 * them and all before them. The first breach in a line, and the first aside.
 */
export function checkEarlyQueueing(history: readonly HistoryRecord[], story: Story): Breach[] {
  return [...checkLine(history), ...checkShownUp(history, story)];
}

function checkLine(history: readonly HistoryRecord[]): Breach[] {
  const changes = findChangesOfLeader(history);
  const breaches: Breach[] = [];
  let rooms: Room[] = [];
  /** The first of those back from aside, while there is a place for them. */
  let back: { number: number; sinceMs: number; at: number } | undefined;
  let before: LookRecord | undefined;
  let isAway = false;

  const allowance = (look: LookRecord, sinceMs: number): number => {
    const aroundMs = Number(look.settings.bookingLockTTLSeconds ?? 5) * 1000 + changeExtraMs;
    const isAround = changes.some((ms) => ms >= sinceMs - aroundMs && ms <= look.atMs + aroundMs);
    return (isAround ? aroundMs : maxWaitMs) + looksMs;
  };

  for (const [at, record] of history.entries()) {
    if (record.kind === 'fault' && record.isRedisAway) isAway = record.phase === 'begin';
    // Nor does it count when nobody on this machine got on.
    if (record.kind === 'late') {
      rooms = [];
      back = undefined;
    }
    if (record.kind !== 'look') continue;
    if (isAway || (before && record.atMs - before.atMs > maxGapMs) || record.atMs < (before?.atMs ?? 0)) {
      rooms = [];
      back = undefined;
    }
    before = record;
    if (isAway) continue;
    const free = countFree(record);
    const { head = 0, tail = 0 } = record.counters;

    if (free > 0 && record.firstReturned !== null) {
      if (back?.number !== record.firstReturned) back = { number: record.firstReturned, sinceMs: record.atMs, at };
      const waitedMs = record.atMs - back.sinceMs;
      if (waitedMs > allowance(record, back.sinceMs) && !breaches.some(({ words }) => words.includes('aside'))) {
        const words = `number ${back.number}, back from aside, waits ${waitedMs} ms with room for it`;
        breaches.push({ law: 5, words, events: [back.at, at] });
      }
    } else {
      back = undefined;
    }

    const upTo = record.queued === 0 ? head : Math.min(tail, head + Math.max(0, free - record.returned));
    // Whoever had room until now and has none any more begins anew.
    const cut = rooms.find((room) => room.upTo > upTo);
    rooms = rooms.filter((room) => room.upTo <= upTo);
    if (cut) rooms.push({ ...cut, upTo });
    if (!rooms.some((room) => room.upTo >= upTo)) rooms.push({ sinceMs: record.atMs, at, upTo });
    const next = rooms.find((room) => room.upTo > head);
    if (!next || upTo <= head) continue;
    const waitedMs = record.atMs - next.sinceMs;
    if (waitedMs > allowance(record, next.sinceMs) && !breaches.some(({ words }) => words.includes('next in line'))) {
      const words = `number ${head + 1}, next in line, waits ${waitedMs} ms with room for it`;
      breaches.push({ law: 5, words, events: [next.at, at] });
    }
  }
  return breaches;
}

/**
 * Somebody aside who shows up enters at the next free place, whatever Redis says of who is back. Judged where clients ask the line
 * itself: rooms hand signs of life on in batches.
 */
function checkShownUp(history: readonly HistoryRecord[], story: Story): Breach[] {
  const run = history.find(({ kind }) => kind === 'run');
  if (run?.kind !== 'run' || run.staleMs === null || story.epochs.length > 0) return [];
  const ways = followStays(story.entries);
  /** When there was no free place, in ms of Redis time. */
  const fullAtMs = history.flatMap((record) =>
    record.kind === 'look' && countFree(record) === 0 ? [record.atMs] : [],
  );
  const lastLook = history.findLast(({ kind }) => kind === 'look');
  for (const [at, record] of history.entries()) {
    if (record.kind !== 'asked' || record.what !== 'page') continue;
    const stay = ways.get(record.visitor)?.find(({ home, fromMs, toMs }) => {
      return home === 'aside' && fromMs < record.atMs && toMs > record.atMs + maxWaitMs + looksMs;
    });
    const endMs = record.atMs + maxWaitMs + looksMs;
    if (!stay || (lastLook?.atMs ?? 0) < endMs) continue;
    if (fullAtMs.some((ms) => ms >= record.atMs && ms <= endMs)) continue;
    const words = `number ${stay.number}, aside, shows up and waits more than ${maxWaitMs} ms although there is a free place`;
    return [{ law: 5, words, events: [stay.at, at, ...(stay.endedAt === undefined ? [] : [stay.endedAt])] }];
  }
  return [];
}

/** When another leader was seen, or none, or when Redis was back for everybody. */
function findChangesOfLeader(history: readonly HistoryRecord[]): number[] {
  const changes: number[] = [];
  let before: LookRecord | undefined;
  for (const record of history) {
    if (record.kind === 'fault' && record.isRedisAway && record.phase === 'end') changes.push(record.atMs);
    if (record.kind === 'epoch' || record.kind === 'late') changes.push(record.atMs);
    if (record.kind !== 'look') continue;
    const isGap = before && record.atMs - before.atMs > maxGapMs;
    if (record.lock === '' || isGap || (before && before.lock !== record.lock)) changes.push(record.atMs);
    before = record;
  }
  return changes;
}

/** The one admission rule, as the contract words it: gate, mode, places, stock and pace. */
export function countFree({ atMs, booked, confirmed, settings, gate, counters }: LookRecord): number {
  const stock = Number(settings.ticketStock ?? 0);
  const perMinute = Number(settings.newBookingsPerMinute ?? 0);
  const isFresh = atMs - Number(gate.atMs ?? 0) <= (Number(settings.bookingLockTTLSeconds ?? 5) + 1) * 1000;
  if (gate.open !== '1' || !isFresh || (settings.admissions ?? 'open') !== 'open') return 0;
  const limits = [Number(settings.maxBooking ?? 3) - booked];
  if (stock > 0) limits.push(stock - confirmed - booked);
  if (perMinute > 0) {
    const capacity = Math.max(1, perMinute / 60);
    const refilled = (Math.max(0, atMs - (counters.paceAtMs ?? 0)) * perMinute) / 60_000;
    limits.push(Math.floor(Math.min(capacity, (counters.paceTokens ?? capacity) + refilled)));
  }
  return Math.max(0, Math.min(...limits));
}
