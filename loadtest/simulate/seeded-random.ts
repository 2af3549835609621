/** Numbers of [0, 1) that look random and are the same for the same seed everywhere (mulberry32). */
export function createSeededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Time to the next of events that come by chance, `ratePerMs` of them on average. */
export function drawExponential(ratePerMs: number, random: () => number): number {
  return -Math.log(1 - random()) / ratePerMs;
}

/** A duration with this mean that is often below it and sometimes far above (log-normal). */
export function drawLogNormal(mean: number, sigma: number, random: () => number): number {
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return mean * Math.exp(sigma * normal - (sigma * sigma) / 2);
}
