import type { FastifyBaseLogger } from 'fastify';
import type { Clock } from './clock.ts';
import { isRedisUnavailable } from './http-errors.ts';

/** A reason that is there already: an abort without one makes an error for it. */
const woken = 'woken';

export type LoopOptions = {
  /** Names the loop in the log. */
  name: string;
  /** Pause between the end of a step and the start of the next; a function is asked each time (jitter, back-off). */
  intervalMs: number | (() => number);
  clock: Pick<Clock, 'sleep'>;
  /** Ends the loop; the step in hand is finished first and may watch the signal itself. */
  signal: AbortSignal;
  logger: Pick<FastifyBaseLogger, 'error' | 'warn' | 'info'>;
  step(signal: AbortSignal): Promise<unknown> | unknown;
};

export type Loop = {
  /** Runs the next step now; during a step: again right after it, once. */
  wake(): void;
  /** Settles when the loop has ended, after the step in hand. Never rejects. */
  stopped: Promise<void>;
};

/**
 * Runs `step` at once and then after every pause, never two at a time, until the signal aborts. A step that throws does
 * not end the loop: its error is logged once for as long as it throws the same message, and its end is logged too.
 */
export function runLoop({ name, intervalMs, clock, signal, logger, step }: LoopOptions): Loop {
  let isAwake = false;
  let pause: AbortController | undefined;
  let lastProblem: string | undefined;

  const wake = () => {
    isAwake = true;
    pause?.abort(woken);
  };

  const runStep = async () => {
    try {
      await step(signal);
      if (lastProblem !== undefined) logger.info({ loop: name }, 'loop works again');
      lastProblem = undefined;
    } catch (error) {
      if (signal.aborted) return;
      const problem = error instanceof Error ? error.message : String(error);
      if (problem === lastProblem) return;
      // Redis being away is expected; it says so by itself when it is back.
      if (isRedisUnavailable(error)) logger.warn({ loop: name, reason: problem }, 'loop waits for redis');
      else logger.error({ err: error, loop: name }, 'loop step failed');
      lastProblem = problem;
    }
  };

  const run = async () => {
    while (!signal.aborted) {
      isAwake = false;
      await runStep();
      if (isAwake || signal.aborted) continue;
      pause = new AbortController();
      await clock.sleep(typeof intervalMs === 'function' ? intervalMs() : intervalMs, pause.signal);
      pause = undefined;
    }
  };

  const endPause = () => pause?.abort(woken);
  signal.addEventListener('abort', endPause);
  // Starts in a later turn, so that the caller holds `wake` before the first step runs.
  const stopped = Promise.resolve()
    .then(run)
    .finally(() => signal.removeEventListener('abort', endPause));
  return { wake, stopped };
}
