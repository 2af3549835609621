import type { Clock } from '@fairline/shared/clock.ts';
import type { Logger } from '@fairline/shared/logger.ts';
import { runLoop } from '@fairline/shared/loop.ts';
import type { Metrics } from '@fairline/shared/metrics.ts';
import { createSigner } from '@fairline/shared/signed-text.ts';
import type { BlockStore } from '@fairline/shared/stores/blocks/store.ts';
import type { LimitStore } from '@fairline/shared/stores/limits/store.ts';
import type { SuspectStore } from '@fairline/shared/stores/limits/suspects.ts';
import type { FollowedCopy } from '../admission/booked-follower.ts';
import type { KnownVisitor } from '../admission/known-visitor.ts';
import type { Exchange } from '../proxy/exchange.ts';
import type { Network } from '../routing/networks.ts';
import { type AddressRecord, createAddressBook } from './address-book.ts';
import { type Arriving, createArrivalAddress } from './arrival-address.ts';
import { createBlockCopy } from './block-copy.ts';
import { exchangeBuckets } from './bucket-exchange.ts';
import { createDetector } from './detector.ts';
import { followBlocks } from './followed-blocks.ts';
import { createJoins } from './joins.ts';
import { createJudge, isOperatorsWord, type Refusal } from './judge.ts';
import { createSharedBuckets } from './shared-buckets.ts';
import { createSharedCookies } from './shared-cookies.ts';
import { createTally } from './tally.ts';
import { createTrafficMetrics } from './traffic-metrics.ts';
import { addressWindowMs, type TrafficRule } from './traffic-rule.ts';

/** Networks and visitors whose refusals are counted between two looks. */
const maxTallied = 5000;
const reportIntervalMs = 10_000;
const tagCharacters = 12;

export type TrafficParts = {
  /** Changes with the settings. */
  rule: () => TrafficRule;
  trustedProxies: readonly Network[];
  /** By which this gateway tells the others what it has in flight. */
  gatewayId: string;
  /** Makes tags of networks that nobody without it can turn back. */
  tagSecret: string;
  /** A visitor whose cookie was checked before. */
  peek(cookieHeader: string): KnownVisitor | undefined;
  isBooked(visitorId: string): boolean;
  /** The blocks have changed: `isCutOff` may answer otherwise. */
  onBlocksChanged(isCutOff: (visitorId: string | undefined, address: string) => boolean): void;
  stores: { blocks: BlockStore; limits: LimitStore; suspects: SuspectStore };
  /** The blocks on the connection that follows the changes. */
  changesBlocks: BlockStore;
  metrics: Metrics;
  /** Redis time. */
  redisNowMs(): number;
  clock: Clock;
  signal: AbortSignal;
  logger: Logger;
};

/** What is known of a request once its visitor is. */
export type VisitFacts = Pick<Exchange, 'request' | 'response' | 'visitor' | 'place' | 'route' | 'method'>;

