export type RetryBudgetRule = {
  /** Retries per request, 0..1. */
  maxRatio: number;
  /** So many retries within the window are always allowed, however little traffic there is. */
  floor: number;
};

export const defaultRetryBudgetRule: RetryBudgetRule = Object.freeze({ maxRatio: 0.2, floor: 3 });

const stepMs = 1000;
const steps = 10;

/**
 * Keeps retries a small part of the traffic of the last ten seconds, so that a room in trouble is not asked several times
 * as much as in good times.
 */
export function createRetryBudget({ maxRatio, floor }: RetryBudgetRule, nowMs: () => number) {
  const requests = new Array<number>(steps).fill(0);
  const retries = new Array<number>(steps).fill(0);
  let totalRequests = 0;
  let totalRetries = 0;
  let step = 0;

  /** Empties the steps that have gone by since the last call. */
  function moveOn(): number {
    const current = Math.floor(nowMs() / stepMs);
    for (let next = Math.max(step + 1, current - steps + 1); next <= current; next += 1) {
      const index = next % steps;
      totalRequests -= requests[index] ?? 0;
      totalRetries -= retries[index] ?? 0;
      requests[index] = 0;
      retries[index] = 0;
    }
    step = Math.max(step, current);
    return step % steps;
  }

  return {
    /** A request came in; its retries are not counted here. */
    noteRequest(): void {
      const index = moveOn();
      requests[index] = (requests[index] ?? 0) + 1;
      totalRequests += 1;
    },
    /** Takes one retry out of the budget; false when there is none left. */
    take(): boolean {
      const index = moveOn();
      if (totalRetries >= Math.max(floor, totalRequests * maxRatio)) return false;
      retries[index] = (retries[index] ?? 0) + 1;
      totalRetries += 1;
      return true;
    },
  };
}

export type RetryBudget = ReturnType<typeof createRetryBudget>;
