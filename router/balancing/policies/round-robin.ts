import { maxWeightOf, takesPart } from '../draw.ts';
import type { Candidate, Policy } from '../policy.ts';

/** One after the other, from a random one on, so that gateways do not march in step. */
export function createRoundRobin(): Policy {
  let next: number | undefined;
  return {
    name: 'round-robin',
    *rank(candidates, _hints, random): Generator<Candidate, void> {
      const count = candidates.length;
      if (count === 0) return;
      const maxWeight = maxWeightOf(candidates);
      next ??= Math.floor(random() * count);
      const passed: Candidate[] = [];
      const start = next;
      for (let step = 0; step < count; step += 1) {
        const candidate = candidates[(start + step) % count];
        if (!candidate) return;
        if (!takesPart(candidate, maxWeight, random)) {
          passed.push(candidate);
          continue;
        }
        next = (start + step + 1) % count;
        yield candidate;
      }
      // Those who sat this round out come last.
      yield* passed;
    },
  };
}
