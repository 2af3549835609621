import type { Clock } from '@fairline/shared/clock.ts';

/** Calls `run` soon after it was called itself, however often, with at least `leastBetweenMs` between two runs. */
export function createNudge({
  clock,
  signal,
  leastBetweenMs,
  run,
}: {
  clock: Pick<Clock, 'monotonicMs' | 'sleep'>;
  signal: AbortSignal;
  leastBetweenMs: number;
  run(): void;
}): () => void {
  let ranAtMs = Number.NEGATIVE_INFINITY;
  let isPending = false;

  async function runSoon(): Promise<void> {
    await clock.sleep(Math.max(0, ranAtMs + leastBetweenMs - clock.monotonicMs()), signal);
    isPending = false;
    ranAtMs = clock.monotonicMs();
    if (!signal.aborted) run();
  }

  return () => {
    if (isPending) return;
    isPending = true;
    void runSoon();
  };
}
