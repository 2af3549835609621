import type { Clock } from '@fairline/shared/clock.ts';
import type { Logger } from '@fairline/shared/logger.ts';
import { type Loop, runLoop } from '@fairline/shared/loop.ts';
import { tickMs } from '../admission/next-wake.ts';
import type { Passes, PassOutcome } from '../admission/pass.ts';
import type { Housekeeping } from '../housekeeping/housekeeping.ts';
import type { Scaler } from '../scaling/scaler.ts';
import type { LeaderLock } from './leader-lock.ts';

/** How often a standby tries for the lock, and a leader looks whether to renew it, in ms. */
export const lockStepMs = 250;
/** Passes woken by changes are at least this far apart: in a rush, one pass serves many of them. */
const minPassGapMs = 10;
const housekeepingEveryMs = 1_000;
const scalingEveryMs = 2_000;
const refused = 'a script refused the token: another process leads';

export type Leading = {
  /** A change may let somebody in: the next pass runs now. Does nothing on a standby. */
  wake(): void;
  /** Settles when all loops have ended, after the signal. */
  stopped: Promise<unknown>;
};

/**
 * The loops of the process: the lock, the passes, the housekeeping and the scaling. Only the lock's loop runs on a standby; the
 * others look for a token at each step, and a refused token ends the term at once.
 */
export function startLeading({
  lock,
  passes,
  housekeeping,
  scaler,
  onPass,
  clock,
  signal,
  logger,
}: {
  lock: LeaderLock;
  passes: Passes;
  housekeeping: Housekeeping;
  scaler: Scaler;
  onPass?: (outcome: PassOutcome, tookMs: number) => void;
  clock: Clock;
  signal: AbortSignal;
  logger: Logger;
}): Leading {
  let nextWakeMs = tickMs;
  let passedAtMs = -Infinity;
  let isTidyUnderWay = false;

  const passLoop = runLoop({
    name: 'passes',
    intervalMs: () => nextWakeMs,
    clock,
    signal,
    logger,
    step: async () => {
      nextWakeMs = tickMs;
      const gapMs = passedAtMs + minPassGapMs - clock.monotonicMs();
      if (gapMs > 0) await clock.sleep(gapMs, signal);
      const token = lock.token();
      if (token === undefined || signal.aborted) return;
      const startedAtMs = clock.monotonicMs();
      try {
        const outcome = await passes.run(token);
        if (outcome.kind === 'notLeader') lock.stepDown(token, refused);
        else nextWakeMs = outcome.nextWakeMs;
        onPass?.(outcome, clock.monotonicMs() - startedAtMs);
      } finally {
        passedAtMs = clock.monotonicMs();
      }
    },
  });

  const lockLoop: Loop = runLoop({
    name: 'lock',
    intervalMs: lockStepMs,
    clock,
    signal,
    logger,
    step: async () => {
      const before = lock.token();
      await lock.step();
      // A new leader begins at once, a doubted one that may act again goes on at once.
      if (before === undefined && lock.token() !== undefined) passLoop.wake();
    },
  });

  const tidyLoop = runLoop({
    name: 'housekeeping',
    intervalMs: () => (isTidyUnderWay ? tickMs : housekeepingEveryMs),
    clock,
    signal,
    logger,
    step: async () => {
      isTidyUnderWay = false;
      const token = lock.token();
      if (token === undefined) return;
      const outcome = await housekeeping.step(token);
      if (outcome.kind === 'notLeader') lock.stepDown(token, refused);
      else isTidyUnderWay = outcome.isMore;
    },
  });

  const scalingLoop = runLoop({
    name: 'scaling',
    intervalMs: scalingEveryMs,
    clock,
    signal,
    logger,
    step: async () => {
      const token = lock.token();
      if (token === undefined) return;
      if ((await scaler.step(token)).kind === 'notLeader') lock.stepDown(token, refused);
    },
  });

  return {
    wake() {
      if (lock.token() !== undefined) passLoop.wake();
    },
    stopped: Promise.all([passLoop.stopped, lockLoop.stopped, tidyLoop.stopped, scalingLoop.stopped]),
  };
}
