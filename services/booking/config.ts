import { commonConfig, SecretList } from '@fairline/shared/config.ts';
import { observingConfig } from '@fairline/shared/observing.ts';
import Type from 'typebox';

/** Everything the room reads from its environment. */
export const BookingConfig = Type.Object({
  ...commonConfig,
  ...observingConfig,
  IDENTITY_SECRETS: SecretList,
  CAPACITY: Type.Integer({
    minimum: 1,
    maximum: 1_000_000,
    default: 200,
    description: 'requests at once; one more is answered 503 INSTANCE_FULL',
  }),
  SERVICE_TIME_MS: Type.Integer({
    minimum: 0,
    maximum: 60_000,
    default: 0,
    description: 'ms that every page and call waits before it is answered, to rehearse with a slower service',
  }),
  CONFIRM_REPLICAS: Type.Integer({
    minimum: 0,
    maximum: 10,
    default: 0,
    description:
      'replicas of Redis that must hold an order before it is told; all there are, or a failover may lose it',
  }),
  CONFIRM_WAIT_MS: Type.Integer({
    minimum: 10,
    maximum: 10_000,
    default: 500,
    description: 'ms for replicas to say so; after it the answer is 503 CONFIRM_NOT_SAFE, and asking again is safe',
  }),
  CATALOGUE_FILE: Type.Optional(
    Type.String({ description: 'JSON file of the concert on sale; default: the one that comes along' }),
  ),
});

export type BookingConfig = Type.Static<typeof BookingConfig>;
