import type { Clock } from '@fairline/shared/clock.ts';
import type { Logger } from '@fairline/shared/logger.ts';
import { runLoop } from '@fairline/shared/loop.ts';
import type { StaticUpstream } from '../balancing/static-upstreams.ts';
import type { CheckOrigin } from './check-origin.ts';
import { type CheckedHealth, noteCheck, type Thresholds, uncheckedHealth } from './thresholds.ts';

export type OriginCheckerParts = {
  origins: readonly StaticUpstream[];
  checkOrigin: CheckOrigin;
  thresholds: Thresholds;
  intervalMs: number;
  clock: Clock;
  random: () => number;
  signal: AbortSignal;
  logger: Logger;
  /** The verdict about an origin is another one than before. */
  onChange(): void;
};

/** Checks each static upstream by itself, for ever: one that hangs holds up no other. */
export function createOriginChecker(parts: OriginCheckerParts) {
  const { origins, checkOrigin, thresholds, intervalMs, clock, random, signal, logger, onChange } = parts;
  const health = new Map<string, CheckedHealth>();

  async function check({ id, url }: StaticUpstream): Promise<void> {
    const outcome = await checkOrigin(url, signal);
    if (signal.aborted) return;
    const before = health.get(id) ?? uncheckedHealth;
    const after = noteCheck(before, outcome.isPassed, thresholds);
    health.set(id, after);
    if (after.verdict === before.verdict) return;
    if (!outcome.isPassed)
      logger.warn({ instance: id, problem: outcome.problem }, 'a static upstream fails its checks');
    else logger.info({ instance: id }, 'a static upstream passes its checks');
    onChange();
  }

  const loops = origins.map((origin) =>
    runLoop({
      name: `checks of ${origin.id}`,
      // Several gateways are not to check in step.
      intervalMs: () => intervalMs * (0.9 + 0.2 * random()),
      clock,
      signal,
      logger,
      step: () => check(origin),
    }),
  );

  return {
    verdictOf: (id: string): CheckedHealth['verdict'] => (health.get(id) ?? uncheckedHealth).verdict,
    /** Every origin was checked at least once. */
    isComplete: () => origins.every(({ id }) => health.has(id)),
    stopped: Promise.all(loops.map(({ stopped }) => stopped)),
  };
}
