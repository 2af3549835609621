const windowSec = 10;
const leastRequests = 50;

/**
 * Watches the errors of the last ten seconds. Tripped once their share is above the bound: a site in trouble is left alone.
 * Fewer than 50 requests say nothing.
 */
export function createErrorGuard({ maxRatio }: { maxRatio: number }) {
  const seconds = Array.from({ length: windowSec }, () => ({ second: -1, requests: 0, errors: 0 }));
  return {
    note(atMs: number, isError: boolean): void {
      const second = Math.floor(atMs / 1000);
      const slot = seconds[second % windowSec];
      if (!slot) return;
      if (slot.second !== second) Object.assign(slot, { second, requests: 0, errors: 0 });
      slot.requests += 1;
      if (isError) slot.errors += 1;
    },
    isTripped(nowMs: number): boolean {
      const since = Math.floor(nowMs / 1000) - windowSec;
      const recent = seconds.filter(({ second }) => second > since);
      const requests = recent.reduce((sum, slot) => sum + slot.requests, 0);
      const errors = recent.reduce((sum, slot) => sum + slot.errors, 0);
      return requests >= leastRequests && errors / requests > maxRatio;
    },
  };
}
