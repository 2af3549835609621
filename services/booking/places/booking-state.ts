import type { BookingState } from '@fairline/shared/contracts/booking-state.ts';
import type { Standing } from '@fairline/shared/stores/line/store.ts';
import type { Choice } from '../orders/choice.ts';
import { parseOrder } from '../orders/order.ts';
import { decideLeaseEnd, statusOf } from './place.ts';

export type BookingStateInput = {
  standing: Standing;
  /** What the visitor has chosen and not yet ordered. */
  choice: Choice | undefined;
  leaseMinutes: number;
  isActivity: boolean;
};

export function toBookingState({ standing, choice, leaseMinutes, isActivity }: BookingStateInput): BookingState {
  const leaseEndsAtMs = standing.kind === 'booked' ? decideLeaseEnd({ standing, leaseMinutes, isActivity }) : null;
  return {
    status: statusOf(standing),
    leaseEndsAt: leaseEndsAtMs === null ? null : new Date(leaseEndsAtMs).toISOString(),
    choice: choice ?? null,
    order: standing.kind === 'confirmed' ? (parseOrder(standing.order) ?? null) : null,
    updatedAt: new Date(standing.nowMs).toISOString(),
  };
}
