const stopSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/**
 * npm passes a signal on to its child, which has received it from the terminal or the process group already: two within
 * this time are one wish.
 */
const sameWishMs = 500;

/** Calls `first` for the first signal, `again` for each one after it that is a wish of its own. */
export function onStopSignals(handlers: { first: () => void; again: () => void }): void {
  let firstAtMs: number | undefined;
  function hear(): void {
    const nowMs = performance.now();
    if (firstAtMs === undefined) {
      firstAtMs = nowMs;
      handlers.first();
    } else if (nowMs - firstAtMs > sameWishMs) {
      handlers.again();
    }
  }
  for (const name of stopSignals) process.on(name, hear);
}
