import { setTimeout as delay } from 'node:timers/promises';

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
  sleep: async (ms: number, signal?: AbortSignal) => {
    try {
      await delay(ms, undefined, { signal });
    } catch (error) {
      if (!signal?.aborted) throw error;
    }
  },
});
