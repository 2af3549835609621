import { createSeededRandom, drawLogNormal } from '../simulate/seeded-random.ts';

/** Random numbers that can be repeated: the same seed, the same sale. */
export type Random = {
  /** 0..1 */
  uniform(): number;
  between(low: number, high: number): number;
  /** Even on a logarithmic scale. */
  logBetween(low: number, high: number): number;
  exponential(mean: number): number;
  /** `sigma`: of the logarithm. */
  logNormal(mean: number, sigma: number): number;
  chance(probability: number): boolean;
};

export function createRandom(seed: number): Random {
  const uniform = createSeededRandom(seed);
  const between = (low: number, high: number) => low + (high - low) * uniform();
  return {
    uniform,
    between,
    logBetween: (low, high) => Math.exp(between(Math.log(low), Math.log(high))),
    exponential: (mean) => -mean * Math.log(1 - uniform()),
    logNormal: (mean, sigma) => drawLogNormal(mean, sigma, uniform),
    chance: (probability) => uniform() < probability,
  };
}
