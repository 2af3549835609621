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
  let state = seed >>> 0;
  // mulberry32
  function uniform(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }
  const between = (low: number, high: number) => low + (high - low) * uniform();
  const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  return {
    uniform,
    between,
    logBetween: (low, high) => Math.exp(between(Math.log(low), Math.log(high))),
    exponential: (mean) => -mean * Math.log(1 - uniform()),
    logNormal: (mean, sigma) => mean * Math.exp(sigma * normal() - sigma ** 2 / 2),
    chance: (probability) => uniform() < probability,
  };
}
