import type { KnownVisitor } from '../admission/known-visitor.ts';
import type { AddressRecord } from './address-book.ts';
import type { BlockCopy, BlockEntry } from './block-copy.ts';
import type { TrafficRule } from './traffic-rule.ts';

export const refusalReasons = [
  /** An operator's block of the network. */
  'blockedNetwork',
  /** A rule's block of the network, for whom nobody here knows. */
  'flood',
  'blockedVisitor',
  'networkLimit',
  'visitorLimit',
  'strangerLimit',
] as const;
export type RefusalReason = (typeof refusalReasons)[number];

export type Refusal = {
  readonly reason: RefusalReason;
  /** Whole seconds, at least 1. */
  readonly retryAfterSec: number;
};

type Buckets = { take(key: string): boolean };
type ReturningBuckets = Buckets & { giveBack(key: string): void };

export type JudgeParts = {
  rule: () => Pick<TrafficRule, 'mode'>;
  blocks: Pick<BlockCopy, 'ofVisitor'>;
  visitorBuckets: Buckets;
  networkBuckets: Buckets;
  strangerBuckets: ReturningBuckets;
  /** A visitor whose cookie was seen and checked before; a look-up, no more. */
  peek(cookieHeader: string): KnownVisitor | undefined;
  isBooked(visitorId: string): boolean;
  /** Redis time. */
  redisNowMs(): number;
};

const slowDown: Readonly<Record<'networkLimit' | 'visitorLimit' | 'strangerLimit', Refusal>> = Object.freeze({
  networkLimit: Object.freeze({ reason: 'networkLimit', retryAfterSec: 1 }),
  visitorLimit: Object.freeze({ reason: 'visitorLimit', retryAfterSec: 1 }),
  strangerLimit: Object.freeze({ reason: 'strangerLimit', retryAfterSec: 1 }),
});
const longestRetryAfterSec = 3600;

/**
 * What of traffic control decides about one request. `judgeArrival` comes before anything else was made of the request and
 * looks at the address alone, at most also whether there is a cookie that was checked before; `judgeVisitor` right after,
 * once it is known who asks. A cookie that was not seen before takes a token of strangers, so that made-up ones do not make
 * the gateway compute signatures; whoever turns out to be a visitor gets it back.
 *
 * A rule never costs anybody a place: a flooded network's block is for strangers, a visitor whose cookie this gateway has
 * checked before goes on within the limits, and a booked visitor is not held up by the limit of the network. An
 * operator's block is for everybody it names.
 */
export function createJudge(parts: JudgeParts) {
  const { rule, blocks, visitorBuckets, networkBuckets, strangerBuckets, peek, isBooked, redisNowMs } = parts;
  const isOff = () => rule().mode === 'off';
  /** The request that was judged last at its arrival has taken a stranger's token for its cookie. */
  let hasPaid = false;

  /** The rule's block that this address is in now, which strangers feel. */
  function floodBlockOf({ block }: AddressRecord): BlockEntry | undefined {
    return block?.isAutomatic && block.untilMs > redisNowMs() ? block : undefined;
  }

  return {
    /** undefined: go on. */
    judgeArrival(from: AddressRecord, cookieHeader: string | undefined): Refusal | undefined {
      const { block } = from;
      hasPaid = false;
      if (block && !block.isAutomatic && block.untilMs > redisNowMs()) return refuseUntil('blockedNetwork', block);
      if (isOff() || from.isAllowed) return undefined;
      const mayKnow = cookieHeader?.includes('visitor_id=') ?? false;
      if (!networkBuckets.take(from.network)) {
        const visitor = mayKnow && cookieHeader !== undefined ? peek(cookieHeader) : undefined;
        return visitor && isBooked(visitor.visitorId) ? undefined : slowDown.networkLimit;
      }
      const flood = floodBlockOf(from);
      if (!mayKnow) {
        if (flood) return refuseUntil('flood', flood);
        return strangerBuckets.take(from.network) ? undefined : slowDown.strangerLimit;
      }
      if (cookieHeader !== undefined && peek(cookieHeader)) return undefined;
      hasPaid = strangerBuckets.take(from.network);
      if (hasPaid) return undefined;
      return flood ? refuseUntil('flood', flood) : slowDown.strangerLimit;
    },

    /** undefined: go on. `visitor`: whose cookie verified. */
    judgeVisitor(from: AddressRecord, visitor: KnownVisitor | undefined, hasCookie: boolean): Refusal | undefined {
      if (visitor) {
        if (hasPaid) strangerBuckets.giveBack(from.network);
        const block = blocks.ofVisitor(visitor.visitorId);
        if (block && block.untilMs > redisNowMs()) return refuseUntil('blockedVisitor', block);
        if (isOff() || from.isAllowed) return undefined;
        return visitorBuckets.take(visitor.visitorId) ? undefined : slowDown.visitorLimit;
      }
      // A stranger was judged at the arrival, one with a made-up cookie like those without.
      if (isOff() || from.isAllowed || !hasCookie) return undefined;
      const flood = floodBlockOf(from);
      return flood && refuseUntil('flood', flood);
    },
  };

  function refuseUntil(reason: RefusalReason, { untilMs }: BlockEntry): Refusal {
    const leftSec = Math.ceil((untilMs - redisNowMs()) / 1000);
    return { reason, retryAfterSec: Math.max(1, Math.min(longestRetryAfterSec, leftSec)) };
  }
}

export type Judge = ReturnType<typeof createJudge>;

/** Whether it is an operator's word, which holds in every mode. */
export function isOperatorsWord({ reason }: Refusal): boolean {
  return reason === 'blockedNetwork' || reason === 'blockedVisitor';
}
