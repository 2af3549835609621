import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../clock.ts';

export type ManualClock = Clock & {
  /**
   * Moves both times on by `ms`, waking sleepers in the order of their moments and letting each do its work before
   * time goes on. Await it: with sleepers due, time moves in steps. What was only just started has to reach its sleep
   * first: give it a turn (`setImmediate`) before.
   */
  advance(ms: number): Promise<void>;
  /** Moves wall time alone, forwards or back, as setting a machine's clock does. */
  jump(ms: number): void;
  /** How many sleeps are under way. */
  sleeperCount(): number;
};

type Sleeper = { dueMs: number; wake(): void };

/** A clock that stands still until it is told to move. */
export function createManualClock(startMs = 0): ManualClock {
  let elapsedMs = 0;
  let wallOffsetMs = startMs;
  const sleepers = new Set<Sleeper>();

  const nextDue = (untilMs: number): Sleeper | undefined => {
    let next: Sleeper | undefined;
    for (const sleeper of sleepers) {
      if (sleeper.dueMs <= untilMs && (!next || sleeper.dueMs < next.dueMs)) next = sleeper;
    }
    return next;
  };

  return {
    nowMs: () => wallOffsetMs + elapsedMs,
    monotonicMs: () => elapsedMs,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve();
        const wake = () => {
          sleepers.delete(sleeper);
          signal?.removeEventListener('abort', wake);
          resolve();
        };
        const sleeper: Sleeper = { dueMs: elapsedMs + Math.max(0, ms), wake };
        sleepers.add(sleeper);
        signal?.addEventListener('abort', wake);
      }),
    advance: async (ms) => {
      const targetMs = elapsedMs + ms;
      for (let next = nextDue(targetMs); next; next = nextDue(targetMs)) {
        elapsedMs = Math.max(elapsedMs, next.dueMs);
        next.wake();
        await nextTurn();
      }
      elapsedMs = targetMs;
      await nextTurn();
    },
    jump: (ms) => {
      wallOffsetMs += ms;
    },
    sleeperCount: () => sleepers.size,
  };
}
