import { createBoundedCache } from '../bounded-cache.ts';
import { type Bucket, type BucketRule, createBucket, isWorthTelling, takeToken } from './token-bucket.ts';

/** Twice as many buckets at most are kept, about 200 bytes each; one that was forgotten is full again. */
const defaultMaxPerGeneration = 50_000;
/** Buckets with something to tell, at most; further ones wait for their next request. */
const maxListed = 20_000;

export type Taken = { key: string; count: number };

export type SharedBucketsParts = {
  /** May change meanwhile: what a bucket holds beyond a new burst is lost with the next token taken. */
  rule: () => BucketRule;
  /** Monotonic. */
  nowMs: () => number;
  maxPerGeneration?: number;
};

/**
 * This gateway's share of token buckets that all gateways draw from together. A request is decided here, at once; in the
 * background each gateway tells a common account what it took and is told the level that is left there.
 *
 * How far the limit holds. Let N gateways share a bucket of `burst` B and rate r, tell every T seconds and hear the
 * answer d later. The account is exact: it is charged with all that was taken and filled with r, so over any time w all
 * gateways together let pass at most r·w + B + debt, where the debt is how far the account was overdrawn in the end. A
 * gateway takes a token only while its own level is at least 1, and that level is above the account's by at most what
 * the others took unseen: each of them at most what it knew to be there, no more than B, and what came in since, r·(T + d).
 * So the debt is at most (N − 1)·(B + r·(T + d)): with 3 gateways a burst overshoots by two bursts at most. Debt is paid
 * back before anything passes again, and nobody's clock but that of Redis fills the account. While all gateways are busy,
 * none is stale by more than T + d: the debt is then at most (N − 1)·r·(T + d), and over a window w the relative error
 * (N − 1)·(T + d)/w: 3 % for N = 3, T + d = 0.15 s, w = 10 s, whatever r is. A gateway that takes less than r/64 may stay
 * silent, which adds (N − 1)/64, and B/32 once. Rates of less than a token each T let pass one token more for each gateway.
 * Without Redis each gateway keeps the limit for itself: N·r together.
 *
 * The idea of limiters that each decide alone and exchange what they took is that of B. Raghavan et al., Cloud Control
 * with Distributed Rate Limiting, SIGCOMM 2007; the account that may be overdrawn makes its error a debt that is paid.
 */
export function createSharedBuckets({ rule, nowMs, maxPerGeneration = defaultMaxPerGeneration }: SharedBucketsParts) {
  const buckets = createBoundedCache<string, Bucket>(maxPerGeneration);
  let listed: Bucket[] = [];

  function find(key: string): Bucket {
    const known = buckets.get(key);
    if (known) return known;
    const made = createBucket(key, rule(), nowMs());
    buckets.set(key, made);
    return made;
  }

  return {
    rule,

    /** Takes a token of this key's bucket; false when there is none. */
    take(key: string): boolean {
      const atMs = nowMs();
      const bucket = find(key);
      if (!takeToken(bucket, rule(), atMs)) return false;
      if (!bucket.isListed && listed.length < maxListed && isWorthTelling(bucket, rule(), atMs)) {
        bucket.isListed = true;
        listed.push(bucket);
      }
      return true;
    },

    /** Undoes a `take` that came right before. */
    giveBack(key: string): void {
      const bucket = buckets.get(key);
      if (!bucket || bucket.untold === 0) return;
      bucket.level += 1;
      bucket.untold -= 1;
    },

    /** What the others have to know, at most so many keys; it counts as told from now on. */
    collect(limit: number): Taken[] {
      const atMs = nowMs();
      const told = listed.slice(0, limit);
      listed = listed.slice(limit);
      return told.map((bucket) => {
        const { key, untold } = bucket;
        bucket.untold = 0;
        bucket.toldAtMs = atMs;
        bucket.isListed = false;
        return { key, count: untold };
      });
    },

    /** The account's level after all that was collected of this key; what was taken here meanwhile comes off. */
    settle(key: string, level: number): void {
      const bucket = buckets.get(key);
      if (!bucket) return;
      bucket.level = Math.min(rule().burst, level) - bucket.untold;
      bucket.atMs = nowMs();
    },

    /** The telling failed: it is told again with what follows. If it had arrived all the same, the limit errs to be strict. */
    putBack(taken: readonly Taken[]): void {
      for (const { key, count } of taken) {
        const bucket = buckets.get(key);
        if (!bucket) continue;
        bucket.untold += count;
        if (bucket.isListed || listed.length >= maxListed) continue;
        bucket.isListed = true;
        listed.push(bucket);
      }
    },

    /** Kept at the moment. */
    size: buckets.size,
  };
}

export type SharedBuckets = ReturnType<typeof createSharedBuckets>;
