import { type Pace, varianceOver } from './pace.ts';

export type WaitEstimate = { low: number; high: number };

export type EstimateInput = {
  position: number;
  pace: Pace;
  /** The operator's limit; 0 = none. */
  newBookingsPerMinute: number;
};

/** Standard deviations to either side of the middle. */
const spreadFactor = 1.05;
/** No line is surer than this share. */
const leastSpread = 0.05;
const mostSpread = 0.8;
/** Unevenness that was learnt from as little as this counts double. */
const doubtSec = 80;
/** Seconds until a freed place reaches whoever is next, and a page shows it. */
const slackSec = 1;

/**
 * Seconds until the visitor at `position` is admitted, as an honest range. The middle is how long the line takes at its pace,
 * with those who will leave ahead. The width comes from how unevenly the line moves, over the wait to come and over the time
 * the pace was learnt from, and from a pace that is drifting. A limit by the operator bounds the range from below.
 */
export function estimateWait({ position, pace, newBookingsPerMinute }: EstimateInput): WaitEstimate | null {
  const limitPerSec = newBookingsPerMinute > 0 ? newBookingsPerMinute / 60 : Number.POSITIVE_INFINITY;
  const perSec = Math.min(pace.perSec, limitPerSec);
  if (!(perSec > 0)) return null;
  const middle = waitFor(position, perSec, pace.leavePerSec);
  const coming = Math.max(middle, 1 / perSec);
  const variance =
    varianceOver(pace.uneven, coming) / (perSec * coming) ** 2 +
    varianceOver(pace.uneven, pace.knownSec) / (pace.perSec * pace.knownSec) ** 2;
  const doubt = 1 + doubtSec / pace.knownSec;
  const spread = Math.min(mostSpread, Math.hypot(Math.sqrt(variance * doubt), pace.drift, leastSpread));
  const soonest = Number.isFinite(limitPerSec)
    ? waitFor(Math.max(0, position - Math.max(1, limitPerSec)), limitPerSec, pace.leavePerSec)
    : 0;
  const low = Math.floor(Math.max(middle * Math.exp(-spreadFactor * spread) - slackSec, soonest, 0));
  const high = Math.ceil(middle * Math.exp(spreadFactor * spread) + slackSec);
  return { low, high: Math.max(high, low + 1) };
}

/**
 * Seconds until `position` numbers have passed, when a share of `leavePerSec` of those still ahead leaves in each second:
 * the solution of dp/dt = -perSec - leavePerSec × p.
 */
function waitFor(position: number, perSec: number, leavePerSec: number): number {
  if (leavePerSec <= 0) return position / perSec;
  return Math.log1p((leavePerSec * position) / perSec) / leavePerSec;
}
