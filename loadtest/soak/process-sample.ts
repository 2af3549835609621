import { readdir, readFile } from 'node:fs/promises';

/** One process at one moment. NaN where it could not be read. */
export type ProcessSample = {
  rssBytes: number;
  /** Objects in use and garbage that has not been collected yet. */
  heapUsedBytes: number;
  /** Open file descriptors: sockets, files, pipes. */
  handles: number;
  timers: number;
  /** What keeps the event loop alive, timers left out: sockets, servers, requests under way. */
  resources: number;
  loopDelayP99Ms: number;
};

/** From /proc (so on Linux only) and the process's own /metrics. */
export async function sampleProcess(pid: number, internalUrl: string): Promise<ProcessSample> {
  const [status, descriptors, metrics] = await Promise.all([
    readFile(`/proc/${pid}/status`, 'utf8').catch(() => ''),
    readdir(`/proc/${pid}/fd`).catch(() => undefined),
    fetch(`${internalUrl}/metrics`)
      .then((answer) => answer.text())
      .catch(() => ''),
  ]);
  const timers = sumOf(metrics, 'nodejs_active_resources', 'type="Timeout"');
  return {
    rssBytes: Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? Number.NaN) * 1024,
    heapUsedBytes: sumOf(metrics, 'nodejs_heap_size_used_bytes'),
    handles: descriptors?.length ?? Number.NaN,
    timers: Number.isNaN(timers) ? 0 : timers,
    resources: sumOf(metrics, 'nodejs_active_resources') - (Number.isNaN(timers) ? 0 : timers),
    loopDelayP99Ms: sumOf(metrics, 'nodejs_eventloop_lag_p99_seconds') * 1000,
  };
}

/** Sum of the values of a metric whose labels contain the text; NaN when there is none. */
export function sumOf(metrics: string, name: string, label = ''): number {
  let sum = Number.NaN;
  for (const line of metrics.split('\n')) {
    if (!line.startsWith(`${name}{`) || !line.includes(label)) continue;
    const value = Number(line.slice(line.lastIndexOf(' ') + 1));
    sum = Number.isNaN(sum) ? value : sum + value;
  }
  return sum;
}
