export type SlowStartRule = {
  /** From its first moment to full weight; 0 = at once. */
  slowStartMs: number;
  /** Weight at first, 0..1. */
  slowStartFromRatio: number;
};

/** Share of the usual traffic for an instance that has been ready for `readyForMs`: rises evenly up to 1. */
export function decideWeight(readyForMs: number, { slowStartMs, slowStartFromRatio }: SlowStartRule): number {
  if (readyForMs >= slowStartMs) return 1;
  return slowStartFromRatio + (1 - slowStartFromRatio) * Math.max(0, readyForMs / slowStartMs);
}
