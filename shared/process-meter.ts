import { monitorEventLoopDelay, performance } from 'node:perf_hooks';

export type ProcessUse = {
  eventLoopUtilization: number;
  eventLoopDelayP99Ms: number;
  cpuRatio: number;
  rssBytes: number;
};

const resolutionMs = 20;

/** How busy this process is: each read covers the time since the one before. */
export function createProcessMeter(): { read(): ProcessUse; stop(): void } {
  const delays = monitorEventLoopDelay({ resolution: resolutionMs });
  delays.enable();
  let utilization = performance.eventLoopUtilization();
  let cpu = process.cpuUsage();
  let readAtMs = performance.now();

  return {
    stop: () => {
      delays.disable();
    },
    read: () => {
      const nextUtilization = performance.eventLoopUtilization();
      const nextCpu = process.cpuUsage();
      const nowMs = performance.now();
      const spanMs = Math.max(1, nowMs - readAtMs);
      // The monitor records the time between its own timers, so an idle loop shows the resolution.
      const delayMs = delays.count === 0 ? 0 : Math.max(0, delays.percentile(99) / 1e6 - resolutionMs);
      const use = {
        eventLoopUtilization: performance.eventLoopUtilization(nextUtilization, utilization).utilization,
        eventLoopDelayP99Ms: delayMs,
        cpuRatio: (nextCpu.user - cpu.user + nextCpu.system - cpu.system) / 1000 / spanMs,
        rssBytes: process.memoryUsage.rss(),
      };
      delays.reset();
      utilization = nextUtilization;
      cpu = nextCpu;
      readAtMs = nowMs;
      return use;
    },
  };
}
