import type { Random } from '../estimate/random.ts';

/** Of the logarithm: two of three people lie within half and twice the median. */
export const patienceSigma = 0.7;
export const thinkSigma = 0.5;

/** How long one visitor waits before leaving without a word, in ms: log-normal around the median. */
export function drawPatienceMs(medianSec: number, random: Random): number {
  return drawAround(medianSec, patienceSigma, random);
}

/** How long one visitor takes between the booking page and the order, in ms: log-normal around the median. */
export function drawThinkMs(medianSec: number, random: Random): number {
  return drawAround(medianSec, thinkSigma, random);
}

function drawAround(medianSec: number, sigma: number, random: Random): number {
  if (medianSec <= 0) return 0;
  // A log-normal distribution has its mean above its median.
  return 1000 * random.logNormal(medianSec * Math.exp((sigma * sigma) / 2), sigma);
}
