import { randomUUID } from 'node:crypto';
import type { Clock } from '@fairline/shared/clock.ts';
import type { Logger } from '@fairline/shared/logger.ts';
import type { LockStore } from '@fairline/shared/stores/line/lock.ts';

export type LeaderLock = {
  /** The token to act with; undefined on a standby, and on a leader whose lock may have run out by its own clock. */
  token(): string | undefined;
  /** Tries to lead, or renews when a third of the lock's life has passed. Run it every 250 ms. */
  step(): Promise<void>;
  /** Gives up acting at once, without asking Redis: a script has refused this token. Does nothing for another token. */
  stepDown(token: string, why: string): void;
  /** Gives the lock back, so that a standby leads with its next try; true when it was still held. Does not try again. */
  release(): Promise<boolean>;
};

type Term = { token: string; renewAtMs: number; endsAtMs: number; isDoubted: boolean };

/**
 * Leadership by `booking:lock`. Every term has a token of its own, so that scripts tell a leader who was replaced from
 * the one who leads now, even in the same process. The lock's life is counted on the monotonic clock from before the
 * command was sent: this process never believes longer than Redis does.
 */
export function createLeaderLock({
  lock,
  clock,
  logger,
  readTtlMs,
  createToken = randomUUID,
  onChange,
}: {
  lock: LockStore;
  clock: Clock;
  logger: Logger;
  /** Life of the lock by the settings in force, read at each step. */
  readTtlMs: () => number;
  createToken?: () => string;
  /** Told whenever this process begins or ends leading. */
  onChange?: (isLeading: boolean) => void;
}): LeaderLock {
  let term: Term | undefined;
  let isReleased = false;

  function end(why: string): void {
    if (!term) return;
    term = undefined;
    logger.warn({ why }, 'leadership lost');
    onChange?.(false);
  }

  function setTerm(token: string, sentAtMs: number, ttlMs: number): void {
    term = { token, renewAtMs: sentAtMs + ttlMs / 3, endsAtMs: sentAtMs + ttlMs, isDoubted: false };
  }

  async function tryToLead(): Promise<void> {
    const token = createToken();
    const ttlMs = readTtlMs();
    const sentAtMs = clock.monotonicMs();
    if (!(await lock.acquire(token, ttlMs))) return;
    if (isReleased) {
      await lock.release(token);
      return;
    }
    // An answer that took longer than the lock lives leaves a term that has run out; the next step renews or drops it.
    setTerm(token, sentAtMs, ttlMs);
    logger.info('leadership taken');
    onChange?.(true);
  }

  async function renew(held: Term): Promise<void> {
    if (!held.isDoubted && clock.monotonicMs() >= held.endsAtMs) {
      held.isDoubted = true;
      logger.warn('the lock may have run out, nothing is decided until it is renewed');
    }
    const ttlMs = readTtlMs();
    const sentAtMs = clock.monotonicMs();
    const isRenewed = await lock.renew(held.token, ttlMs);
    if (term !== held) return;
    if (isRenewed) setTerm(held.token, sentAtMs, ttlMs);
    else end('the lock ran out or another process holds it');
  }

  return {
    token() {
      return term && clock.monotonicMs() < term.endsAtMs ? term.token : undefined;
    },
    async step() {
      if (isReleased) return;
      if (!term) await tryToLead();
      else if (clock.monotonicMs() >= term.renewAtMs) await renew(term);
    },
    stepDown(token, why) {
      if (term?.token === token) end(why);
    },
    async release() {
      isReleased = true;
      const held = term;
      if (!held) return false;
      term = undefined;
      onChange?.(false);
      const isGivenBack = await lock.release(held.token);
      logger.info({ isGivenBack }, 'leadership handed over');
      return isGivenBack;
    },
  };
}
