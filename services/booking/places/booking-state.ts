import { visitorStatuses } from '@fairline/shared/contracts/visitor-status.ts';
import type { Standing } from '@fairline/shared/stores/line/store.ts';
import Type from 'typebox';
import type { Choice } from '../orders/choice.ts';
import { Order, parseOrder } from '../orders/order.ts';
import { decideLeaseEnd, statusOf } from './place.ts';

const nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

/** Body of `GET /api/booking` and of every good answer to a POST below it. */
export const BookingState = Type.Object({
  status: Type.Enum([...visitorStatuses]),
  leaseEndsAt: nullable(Type.String({ format: 'date-time', description: 'end of the place; null when kept for good' })),
  choice: nullable(Type.Object({ section: Type.String(), tickets: Type.Integer() })),
  order: nullable(Order),
  updatedAt: Type.String({ format: 'date-time' }),
});

export type BookingState = Type.Static<typeof BookingState>;

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
