import { createHistogram } from 'node:perf_hooks';
import type { Change } from '@fairline/shared/redis/changes.ts';
import { type LatencySummary, summarize } from '../../load/recorder.ts';

export type Delays = { latency: LatencySummary; missing: number };

/**
 * From the moment at which the script gave a place to the one at which its visitor read `admitted`, for the places given
 * from `fromMs` up to `toMs`. The script's time is in whole ms, cut off: a delay is told at most 1 ms too long.
 */
export function sumUpDelays(
  changes: readonly Change[],
  readAtMs: ReadonlyMap<string, number>,
  { fromMs, toMs }: { fromMs: number; toMs: number },
): Delays {
  const histogram = createHistogram({ lowest: 1, highest: 3_600_000_000, figures: 3 });
  let missing = 0;
  for (const { type, atMs, visitors } of changes) {
    if (type !== 'admitted' || atMs < fromMs || atMs >= toMs) continue;
    for (const { id } of visitors) {
      const at = readAtMs.get(id);
      if (at === undefined) missing += 1;
      else histogram.record(Math.max(1, Math.round((at - atMs) * 1000)));
    }
  }
  return { latency: summarize(histogram), missing };
}
