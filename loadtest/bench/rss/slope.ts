export type RssSample = { requests: number; rssBytes: number };

/** Slope of the straight line closest to the samples (least squares), in MiB a million requests; 0 for fewer than two. */
export function slopeMiBPerMillion(samples: readonly RssSample[]): number {
  const points = samples.map(({ requests, rssBytes }) => ({ x: requests / 1e6, y: rssBytes / 2 ** 20 }));
  const meanX = mean(points.map(({ x }) => x));
  const meanY = mean(points.map(({ y }) => y));
  const spread = points.reduce((sum, { x }) => sum + (x - meanX) ** 2, 0);
  if (spread === 0) return 0;
  return points.reduce((sum, { x, y }) => sum + (x - meanX) * (y - meanY), 0) / spread;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

/** The deadline of the stop itself, which ends with the process. */
const ownTimers = 1;

/**
 * What a stopped process has left of what it opened: sockets, servers, timers, anything but the pipes of its output.
 * Takes the names of `process.getActiveResourcesInfo()`.
 */
export function listLeftOvers(resources: readonly string[]): string[] {
  let timers = 0;
  return resources.filter((name) => {
    if (name === 'Timeout') timers += 1;
    return name !== 'PipeWrap' && name !== 'TTYWrap' && !(name === 'Timeout' && timers <= ownTimers);
  });
}
