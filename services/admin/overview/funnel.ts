import type { Funnel } from '../contract/funnel.ts';

/** The funnel from `booking:counters`, which count since the sale began. `seen`: browsers ever noted, all events. */
export function readFunnel(
  counters: Readonly<Record<string, number>>,
  { seen, times }: { seen: number; times: Funnel['times'] },
): Funnel {
  const count = (name: string) => counters[name] ?? 0;
  return {
    visited: Math.max(0, seen - count('seenBefore')),
    joined: count('joined'),
    admitted: count('admitted'),
    confirmed: count('confirmed'),
    left: { waiting: count('leftWaiting'), booked: count('cancelled') },
    expired: { waiting: count('expiredWaiting'), booked: count('expired') },
    revoked: { waiting: count('revokedWaiting'), booked: count('revoked') },
    unclaimed: count('unclaimed'),
    times,
  };
}
