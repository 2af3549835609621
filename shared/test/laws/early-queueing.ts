import type { RedisClient } from '../../redis/client.ts';
import type { EventKeys } from '../../stores/keys.ts';

/** What law 5 speaks of, at one moment. */
export type Standing = {
  /** Redis time. */
  atMs: number;
  /** Token of the leading queue-processor; empty when none leads. */
  leader: string;
  /** How many more the admission rule would let in now. */
  free: number;
  /** Number of the last who left the head of the line. */
  head: number;
  /** Last number drawn. */
  tail: number;
  /** How many wait in the line. */
  waiting: number;
  /** How many of those aside showed up again: they enter before the line. */
  returned: number;
};

export type Patience = {
  /** Longest wait of somebody whom the rule would let in. */
  maxWaitMs: number;
  /** The same around a change of leader. */
  maxWaitOfChangeMs: number;
};

/** Between two looks: more, and Redis was away or nobody looked, which does not count. */
const maxGapMs = 500;

/**
 * Law 5, no early queueing: violations in words. Somebody waited too long when at every moment of that time the rule had
 * room for them: for all before them in line as well. At most one violation a number.
 */
export function findEarlyQueueing(standings: readonly Standing[], patience: Patience): string[] {
  const changes = findChanges(standings);
  const violations = new Map<number, string>();
  /** Since when there was room for numbers up to `upTo` without a break, the longest first. */
  let room: { sinceMs: number; upTo: number }[] = [];
  let before: Standing | undefined;
  for (const standing of standings) {
    const { atMs, head } = standing;
    if (before && atMs - before.atMs > maxGapMs) room = [];
    before = standing;
    const upTo = reachOf(standing);
    // Whoever had room until now and has none any more begins anew.
    const kept = room.filter((entry) => entry.upTo <= upTo);
    const cut = room.find((entry) => entry.upTo > upTo);
    room = cut ? [...kept, { sinceMs: cut.sinceMs, upTo }] : kept;
    if (!room.some((entry) => entry.upTo >= upTo)) room.push({ sinceMs: atMs, upTo });
    const next = room.find((entry) => entry.upTo > head);
    if (!next || upTo <= head) continue;
    const waitedMs = atMs - next.sinceMs;
    const isChange = changes.some(
      (changeMs) =>
        changeMs >= next.sinceMs - patience.maxWaitOfChangeMs && changeMs <= atMs + patience.maxWaitOfChangeMs,
    );
    const maxMs = isChange ? patience.maxWaitOfChangeMs : patience.maxWaitMs;
    if (waitedMs > maxMs) {
      violations.set(
        head + 1,
        `number ${head + 1} waited ${waitedMs} ms with room for it, at most ${maxMs} ms are allowed`,
      );
    }
  }
  return [...violations.values()];
}

/** The highest number for which there is room: dead entries make it higher still, so this is never too high. */
function reachOf({ free, head, tail, waiting, returned }: Standing): number {
  if (waiting === 0) return head;
  return Math.min(tail, head + Math.max(0, free - returned));
}

/** When another leader was seen, or none. */
function findChanges(standings: readonly Standing[]): number[] {
  return standings.flatMap(({ atMs, leader }, index) => {
    const before = standings[index - 1];
    return leader === '' || (before && before.leader !== leader) ? [atMs] : [];
  });
}

/** One look, as a transaction. */
export async function readStanding(redis: RedisClient, keys: EventKeys): Promise<Standing> {
  const replies = await redis
    .multi()
    .time()
    .get(keys.lock)
    .scard(keys.booked)
    .scard(keys.queued)
    .zcard(keys.returned)
    .hlen(keys.confirmed)
    .hgetall(keys.settingsGood)
    .hgetall(keys.gate)
    .hgetall(keys.counters)
    .exec();
  const [time, lock, booked, waiting, returned, confirmed, settings, gate, counters] = (replies ?? []).map(
    ([error, value]) => {
      if (error) throw error;
      return value;
    },
  );
  const [seconds, micros] = (time as [string, string]).map(Number) as [number, number];
  const atMs = seconds * 1000 + Math.floor(micros / 1000);
  const facts = {
    ...{ atMs, booked: Number(booked), confirmed: Number(confirmed) },
    settings: settings as Record<string, string>,
    gate: gate as Record<string, string>,
    counters: counters as Record<string, string>,
  };
  return {
    atMs,
    leader: String(lock ?? ''),
    free: countFree(facts),
    head: Number(facts.counters.head ?? 0),
    tail: Number(facts.counters.tail ?? 0),
    waiting: Number(waiting),
    returned: Number(returned),
  };
}

export type AdmissionFacts = {
  atMs: number;
  booked: number;
  confirmed: number;
  settings: Readonly<Record<string, string>>;
  gate: Readonly<Record<string, string>>;
  counters: Readonly<Record<string, string>>;
};

/** The one admission rule, written a second time: gate, mode, places, stock and pace. */
export function countFree({ atMs, booked, confirmed, settings, gate, counters }: AdmissionFacts): number {
  const stock = Number(settings.ticketStock ?? 0);
  const perMinute = Number(settings.newBookingsPerMinute ?? 0);
  const isFresh = atMs - Number(gate.atMs ?? 0) <= (Number(settings.bookingLockTTLSeconds ?? 5) + 1) * 1000;
  if (gate.open !== '1' || !isFresh || (settings.admissions ?? 'open') !== 'open') return 0;
  const limits = [Number(settings.maxBooking ?? 3) - booked];
  if (stock > 0) limits.push(stock - confirmed - booked);
  if (perMinute > 0) {
    const capacity = Math.max(1, perMinute / 60);
    const refilled = (Math.max(0, atMs - Number(counters.paceAtMs ?? 0)) * perMinute) / 60_000;
    limits.push(Math.floor(Math.min(capacity, Number(counters.paceTokens ?? capacity) + refilled)));
  }
  return Math.max(0, Math.min(...limits));
}
