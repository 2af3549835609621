import type { Clock } from '@fairline/shared/clock.ts';
import type { VisitorTier } from '@fairline/shared/contracts/routing-rules.ts';
import type { Logger } from '@fairline/shared/logger.ts';
import { runLoop } from '@fairline/shared/loop.ts';
import { createSigner } from '@fairline/shared/signed-text.ts';
import type { LineStore } from '@fairline/shared/stores/line/store.ts';
import type { Visit, VisitorStore } from '@fairline/shared/stores/visitors/store.ts';
import { createBoundedCache } from '../bounded-cache.ts';
import type { Place } from './booked-copy.ts';
import type { KnownVisitor } from './visitors.ts';

const flushIntervalMs = 250;
const renewIntervalMs = 1000;
/** Claims of so long go to Redis together: one by one they would cost more than the requests that make them. */
const claimGatherMs = 10;
const maxBatch = 1000;
/** While Redis is away what visitors do piles up to this many of each; beyond it the oldest is forgotten. */
const maxPending = 50_000;
const maxPathLength = 200;
const tagCharacters = 12;
const tagsPerGeneration = 2000;

export type ActivityParts = {
  line: Pick<LineStore, 'renew'>;
  visitors: Pick<VisitorStore, 'touch'>;
  /** Makes tags of addresses and user agents that nobody without it can turn back. */
  tagSecret: string;
  visitorTtlMs: () => number;
  /** For records that do not exist yet. */
  tierOf?: (visitorId: string) => VisitorTier;
  clock: Clock;
  signal: AbortSignal;
  logger: Logger;
};

export type VisitFacts = { path: string; address: string; userAgent: string | undefined };

/**
 * What visitors did, told to Redis in the background and in batches: booked visitors at most once a second each, the
 * first time (the claim) within milliseconds; records of visitors at most once per quarter of their life.
 */
export function createActivity(parts: ActivityParts) {
  const { line, visitors, tagSecret, visitorTtlMs, tierOf, clock, signal, logger } = parts;
  const pendingRenewals = new Set<string>();
  let pendingVisits: Visit[] = [];
  let areClaimsDue = false;

  const signer = createSigner([tagSecret]);
  const tags = createBoundedCache<string, string>(tagsPerGeneration);

  /** Many visitors have the same browser, and many share an address. */
  function tag(text: string): string {
    let made = tags.get(text);
    if (made === undefined) {
      made = signer.sign(text).slice(0, tagCharacters);
      tags.set(text, made);
    }
    return made;
  }

  const addressTagOf = (address: string) => tag(`address ${address}`);

  function noteVisit(visitor: KnownVisitor, { path, address, userAgent }: VisitFacts): void {
    visitor.requestsSinceTouch += 1;
    const nowMs = clock.monotonicMs();
    if (nowMs - visitor.touchedAtMs < visitorTtlMs() / 4) return;
    visitor.touchedAtMs = nowMs;
    const { visitorId } = visitor;
    if (pendingVisits.length >= maxPending) pendingVisits.splice(0, maxBatch);
    pendingVisits.push({
      visitorId,
      requests: visitor.requestsSinceTouch,
      lastPath: path.slice(0, maxPathLength),
      addressTag: addressTagOf(address),
      userAgentTag: userAgent === undefined ? '' : tag(`agent ${userAgent}`),
      tier: tierOf ? tierOf(visitorId) : 'standard',
    });
    visitor.requestsSinceTouch = 0;
  }

  function noteBookedActivity(visitorId: string, place: Place): void {
    const nowMs = clock.monotonicMs();
    if (nowMs - place.renewedAtMs < renewIntervalMs) return;
    const isClaim = place.renewedAtMs === Number.NEGATIVE_INFINITY;
    place.renewedAtMs = nowMs;
    if (pendingRenewals.size >= maxPending) takeFirst(pendingRenewals, maxBatch);
    pendingRenewals.add(visitorId);
    if (isClaim && !areClaimsDue) void tellClaims();
  }

  async function tellClaims(): Promise<void> {
    areClaimsDue = true;
    await clock.sleep(claimGatherMs, signal);
    areClaimsDue = false;
    renewals.wake();
  }

  async function flushRenewals(): Promise<void> {
    while (pendingRenewals.size > 0) {
      const batch = takeFirst(pendingRenewals, maxBatch);
      try {
        await line.renew(batch);
      } catch (error) {
        for (const visitorId of batch) pendingRenewals.add(visitorId);
        throw error;
      }
    }
  }

  async function flushVisits(): Promise<void> {
    while (pendingVisits.length > 0) {
      const batch = pendingVisits.splice(0, maxBatch);
      try {
        await visitors.touch(batch, visitorTtlMs());
      } catch (error) {
        pendingVisits = batch.concat(pendingVisits);
        throw error;
      }
    }
  }

  const loopOptions = { clock, signal, logger, intervalMs: flushIntervalMs };
  const renewals = runLoop({ name: 'renew places', step: flushRenewals, ...loopOptions });
  const visits = runLoop({ name: 'write visitor records', step: flushVisits, ...loopOptions });

  return {
    /** A request that brought its cookie back, on any path. */
    noteVisit,
    /** As it stands in visitors' records. */
    addressTagOf,
    /** A request of a booked visitor on a protected path: keeps the place, and claims it the first time. */
    noteBookedActivity,
    stopped: Promise.all([renewals.stopped, visits.stopped]),
    /** Tells what is still pending; for the end of the process. Rejects when Redis cannot be reached. */
    flush: async () => {
      await flushRenewals();
      await flushVisits();
    },
  };
}

export type Activity = ReturnType<typeof createActivity>;

/** Takes the oldest ones out. */
function takeFirst(pending: Set<string>, limit: number): string[] {
  const taken: string[] = [];
  for (const visitorId of pending) {
    if (taken.length === limit) break;
    taken.push(visitorId);
    pending.delete(visitorId);
  }
  return taken;
}
