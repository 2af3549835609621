import type { Priority } from '@fairline/shared/contracts/routing-rules.ts';
import type { Upstream } from '../balancing/upstream-set.ts';

export type Share = {
  priority: Priority;
  /** Part of every instance's limit that only requests of high priority may use, 0..1; 0 while no rule gives one. */
  reservedRatio: number;
};

/**
 * Requests that this gateway may have in hand at an instance: what its capacity leaves after those of others. At least
 * one, as what others have is known a second late, and somebody has to find out that there is room again.
 */
export function limitOf({ capacity, othersInFlight }: Upstream, { priority, reservedRatio }: Share): number {
  const reserved = priority === 'high' ? 0 : Math.ceil(capacity * reservedRatio);
  return Math.max(1, capacity - reserved - othersInFlight);
}

/** Whether an instance can take one more request now. */
export function hasRoom(upstream: Upstream, share: Share, nowMs: number): boolean {
  const { own } = upstream;
  return own.inFlight < limitOf(upstream, share) && nowMs >= own.fullUntilMs;
}
