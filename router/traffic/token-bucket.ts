export type BucketRule = {
  /** Tokens that come back each second. */
  ratePerSec: number;
  /** Tokens of a full bucket: what may come at once. At least 1. */
  burst: number;
};

/** Fields change in place: a request makes no objects. */
export type Bucket = {
  readonly key: string;
  /** Tokens as of `atMs`; below zero when others took what this gateway took as well. */
  level: number;
  atMs: number;
  /** Taken here and not yet told to the others. */
  untold: number;
  /** When the others were last told. */
  toldAtMs: number;
  isListed: boolean;
};

export function createBucket(key: string, { burst }: BucketRule, nowMs: number): Bucket {
  return { key, level: burst, atMs: nowMs, untold: 0, toldAtMs: nowMs, isListed: false };
}

/** Takes one token. False, and nothing changed but the time, when there is none. */
export function takeToken(bucket: Bucket, { ratePerSec, burst }: BucketRule, nowMs: number): boolean {
  const elapsedMs = nowMs - bucket.atMs;
  if (elapsedMs > 0) {
    bucket.level = Math.min(burst, bucket.level + (elapsedMs * ratePerSec) / 1000);
    bucket.atMs = nowMs;
  }
  if (bucket.level < 1) return false;
  bucket.level -= 1;
  bucket.untold += 1;
  return true;
}

/** Parts of the rule that a gateway may take without a word, so that those who come now and then cost Redis nothing. */
const quietBurstShare = 1 / 32;
const quietRateShare = 1 / 64;

/** Whether so much was taken here that the others have to know. */
export function isWorthTelling(bucket: Bucket, { ratePerSec, burst }: BucketRule, nowMs: number): boolean {
  const quiet = burst * quietBurstShare + ((nowMs - bucket.toldAtMs) * ratePerSec * quietRateShare) / 1000;
  return bucket.untold >= quiet;
}
