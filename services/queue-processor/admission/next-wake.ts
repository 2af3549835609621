/** A pass runs at least this often, in ms: ends of places and settings typed by hand are found without any change. */
export const tickMs = 250;

export type WakeInput = {
  /** Some step stopped at its bound and has work left. */
  isMore: boolean;
  /** Until the next pace token, in ms; null when the pace is not what holds people up. */
  waitMs: number | null;
};

/** Milliseconds until the next pass: at once with work left, else with the next pace token, at the latest after a tick. */
export function decideNextWakeMs({ isMore, waitMs }: WakeInput): number {
  if (isMore) return 0;
  if (waitMs === null) return tickMs;
  return Math.max(1, Math.min(Math.ceil(waitMs), tickMs));
}