/** Everything that keeps floods off: judges requests, and keeps what it judges by current in the background. */
export function createTraffic(parts: TrafficParts) {
  const { rule, stores, clock, signal, logger, redisNowMs } = parts;
  const work = { clock, signal, logger };
  const nowMs = clock.monotonicMs;
  const blocks = createBlockCopy();
  const addresses = createAddressBook({
    allowNetworks: () => rule().allowNetworks,
    prefixBits: rule().prefixBits,
    blocks,
  });
  const addressOf = createArrivalAddress(parts.trustedProxies);
  const buckets = {
    visitor: createSharedBuckets({ rule: () => rule().visitor, nowMs }),
    net: createSharedBuckets({ rule: () => rule().network, nowMs }),
    stranger: createSharedBuckets({ rule: () => rule().stranger, nowMs }),
  };
  const judge = createJudge({
    rule,
    blocks,
    visitorBuckets: buckets.visitor,
    networkBuckets: buckets.net,
    strangerBuckets: buckets.stranger,
    peek: parts.peek,
    isBooked: parts.isBooked,
    redisNowMs,
  });
  const metrics = createTrafficMetrics({
    metrics: parts.metrics,
    blocks: blocks.size,
    buckets: () => Object.fromEntries(Object.entries(buckets).map(([kind, own]) => [kind, own.size()])),
  });
  const refusals = createTally(maxTallied);
  const visitorRefusals = createTally(maxTallied);
  const joins = createJoins({ nowMs });
  const signer = createSigner([parts.tagSecret]);
  const sharedCookies = createSharedCookies({
    maxInFlight: rule().sharedCookieInFlight,
    addressWindowMs,
    onManyInFlight: (visitorId, count) => detector.mark(visitorId, `one cookie with ${count} requests in flight`),
    nowMs,
  });
  const detector = createDetector({
    rule,
    gatewayId: parts.gatewayId,
    refusals,
    visitorRefusals,
    joins,
    sharedCookies,
    ...stores,
    tagOf: (network) => signer.sign(`network ${network}`).slice(0, tagCharacters),
    onBlocked: metrics.countAutomaticBlock,
    onMarked: metrics.countSuspect,
    redisNowMs,
    ...work,
  });
  const exchange = exchangeBuckets({ buckets, store: stores.limits, ...work });

  /** An operator's word cuts what is open as well; a rule's is for new requests of strangers. */
  function isCutOff(visitorId: string | undefined, address: string): boolean {
    const ofVisitor = visitorId === undefined ? undefined : blocks.ofVisitor(visitorId);
    if (ofVisitor && ofVisitor.untilMs > redisNowMs()) return true;
    const { block } = addresses.find(address);
    return block !== undefined && !block.isAutomatic && block.untilMs > redisNowMs();
  }
  const followed = followBlocks({
    copy: blocks,
    store: stores.blocks,
    changesStore: parts.changesBlocks,
    onChanged: () => parts.onBlocksChanged(isCutOff),
    ...work,
  });
  const followedJoins: FollowedCopy = {
    load: async () => {},
    apply({ type, visitors }) {
      if (type !== 'joined' || rule().joinQuota === 0 || rule().mode === 'off') return;
      for (const { id } of visitors) {
        if (joins.noteJoined(id))
          detector.mark(id, `more than ${rule().joinQuota} joined from the network in 10 minutes`);
      }
    },
  };

  let reported = 0;
  const report = runLoop({
    name: 'report refusals',
    intervalMs: reportIntervalMs,
    ...work,
    // One line for many: a flood of requests is no flood of lines.
    step() {
      const refused = metrics.readRefusals();
      const total = Object.values(refused).reduce((sum, count) => sum + count, 0);
      if (total > reported) logger.warn({ refused: { ...refused }, since: total - reported }, 'requests were refused');
      reported = total;
    },
  });

  /** Counts a refusal; undefined when it is not to be acted on. */
  function note(from: AddressRecord, visitor: KnownVisitor | undefined, refusal: Refusal): Refusal | undefined {
    metrics.countRefusal(refusal.reason);
    if (refusal.reason === 'networkLimit' || refusal.reason === 'strangerLimit') refusals.add(from.network);
    else if (refusal.reason === 'visitorLimit' && visitor) visitorRefusals.add(visitor.visitorId);
    return rule().mode === 'watch' && !isOperatorsWord(refusal) ? undefined : refusal;
  }

  return {
    /** Where a request came from. The record is good for this request. */
    findSource: (request: Arriving): AddressRecord => addresses.find(addressOf(request)),

    /** Before anything else. undefined: go on. */
    judgeArrival(from: AddressRecord, { headers }: Arriving): Refusal | undefined {
      const refusal = judge.judgeArrival(from, from.isAllowed ? undefined : headers.cookie);
      return refusal && note(from, undefined, refusal);
    },

    /** Once it is known who asks. undefined: go on; the request counts until its response closes. */
    judgeVisitor(from: AddressRecord, facts: VisitFacts): Refusal | undefined {
      const { visitor, request } = facts;
      const hasCookie = visitor !== undefined || (request.headers.cookie?.includes('visitor_id=') ?? false);
      const refusal = judge.judgeVisitor(from, visitor, hasCookie);
      const acted = refusal && note(from, visitor, refusal);
      if (acted) return acted;
      if (visitor && !from.isAllowed && rule().mode !== 'off') watch(from, visitor.visitorId, facts);
      return undefined;
    },

    /** To be told of the changes that the copy of the booked set follows. */
    followed: [followed, followedJoins] as readonly FollowedCopy[],

    stopped: Promise.all([detector.stopped, exchange.stopped, followed.stopped, report.stopped]),
  };

  function watch(from: AddressRecord, visitorId: string, { place, route, method, response }: VisitFacts): void {
    if (place) {
      sharedCookies.begin(visitorId, from.network);
      response.once('close', () => sharedCookies.end(visitorId));
    } else if (route === 'apply' || (route === 'protectedPage' && method === 'GET')) {
      joins.noteWish(visitorId, from.network);
    }
  }
}

export type Traffic = ReturnType<typeof createTraffic>;
