import type { RatePoint } from '../load/arrivals.ts';

/** How people come: evenly; most within the first seconds and the others in a long tail; more and more. */
export const arrivalShapes = ['flat', 'spike', 'ramp'] as const;
export type ArrivalShape = (typeof arrivalShapes)[number];

/** Of a spike: this share of all comes at its start, which lasts a tenth of the time and at most ten seconds. */
export const spikeShare = 0.6;
const spikeTimeRatio = 0.1;
const longestSpikeMs = 10_000;

/** Rates at which exactly so many visitors arrive within the time. */
export function shapeArrivals({
  shape,
  visitors,
  durationMs,
}: {
  shape: ArrivalShape;
  visitors: number;
  durationMs: number;
}): RatePoint[] {
  const meanPerSec = visitors / (durationMs / 1000);
  return outline(shape, durationMs).map(([at, rate]) => ({ atMs: at * durationMs, ratePerSec: rate * meanPerSec }));
}

/** Shares of the time with multiples of the mean rate; the area below is 1. */
function outline(shape: ArrivalShape, durationMs: number): [at: number, rate: number][] {
  switch (shape) {
    case 'flat':
      return [
        [0, 1],
        [1, 1],
      ];
    case 'ramp':
      return [
        [0, 0],
        [1, 2],
      ];
    case 'spike': {
      const end = Math.min(spikeTimeRatio, longestSpikeMs / durationMs);
      return [
        [0, spikeShare / end],
        [end, spikeShare / end],
        [end, (2 * (1 - spikeShare)) / (1 - end)],
        [1, 0],
      ];
    }
  }
}
