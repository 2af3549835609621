const longestPollMs = 40_000;
const longestRetryMs = 30_000;

/**
 * When to ask again after an answer: as told, at half the pace while nobody looks.
 *
 * @param {{ refreshAfterSeconds: number, isHidden: boolean }} facts
 */
export function decidePollMs({ refreshAfterSeconds, isHidden }) {
  return Math.min(longestPollMs, refreshAfterSeconds * 1000 * (isHidden ? 2 : 1));
}

/**
 * When to ask again after a failure: later with each failure in a row, and spread, since many fail at once.
 *
 * @param {{ failures: number, random: number }} facts `failures` from 1; `random` 0..1
 */
export function decideRetryMs({ failures, random }) {
  const most = Math.min(longestRetryMs, 2000 * 2 ** failures);
  return Math.round(most * (0.5 + random / 2));
}

/**
 * What a screen reader is told: a change of state at once, a position near the front each time, any other once a minute.
 *
 * @param {{ state: string, position: number | null }} now
 * @param {{ state: string, position: number | null, atMs: number }} last
 * @param {number} nowMs
 * @returns {'state' | 'position' | null}
 */
export function decideAnnouncement(now, last, nowMs) {
  if (now.state !== last.state) return 'state';
  if (now.position === null || now.position === last.position) return null;
  return now.position <= 3 || nowMs - last.atMs >= 60_000 ? 'position' : null;
}
