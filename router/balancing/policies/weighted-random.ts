import { drawByChance, weightOf } from '../draw.ts';
import type { Candidate, Policy } from '../policy.ts';
import { rankByDraw } from './random.ts';

/** Anyone, by what each can take: knows the sizes, not what is going on. */
export function createWeightedRandom(): Policy {
  return {
    name: 'weighted-random',
    rank: (candidates, _hints, random) =>
      rankByDraw(candidates, (left, next) => drawByChance(left, chanceOf, next), random),
  };
}

function chanceOf(candidate: Candidate): number {
  return weightOf(candidate) * candidate.upstream.capacity;
}
