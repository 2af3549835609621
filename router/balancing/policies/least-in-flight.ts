import { maxWeightOf, takesPart } from '../draw.ts';
import type { Candidate, Policy } from '../policy.ts';

/**
 * The one with the fewest requests of this gateway in hand by what it can take, as nginx's `least_conn`; among equals
 * one at random. It looks at all of them and knows nothing of other gateways.
 */
export function createLeastInFlight(): Policy {
  return {
    name: 'least-in-flight',
    *rank(candidates, _hints, random): Generator<Candidate, void> {
      let left = candidates;
      while (left.length > 0) {
        const index = pickLeast(left, random);
        const picked = left[index];
        if (!picked) return;
        yield picked;
        left = left.filter((_, other) => other !== index);
      }
    },
  };
}

function pickLeast(candidates: readonly Candidate[], random: () => number): number {
  const maxWeight = maxWeightOf(candidates);
  const start = Math.floor(random() * candidates.length);
  let best = -1;
  let bestShare = Number.POSITIVE_INFINITY;
  for (let step = 0; step < candidates.length; step += 1) {
    const index = (start + step) % candidates.length;
    const candidate = candidates[index];
    if (!candidate || !takesPart(candidate, maxWeight, random)) continue;
    const share = candidate.upstream.own.inFlight / candidate.upstream.capacity;
    if (share >= bestShare) continue;
    best = index;
    bestShare = share;
  }
  return best;
}
