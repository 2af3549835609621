import { drawByWeight, drawOther, weightOf } from './draw.ts';
import type { Candidate } from './policy.ts';

/** Whether the second of two candidates is to be preferred. On a tie the first stays: which is first was drawn. */
export type IsBetter = (second: Candidate, first: Candidate) => boolean;

/**
 * Yields the better of two random candidates, then the better of two of the rest, and so on. Two rather than the best
 * of all, so that several gateways that know the same do not all run to the same instance.
 *
 * The first is drawn by weight. The second takes part with the chance of its weight by the first one's, so that among
 * two instances a cold one, idle as it is, does not win every time.
 */
export function* rankByTwoChoices(
  candidates: readonly Candidate[],
  isBetter: IsBetter,
  random: () => number,
): Generator<Candidate, void> {
  let left = candidates;
  while (left.length > 0) {
    const index = pickOfTwo(left, isBetter, random);
    const picked = left[index];
    if (!picked) return;
    yield picked;
    left = left.filter((_, other) => other !== index);
  }
}

function pickOfTwo(candidates: readonly Candidate[], isBetter: IsBetter, random: () => number): number {
  const first = drawByWeight(candidates, random);
  const second = drawOther(candidates, first, random);
  const a = candidates[first];
  const b = candidates[second];
  if (!a || !b) return first;
  const ratio = weightOf(b) / weightOf(a);
  if (ratio < 1 && random() >= ratio) return first;
  return isBetter(b, a) ? second : first;
}
