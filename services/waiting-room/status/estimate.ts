/** Admissions from the line in equal spans of time, oldest first; only spans in which the line moved freely. */
export type AdmissionRecord = { counts: readonly number[]; spanSec: number };

export type WaitEstimate = { low: number; high: number };

export type EstimateInput = {
  position: number;
  record: AdmissionRecord;
  /** The operator's limit; 0 = none. */
  newBookingsPerMinute: number;
};

/** Less history than this says nothing yet. */
const leastRecordSec = 20;
const leastAdmissions = 2;
/** The rate of now counts more than that of minutes ago. */
const halfLifeSec = 60;
const coarseSpanSec = 30;
/** About nine in ten waits of a steady line end inside the range. */
const spreadFactor = 1.7;
const leastRelativeSpread = 0.06;
const mostRelativeSpread = 0.7;

/**
 * Seconds until the visitor at `position` is admitted, as an honest range; null while it cannot be known. The middle
 * comes from the weighted admission rate of the last minutes, the width from how unevenly admissions came and from how
 * few of them were seen. A limit by the operator bounds the range from below.
 */
export function estimateWait({ position, record, newBookingsPerMinute }: EstimateInput): WaitEstimate | null {
  const { counts, spanSec } = record;
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (counts.length * spanSec < leastRecordSec || total < leastAdmissions) return null;

  let weightSum = 0;
  let weighted = 0;
  for (const [index, count] of counts.entries()) {
    const ageSec = (counts.length - 1 - index) * spanSec;
    const weight = 0.5 ** (ageSec / halfLifeSec);
    weightSum += weight;
    weighted += weight * count;
  }
  const seenPerSec = weighted / (weightSum * spanSec);
  const limitPerSec = newBookingsPerMinute > 0 ? newBookingsPerMinute / 60 : Number.POSITIVE_INFINITY;
  const perSec = Math.min(seenPerSec, limitPerSec);
  if (!(perSec > 0)) return null;

  const unevenness = Math.max(
    dispersion(counts),
    dispersion(gather(counts, Math.max(1, Math.round(coarseSpanSec / spanSec)))),
  );
  const relativeSpread = clamp(
    Math.sqrt(unevenness / position + unevenness / weighted),
    leastRelativeSpread,
    mostRelativeSpread,
  );
  const middle = position / perSec;
  const burst = Math.max(1, limitPerSec);
  const soonest = Number.isFinite(limitPerSec) ? Math.max(0, position - burst) / limitPerSec : 0;
  const low = Math.floor(Math.max(middle * Math.exp(-spreadFactor * relativeSpread), soonest));
  const high = Math.ceil(middle * Math.exp(spreadFactor * relativeSpread));
  return { low, high: Math.max(high, low + 1) };
}

/** Variance over mean: 1 for independent arrivals, 0 for a metronome, more for bursts. 1 when too little is known. */
function dispersion(counts: readonly number[]): number {
  if (counts.length < 4) return 1;
  const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  if (mean === 0) return 1;
  const squares = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0);
  return Math.max(0.1, squares / (counts.length - 1) / mean);
}

/** Sums runs of `size` spans, newest run complete; a rest at the old end is left out. */
function gather(counts: readonly number[], size: number): number[] {
  const runs: number[] = [];
  for (let end = counts.length; end - size >= 0; end -= size) {
    runs.push(counts.slice(end - size, end).reduce((sum, count) => sum + count, 0));
  }
  return runs;
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
