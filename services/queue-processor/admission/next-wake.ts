/** A full pass runs this often, in ms: ends of places and settings typed by hand are found without any change. */
export const tickMs = 250;

export type WakeInput = {
  /** Some step stopped at its bound and has work left. */
  isMore: boolean;
  /** Until the next pace token, in ms; null when the pace is not what holds people up. */
  waitMs: number | null;
  /** Until the next full pass is due, in ms. */
  untilFullMs: number;
};

/** Milliseconds until the next pass: at once with work left, else with the next pace token or the next full pass. */
export function decideNextWakeMs({ isMore, waitMs, untilFullMs }: WakeInput): number {
  if (isMore) return 0;
  return Math.max(1, Math.ceil(Math.min(waitMs ?? tickMs, untilFullMs, tickMs)));
}
