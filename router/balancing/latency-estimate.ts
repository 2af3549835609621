/** After this long the weight of what was measured before has fallen to a third. */
const memoryMs = 2000;

/** What was measured longer ago says nothing of now: an instance that was slow once must be tried again. */
const knownForMs = 5000;

/** Whether an estimate that was fed last `sinceMs` ago is too old to decide anything. */
export function isOutdated(sinceMs: number): boolean {
  return sinceMs > knownForMs;
}

/**
 * The new estimate after an answer that took `sampleMs`, `sinceMs` after the one before: a mean in which the past fades
 * with time, not with the number of answers, so that a busy and a quiet gateway forget alike.
 */
export function estimateLatency(beforeMs: number, sampleMs: number, sinceMs: number): number {
  if (!(sampleMs >= 0)) return beforeMs;
  if (Number.isNaN(beforeMs)) return sampleMs;
  const kept = Math.exp(-Math.max(sinceMs, 0) / memoryMs);
  return sampleMs + (beforeMs - sampleMs) * kept;
}
