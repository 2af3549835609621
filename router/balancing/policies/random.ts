import { drawByWeight } from '../draw.ts';
import type { Candidate, Policy } from '../policy.ts';

/** Anyone; who starts slowly less often. */
export function createRandom(): Policy {
  return { name: 'random', rank: (candidates, _hints, random) => rankByDraw(candidates, drawByWeight, random) };
}

/** Draws one after the other until nobody is left. */
export function* rankByDraw(
  candidates: readonly Candidate[],
  draw: (left: readonly Candidate[], random: () => number) => number,
  random: () => number,
): Generator<Candidate, void> {
  let left = candidates;
  while (left.length > 0) {
    const index = draw(left, random);
    const drawn = left[index];
    if (!drawn) return;
    yield drawn;
    left = left.filter((_, other) => other !== index);
  }
}
