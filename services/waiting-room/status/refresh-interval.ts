const frontSeconds = 1.6;
const backSeconds = 26;
const frontPosition = 50;
const backPosition = 100_000;

/** For those not in the line: nothing of theirs changes quickly. */
export const idleRefreshSeconds = 20;

/**
 * Whole seconds until a visitor should ask again: 1-2 near the front, growing with the logarithm of the position to
 * 20-30 at the back. The jitter spreads visitors that joined in the same moment. `random` is 0..1.
 */
export function decideRefreshInterval(position: number | null, random: number): number {
  const base = position === null ? idleRefreshSeconds : secondsFor(position);
  return Math.min(30, Math.max(1, Math.round(base * (0.75 + random * 0.5))));
}

function secondsFor(position: number): number {
  if (position <= frontPosition) return frontSeconds;
  const share = Math.log(position / frontPosition) / Math.log(backPosition / frontPosition);
  return frontSeconds + (backSeconds - frontSeconds) * Math.min(1, share);
}
