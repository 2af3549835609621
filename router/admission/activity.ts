import type { Clock } from '@fairline/shared/clock.ts';
import type { VisitorTier } from '@fairline/shared/contracts/routing-rules.ts';
import type { Logger } from '@fairline/shared/logger.ts';
import { runLoop } from '@fairline/shared/loop.ts';
import { createSigner } from '@fairline/shared/signed-text.ts';
import type { LineStore } from '@fairline/shared/stores/line/store.ts';
import type { Visit, VisitorStore } from '@fairline/shared/stores/visitors/store.ts';
import { createBoundedCache } from '../bounded-cache.ts';
import { ownText } from '../own-text.ts';
import type { Place } from './booked-copy.ts';
import type { KnownVisitor } from './known-visitor.ts';

const flushIntervalMs = 250;
const renewIntervalMs = 1000;
/** Claims of so long go to Redis together: one by one they would cost more than the requests that make them. */
const claimGatherMs = 10;
const maxBatch = 1000;
/** So many visits are told at once, without waiting for the rest of the interval: they are soon forgotten here. */
const visitsAtOnce = 200;
/** While Redis is away what visitors do piles up to this many of each; beyond it the oldest is forgotten. */
const maxPending = 50_000;
const maxPathLength = 200;
const tagCharacters = 12;
/** Of addresses, of browsers, and of paths, each. */
const textsPerGeneration = 2000;

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

/** The part of what is known of a visitor that is noted here. */
export type ActiveVisitor = Pick<
  KnownVisitor,
  'visitorId' | 'touchedAtMs' | 'requestsSinceTouch' | 'claimedPlace' | 'renewedAtMs' | 'isRenewalPending'
>;

export type VisitFacts = { path: string; address: string; userAgent: string | undefined };

/**
 * What visitors did, told to Redis in the background and in batches: booked visitors at most once a second each, the
 * first time (the claim) within milliseconds; records of visitors at most once per quarter of their life.
 */
export function createActivity(parts: ActivityParts) {
  const { line, visitors, tagSecret, visitorTtlMs, tierOf, clock, signal, logger } = parts;
  let pendingRenewals: ActiveVisitor[] = [];
  let pendingVisits: Visit[] = [];
  let areClaimsDue = false;

  const signer = createSigner([tagSecret]);
  const makeTag = (text: string) => signer.sign(text).slice(0, tagCharacters);
  // Many visitors have the same browser, share an address, ask for the same page.
  const addressTagOf = remember((address) => makeTag(`address ${address}`));
  const agentTagOf = remember((userAgent) => makeTag(`agent ${userAgent}`));
  const keptPath = remember((path) => ownText(path.slice(0, maxPathLength)));

  function noteVisit(visitor: ActiveVisitor, { path, address, userAgent }: VisitFacts): void {
    visitor.requestsSinceTouch += 1;
    const nowMs = clock.monotonicMs();
    if (nowMs - visitor.touchedAtMs < visitorTtlMs() / 4) return;
    visitor.touchedAtMs = nowMs;
    const { visitorId } = visitor;
    if (pendingVisits.length >= maxPending) pendingVisits.splice(0, maxBatch);
    pendingVisits.push({
      visitorId,
      requests: visitor.requestsSinceTouch,
      lastPath: keptPath(path),
      addressTag: addressTagOf(address),
      userAgentTag: userAgent === undefined ? '' : agentTagOf(userAgent),
      tier: tierOf ? tierOf(visitorId) : 'standard',
    });
    visitor.requestsSinceTouch = 0;
    if (pendingVisits.length === visitsAtOnce) visits.wake();
  }

  function noteBookedActivity(visitor: ActiveVisitor, place: Place): void {
    const nowMs = clock.monotonicMs();
    const isClaim = visitor.claimedPlace !== place;
    if (!isClaim && nowMs - visitor.renewedAtMs < renewIntervalMs) return;
    visitor.claimedPlace = place;
    visitor.renewedAtMs = nowMs;
    if (!visitor.isRenewalPending) {
      visitor.isRenewalPending = true;
      if (pendingRenewals.length >= maxPending) takeRenewals();
      pendingRenewals.push(visitor);
    }
    if (isClaim && !areClaimsDue) void tellClaims();
  }

  /** Takes the oldest ones out. */
  function takeRenewals(): ActiveVisitor[] {
    const taken = pendingRenewals.splice(0, maxBatch);
    for (const visitor of taken) visitor.isRenewalPending = false;
    return taken;
  }

  async function tellClaims(): Promise<void> {
    areClaimsDue = true;
    await clock.sleep(claimGatherMs, signal);
    areClaimsDue = false;
    renewals.wake();
  }

  /** Tells those that are pending now; who comes meanwhile goes with the next ones, or they would go in twos and threes. */
  async function flushRenewals(): Promise<void> {
    for (let left = pendingRenewals.length; left > 0; left -= maxBatch) {
      const batch = takeRenewals();
      try {
        await line.renew(batch.map(({ visitorId }) => visitorId));
      } catch (error) {
        const untold = batch.filter(({ isRenewalPending }) => !isRenewalPending);
        for (const visitor of untold) visitor.isRenewalPending = true;
        pendingRenewals = untold.concat(pendingRenewals);
        throw error;
      }
    }
  }

  /** Tells them as long as there are `least` of them. */
  async function flushVisits(least: number): Promise<void> {
    while (pendingVisits.length >= least) {
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
  const visits = runLoop({
    name: 'write visitor records',
    step: () => flushVisits(pendingVisits.length < visitsAtOnce ? 1 : visitsAtOnce),
    ...loopOptions,
  });

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
      await flushVisits(1);
    },
  };
}

export type Activity = ReturnType<typeof createActivity>;

/** `make`, kept for the texts that come often; neither a text nor what is made of it holds on to its request. */
function remember(make: (text: string) => string): (text: string) => string {
  const made = createBoundedCache<string, string>(textsPerGeneration);
  return (text) => {
    const known = made.get(text);
    if (known !== undefined) return known;
    const value = make(text);
    made.set(ownText(text), value);
    return value;
  };
}
