import Type from 'typebox';
import { visitorStatuses } from './visitor-status.ts';

const nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

/** A confirmed purchase, as `booking:confirmed` keeps it and as the API tells it. */
export const Order = Type.Object({
  id: Type.String(),
  event: Type.String(),
  section: Type.String(),
  tickets: Type.Integer({ minimum: 1 }),
  total: Type.Integer({ minimum: 0, description: 'in whole units of the currency, at the price of the day' }),
  currency: Type.String(),
  createdAt: Type.String(),
});

export type Order = Type.Static<typeof Order>;

/** What a visitor wants to buy. */
export const Choice = Type.Object({ section: Type.String(), tickets: Type.Integer({ minimum: 1 }) });

/** Body of `GET /api/booking` and of every good answer to a POST below it. */
export const BookingState = Type.Object({
  status: Type.Enum([...visitorStatuses]),
  leaseEndsAt: nullable(Type.String({ format: 'date-time', description: 'end of the place; null when kept for good' })),
  choice: nullable(Choice),
  order: nullable(Order),
  updatedAt: Type.String({ format: 'date-time' }),
});

export type BookingState = Type.Static<typeof BookingState>;
