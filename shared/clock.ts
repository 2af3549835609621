/** Time as an argument, so that tests can own it. */
export type Clock = {
  /** Wall time in ms since 1970. It may jump; never measure with it. */
  nowMs(): number;
  /** Ms since some fixed moment; never goes back. For durations and ages. */
  monotonicMs(): number;
  /** Resolves after `ms`, or at once when `signal` aborts: it never rejects. Look at `signal.aborted` afterwards. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
};

export const systemClock: Clock = Object.freeze({
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  // By hand: an aborted timer of node:timers/promises makes two errors with their stacks, for loops that are often woken.
  sleep: (ms: number, signal?: AbortSignal) =>
    new Promise<void>((resolve) => {
      if (signal?.aborted) return resolve();
      const end = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', end);
        resolve();
      };
      const timer = setTimeout(end, ms);
      signal?.addEventListener('abort', end);
    }),
});
