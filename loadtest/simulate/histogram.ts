const minMs = 0.1;
const stepRatio = 1.01;
const buckets = 1800;
const scale = 1 / Math.log(stepRatio);

/** Counts durations in steps of 1 %, from 0.1 ms to over an hour; can be added up, so that runs in several threads can. */
export type Histogram = Uint32Array;

export function createHistogram(): Histogram {
  return new Uint32Array(buckets);
}

export function countDuration(histogram: Histogram, ms: number): void {
  const index = ms <= minMs ? 0 : Math.min(buckets - 1, Math.ceil(Math.log(ms / minMs) * scale));
  histogram[index] = (histogram[index] ?? 0) + 1;
}

export function addHistogram(sum: Histogram, part: Histogram): void {
  for (let index = 0; index < buckets; index += 1) sum[index] = (sum[index] ?? 0) + (part[index] ?? 0);
}

/** The duration that this share (0..1) of all did not exceed, within 1 %; NaN when nothing was counted. */
export function readQuantile(histogram: Histogram, share: number): number {
  let total = 0;
  for (const count of histogram) total += count;
  if (total === 0) return Number.NaN;
  let rest = Math.ceil(share * total);
  for (const [index, count] of histogram.entries()) {
    rest -= count;
    if (rest <= 0) return minMs * stepRatio ** index;
  }
  return minMs * stepRatio ** (buckets - 1);
}
