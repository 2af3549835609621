import type { Candidate } from './policy.ts';
import type { Upstream } from './upstream-set.ts';

/** Nothing seen lately speaks against it. */
export function isHealthy({ isSuspect, own }: Upstream, nowMs: number): boolean {
  return !isSuspect && !own.failsProbes && own.silence === 'heard' && nowMs >= own.ejectedUntilMs;
}

/** It has its one request already and has not answered yet. */
export function isOnTrial({ own }: Upstream): boolean {
  return own.isOnProbation && own.inFlight > 0;
}

/**
 * Those among whom a request may be placed: the healthy ones, but for newcomers that still owe their first answer.
 * When fewer than `panicBelowRatio` are healthy, all of them (panic): sending everything to the few that are left would
 * take those down as well. When only newcomers are left to wait for, they are used: late beats never.
 * Cheap when everybody is available: no copy is made.
 *
 * @param isWanted leaves out what this request must not get: those tried before, full ones, other pools
 */
export function filterAvailable(
  candidates: readonly Candidate[],
  nowMs: number,
  panicBelowRatio: number,
  isWanted?: (upstream: Upstream) => boolean,
): readonly Candidate[] {
  let healthy = 0;
  let onTrial = 0;
  for (const { upstream } of candidates) {
    if (!isHealthy(upstream, nowMs)) continue;
    healthy += 1;
    if (isOnTrial(upstream)) onTrial += 1;
  }
  const isPanic = healthy < candidates.length * panicBelowRatio;
  const wanted = isWanted ? candidates.filter(({ upstream }) => isWanted(upstream)) : candidates;
  if (isPanic || (healthy === candidates.length && onTrial === 0)) return wanted;
  const available = wanted.filter(({ upstream }) => isHealthy(upstream, nowMs));
  if (onTrial === 0) return available;
  const proven = available.filter(({ upstream }) => !isOnTrial(upstream));
  return proven.length > 0 ? proven : available;
}
