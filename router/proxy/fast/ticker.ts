/** Time in coarse steps, for the many deadlines that are set, and hardly ever come. */
export type Ticker = {
  /** The step at which at least `ms` from now will have passed. */
  after(ms: number): number;
  hasPassed(deadline: number): boolean;
  /** No step is counted while nobody needs one. */
  stop(): void;
};

export const tickMs = 100;

/** Counts steps and calls `onTick` after each. The timer keeps no process alive. */
export function startTicker(onTick: () => void): Ticker {
  let step = 0;
  const timer = setInterval(() => {
    step += 1;
    onTick();
  }, tickMs);
  timer.unref();
  return {
    // One more, as the step in hand has partly gone by.
    after: (ms) => step + 1 + Math.ceil(ms / tickMs),
    hasPassed: (deadline) => step >= deadline,
    stop: () => clearInterval(timer),
  };
}
