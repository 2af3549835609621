export type EjectionRule = {
  /** So many failures in a row that are the instance's own. */
  afterFailures: number;
  /** Length of the first ejection; the n-th is n times as long. */
  baseMs: number;
  maxMs: number;
  /** Share of a room's instances that may be ejected at once, 0..1; one always may. */
  maxRatio: number;
};

export const defaultEjectionRule: EjectionRule = Object.freeze({
  afterFailures: 5,
  baseMs: 30_000,
  maxMs: 300_000,
  maxRatio: 0.1,
});

/** Whether one more of `total` instances may be ejected when `ejected` already are. */
export function canEjectAnother(ejected: number, total: number, { maxRatio }: EjectionRule): boolean {
  return ejected < Math.max(1, Math.floor(total * maxRatio));
}

/** How long the ejection lasts that is the `times`-th, counted from 1. */
export function decideEjectionMs(times: number, { baseMs, maxMs }: EjectionRule): number {
  return Math.min(maxMs, baseMs * times);
}

/**
 * Earlier ejections that still count: one is forgotten for every `maxMs` that an instance served without another, so
 * that a bad hour does not follow it for weeks.
 */
export function countEarlierEjections(times: number, servedForMs: number, { maxMs }: EjectionRule): number {
  return Math.max(0, times - Math.floor(Math.max(0, servedForMs) / maxMs));
}

/** One failed request; nothing of visitor and path when it never reached the instance, so that they cannot be the cause. */
export type Failure = { readonly visitor: string | undefined; readonly path: string | undefined };

/**
 * What other instances say of the same thing: `fine`, one of them did it lately; `failed`, one failed as well and none
 * did it; `unknown`, none was asked.
 */
export type Elsewhere = 'fine' | 'failed' | 'unknown';

export type FailureJudges = {
  ofPath(path: string): Elsewhere;
  /** The same visitor at the same path. */
  ofVisitor(visitor: string, path: string): Elsewhere;
};

/**
 * How many of these failures in a row are the instance's own. Those that follow their path or visitor to other
 * instances are not. Where others were not asked, a path and a visitor count once: what only one visitor or only one
 * path meets may be the fault of either.
 */
export function countOwnFailures(failures: readonly Failure[], judges: FailureJudges): number {
  const paths = new Set<string>();
  const visitors = new Set<string>();
  let count = 0;
  for (const { visitor, path } of failures) {
    if (visitor === undefined || path === undefined) {
      count += 1;
      continue;
    }
    const byPath = judges.ofPath(path);
    const byVisitor = judges.ofVisitor(visitor, path);
    if (byPath === 'failed' || byVisitor === 'failed') continue;
    if (byPath === 'unknown' && paths.has(path)) continue;
    if (byVisitor === 'unknown' && visitors.has(visitor)) continue;
    paths.add(path);
    visitors.add(visitor);
    count += 1;
  }
  return count;
}
