import type { Candidate } from './policy.ts';

/** Index of a random candidate, each with the chance of its weight; -1 when there is none. Most draws cost one number. */
export function drawByWeight(candidates: readonly Candidate[], random: () => number): number {
  const index = Math.floor(random() * candidates.length);
  const weight = weightOf(candidates[index]);
  if (weight >= 1 || candidates.length < 2) return candidates.length === 0 ? -1 : index;
  // Kept with the chance of its weight, else drawn anew by weight: in sum each has exactly its share.
  return random() < weight ? index : drawByChance(candidates, weightOf, random);
}

/** Index of a random candidate other than `first`, all alike; -1 when there is none. */
export function drawOther(candidates: readonly Candidate[], first: number, random: () => number): number {
  const others = candidates.length - 1;
  if (others < 1) return -1;
  return (first + 1 + Math.floor(random() * others)) % candidates.length;
}

/** Index of a random candidate, each with its chance; all alike when nobody has one; -1 when there is none. */
export function drawByChance(
  candidates: readonly Candidate[],
  chanceOf: (candidate: Candidate) => number,
  random: () => number,
): number {
  let total = 0;
  for (const candidate of candidates) total += chanceOf(candidate);
  if (total === 0) return candidates.length === 0 ? -1 : Math.floor(random() * candidates.length);
  let rest = random() * total;
  let last = -1;
  for (const [index, candidate] of candidates.entries()) {
    const chance = chanceOf(candidate);
    if (chance === 0) continue;
    last = index;
    rest -= chance;
    if (rest < 0) return index;
  }
  return last;
}

/** Weights are shares; whatever is no sensible share counts as none. */
export function weightOf(candidate: Candidate | undefined): number {
  const weight = candidate?.weight ?? 0;
  return weight > 0 ? Math.min(weight, 1) : 0;
}

/**
 * Whether a candidate takes part in a choice where otherwise all would be compared: with the chance of its weight by
 * the heaviest one's. An idle newcomer would win each comparison.
 */
export function takesPart(candidate: Candidate, maxWeight: number, random: () => number): boolean {
  const weight = weightOf(candidate);
  return weight >= maxWeight || random() * maxWeight < weight;
}

export function maxWeightOf(candidates: readonly Candidate[]): number {
  let max = 0;
  for (const candidate of candidates) max = Math.max(max, weightOf(candidate));
  return max;
}
