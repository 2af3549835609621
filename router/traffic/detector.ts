import type { Clock } from '@fairline/shared/clock.ts';
import type { Logger } from '@fairline/shared/logger.ts';
import { runLoop } from '@fairline/shared/loop.ts';
import type { BlockStore } from '@fairline/shared/stores/blocks/store.ts';
import type { LimitStore } from '@fairline/shared/stores/limits/store.ts';
import type { SuspectStore } from '@fairline/shared/stores/limits/suspects.ts';
import type { Joins } from './joins.ts';
import type { SharedCookies } from './shared-cookies.ts';
import type { Tally } from './tally.ts';
import { addressWindowMs, floodWindowMs, joinWindowMs, type TrafficRule } from './traffic-rule.ts';

const lookIntervalMs = 500;
const sweepIntervalMs = 5000;
/** A look and a half: gateways look at different times. */
const inFlightCountsMs = 750;
/** Told to Redis at each look. */
const maxTold = 200;
/** Visitors marked at each look; the others have to wait. */
const maxMarked = 200;
const maxPendingMarks = 5000;
const maxCleared = 100;
/** Names of which a window keeps a count. */
const maxNames = 1000;

export const automaticWho = 'traffic control';

export type DetectorParts = {
  /** Changes with the settings. */
  rule: () => TrafficRule;
  gatewayId: string;
  /** Requests refused, by network. */
  refusals: Tally;
  /** Requests refused for the visitor's own limit, by visitor. */
  visitorRefusals: Tally;
  joins: Joins;
  sharedCookies: SharedCookies;
  limits: Pick<LimitStore, 'count' | 'noteAddresses' | 'shareInFlight'>;
  blocks: Pick<BlockStore, 'blockAutomatically'>;
  suspects: Pick<SuspectStore, 'mark' | 'clearDue'>;
  /** A tag that nobody without a secret can turn back into the network. */
  tagOf(network: string): string;
  onBlocked(): void;
  onMarked(): void;
  /** Redis time. */
  redisNowMs(): number;
  clock: Clock;
  signal: AbortSignal;
  logger: Logger;
};

/**
 * Adds what this gateway sees to what all see, in sliding windows, and acts on the sum: blocks networks that flood, marks
 * visitors suspect. What it tells at one look is bounded, and so is what it leaves in Redis.
 */
export function createDetector(parts: DetectorParts) {
  const {
    gatewayId,
    refusals,
    visitorRefusals,
    joins,
    sharedCookies,
    limits,
    blocks,
    suspects,
    tagOf,
    redisNowMs,
    logger,
  } = parts;
  const pendingMarks = new Map<string, string>();

  async function lookForFloods(): Promise<void> {
    const rule = parts.rule();
    const counts = refusals.takeLargest(maxTold, Math.min(5, rule.floodRefusals));
    if (rule.floodRefusals === 0 || rule.mode !== 'on') return;
    const window = { name: 'floods', lengthMs: floodWindowMs, maxNames };
    const totals = await limits.count(window, counts, redisNowMs());
    for (const [index, [network]] of counts.entries()) {
      const total = totals[index] ?? 0;
      if (total < rule.floodRefusals) continue;
      const reason = `flood: ${total} requests beyond the limits in ${floodWindowMs / 1000} s`;
      const order = { kind: 'net', value: network, reason, who: automaticWho } as const;
      const result = await blocks.blockAutomatically(order, rule.block);
      if (result.kind !== 'blocked') continue;
      parts.onBlocked();
      logger.warn({ untilMs: result.untilMs, times: result.times, refused: total }, 'a network floods and is blocked');
    }
  }

  /** Nothing that a person does goes on so far beyond the limit. */
  function lookAtVisitors(): void {
    const least = Math.max(1, parts.rule().visitor.ratePerSec);
    for (const [visitorId, count] of visitorRefusals.takeLargest(maxTold, least)) {
      mark(visitorId, `${count} requests beyond the limit in half a second`);
    }
  }

  async function lookAtJoins(): Promise<void> {
    const { joinQuota } = parts.rule();
    const counts = joins.takeCounts(maxTold);
    if (joinQuota === 0) return;
    const window = { name: 'joins', lengthMs: joinWindowMs, maxNames };
    const totals = await limits.count(window, counts, redisNowMs());
    for (const [index, [network]] of counts.entries()) {
      if ((totals[index] ?? 0) > joinQuota) joins.noteOverQuota(network);
    }
  }

  async function lookAtCookies(): Promise<void> {
    const places = sharedCookies.takePlaces();
    const rule = parts.rule();
    if (rule.sharedCookieAddresses === 0) return;
    const notes = places.map(({ visitorId, network }) => ({ visitorId, addressTag: tagOf(network) }));
    const counts = await limits.noteAddresses(notes, addressWindowMs);
    for (const [index, { visitorId }] of places.entries()) {
      const count = counts[index] ?? 0;
      if (count > rule.sharedCookieAddresses) mark(visitorId, `one cookie from ${count} networks in 10 minutes`);
    }
  }

  /**
   * What one gateway sees alone is marked at once. Spread over several, it is what each has in flight at its looks: whoever
   * keeps so many for a second is found; one request at a gateway is not told, so each can hide one.
   */
  async function lookAtInFlight(): Promise<void> {
    const most = parts.rule().sharedCookieInFlight;
    if (most === 0) return;
    const counts = sharedCookies.readInFlight(maxTold);
    const totals = await limits.shareInFlight(gatewayId, counts, inFlightCountsMs);
    for (const [index, [visitorId]] of counts.entries()) {
      const total = totals[index] ?? 0;
      if (total > most) mark(visitorId, `one cookie with ${total} requests in flight`);
    }
  }

  function mark(visitorId: string, reason: string): void {
    if (pendingMarks.size < maxPendingMarks) pendingMarks.set(visitorId, reason);
  }

  async function markPending(): Promise<void> {
    const rule = parts.rule();
    const batch = [...pendingMarks].slice(0, maxMarked);
    for (const [visitorId] of batch) pendingMarks.delete(visitorId);
    if (rule.mode === 'watch') return;
    await Promise.all(
      batch.map(async ([visitorId, reason]) => {
        if ((await suspects.mark(visitorId, { reason, forMs: rule.suspectMs })) !== 'marked') return;
        parts.onMarked();
        logger.warn({ visitorId, reason }, 'a visitor is suspect');
      }),
    );
  }

  /** Each is tried whatever became of the one before; the first problem is told. */
  async function step(): Promise<void> {
    const results = await Promise.allSettled([lookForFloods(), lookAtJoins(), lookAtCookies(), lookAtInFlight()]);
    lookAtVisitors();
    await markPending();
    for (const result of results) if (result.status === 'rejected') throw result.reason;
  }

  const { clock, signal } = parts;
  const loops = [
    runLoop({ name: 'look for floods', intervalMs: lookIntervalMs, clock, signal, logger, step }),
    runLoop({
      name: 'clear suspects',
      intervalMs: sweepIntervalMs,
      clock,
      signal,
      logger,
      step: () => suspects.clearDue(maxCleared),
    }),
  ];

  return {
    /** Holds this visitor for suspect from the next look on. */
    mark,
    stopped: Promise.all(loops.map(({ stopped }) => stopped)),
  };
}

export type Detector = ReturnType<typeof createDetector>;
