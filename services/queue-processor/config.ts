import { commonConfig } from '@fairline/shared/config.ts';
import Type, { type Static } from 'typebox';

/** No public listener: of the fields all rooms share, those of one are left out. */
export const queueProcessorConfig = Type.Object({
  REDIS_URL: commonConfig.REDIS_URL,
  REDIS_TLS_CA: commonConfig.REDIS_TLS_CA,
  INTERNAL_HOST: commonConfig.INTERNAL_HOST,
  INTERNAL_PORT: commonConfig.INTERNAL_PORT,
  INSTANCE_ID: commonConfig.INSTANCE_ID,
  LOG_LEVEL: commonConfig.LOG_LEVEL,
  EVENT: commonConfig.EVENT,
  STOP_TIMEOUT_MS: commonConfig.STOP_TIMEOUT_MS,
  SCALING_BOOKING: scalingBounds('booking', '2-16'),
  SCALING_WAITING_ROOM: scalingBounds('waiting-room', '1-8'),
  SCALING_ROUTER: scalingBounds('gateway', '1-8'),
  SCALING_TARGET_RATIO: Type.Number({
    minimum: 0.1,
    maximum: 0.95,
    default: 0.6,
    description: 'how full instances shall be: requests in hand by capacity, or how busy their event loops are',
  }),
  SCALING_IN_AFTER_S: Type.Integer({
    minimum: 5,
    maximum: 3600,
    default: 120,
    description: 'seconds for which fewer instances must have been enough before one is taken away',
  }),
  SCALING_SLOW_MS: Type.Integer({
    minimum: 1,
    maximum: 600_000,
    default: 1_000,
    description: 'p95 in ms above which busy instances get one more beside them',
  }),
  EMF_LOG: Type.Boolean({
    default: false,
    description: 'prints the wanted numbers as lines that CloudWatch Logs turns into metrics',
  }),
});

function scalingBounds(room: string, fallback: string) {
  return Type.String({
    pattern: '^\\d{1,4}-\\d{1,4}$',
    default: fallback,
    description: `least and most ${room} instances that the load may ask for; 0-0 = none is counted`,
  });
}

export type QueueProcessorConfig = Readonly<Static<typeof queueProcessorConfig>>;
