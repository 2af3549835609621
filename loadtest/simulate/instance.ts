import type { EventHeap } from './event-heap.ts';

export type Job = {
  /** Time it takes an instance that is as usual. */
  workMs: number;
  /** Pauses of the instance up to here are in the time of its end already. */
  pausedMs: number;
  onEnd(): void;
};

export type InstanceParts = {
  events: EventHeap;
  nowMs: () => number;
  /** Requests it works on at once; more wait their turn. */
  slots: number;
  /** How many times longer than usual the work takes if it starts now. */
  slowdown: (nowMs: number) => number;
};

/** An instance that works on several requests at once, first come, first served; it may stand still at times. */
export function createInstance({ events, nowMs, slots, slowdown }: InstanceParts) {
  const waiting: Job[] = [];
  let firstWaiting = 0;
  let busySlots = 0;
  let busyMs = 0;
  let pausedMs = 0;
  let pausedUntilMs = 0;

  function start(job: Job): void {
    const now = nowMs();
    const durationMs = job.workMs * slowdown(now);
    busySlots += 1;
    busyMs += durationMs;
    job.pausedMs = pausedMs;
    events.add(Math.max(now, pausedUntilMs) + durationMs, () => finish(job));
  }

  function finish(job: Job): void {
    const missedMs = pausedMs - job.pausedMs;
    if (missedMs > 0) {
      job.pausedMs = pausedMs;
      events.add(nowMs() + missedMs, () => finish(job));
      return;
    }
    busySlots -= 1;
    job.onEnd();
    const next = waiting[firstWaiting];
    if (!next) return;
    firstWaiting += 1;
    if (firstWaiting > 1000) {
      waiting.splice(0, firstWaiting);
      firstWaiting = 0;
    }
    start(next);
  }

  return {
    take(job: Job): void {
      if (busySlots < slots) start(job);
      else waiting.push(job);
    },
    pause(forMs: number): void {
      pausedMs += forMs;
      pausedUntilMs = nowMs() + forMs;
    },
    /** Time of work that was begun, all slots together. */
    busyMs: () => busyMs,
  };
}

export type SimulatedInstance = ReturnType<typeof createInstance>;
