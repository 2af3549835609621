import Type from 'typebox';

/** Where a visitor stands, as JSON tells it. `paused`, `closed` and `soldOut` are told to people in line as well. */
export const visitorStatuses = [
  'none',
  'waiting',
  'booked',
  'confirmed',
  'left',
  'expired',
  'revoked',
  'full',
  'paused',
  'closed',
  'soldOut',
  'blocked',
] as const;

export type VisitorStatusWord = (typeof visitorStatuses)[number];

const nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

/** Body of `GET /queue/status` and of `POST /apply`. Unknown numbers are null, never a guess. */
export const VisitorStatus = Type.Object({
  status: Type.Enum([...visitorStatuses]),
  number: nullable(Type.Integer({ minimum: 1, description: 'drawn when joining, never reused within a sale' })),
  position: nullable(
    Type.Integer({ minimum: 1, description: 'how many of your line are served up to and including you; 1 = next' }),
  ),
  waiting: nullable(Type.Integer({ minimum: 0, description: 'people in your line and aside' })),
  etaSeconds: nullable(Type.Object({ low: Type.Integer({ minimum: 0 }), high: Type.Integer({ minimum: 0 }) })),
  refreshAfterSeconds: Type.Integer({ minimum: 1 }),
  leaseEndsAt: nullable(Type.String({ format: 'date-time', description: 'end of the booked place' })),
  message: nullable(Type.String()),
  updatedAt: Type.String({ format: 'date-time' }),
  lines: Type.Optional(
    Type.Object(
      {
        own: Type.Enum(['public', 'vip']),
        vipSharePercent: Type.Integer({ description: 'of admissions while people wait in both; 0 = no priority' }),
      },
      { description: 'only for those in line, and only while there is a line of VIPs beside the public one' },
    ),
  ),
});

export type VisitorStatus = Type.Static<typeof VisitorStatus>;
