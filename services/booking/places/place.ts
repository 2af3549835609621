import type { VisitorStatusWord } from '@fairline/shared/contracts/visitor-status.ts';
import type { Standing } from '@fairline/shared/stores/line/store.ts';

export type LeaseInput = {
  standing: Extract<Standing, { kind: 'booked' }>;
  /** As in the settings: 0 = a place is kept for good. */
  leaseMinutes: number;
  /** Whether the gateway counts the request in hand as activity, which it tells Redis about only after passing it on. */
  isActivity: boolean;
};

/** End of the place in ms of Redis time as this request leaves it; null when it is kept for good. */
export function decideLeaseEnd({ standing, leaseMinutes, isActivity }: LeaseInput): number | null {
  if (!isActivity) return standing.leaseEndsAtMs;
  return leaseMinutes === 0 ? null : standing.nowMs + leaseMinutes * 60_000;
}

/** Where a visitor stands in the words of the API. */
export function statusOf(standing: Standing): VisitorStatusWord {
  if (standing.kind === 'aside') return 'waiting';
  if (standing.kind === 'ended') return standing.outcome;
  return standing.kind;
}
