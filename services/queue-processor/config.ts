import { commonConfig } from '@fairline/shared/config.ts';
import Type, { type Static } from 'typebox';

/** No public listener: of the fields all rooms share, those of one are left out. */
export const queueProcessorConfig = Type.Object({
  REDIS_URL: commonConfig.REDIS_URL,
  INTERNAL_HOST: commonConfig.INTERNAL_HOST,
  INTERNAL_PORT: commonConfig.INTERNAL_PORT,
  INSTANCE_ID: commonConfig.INSTANCE_ID,
  LOG_LEVEL: commonConfig.LOG_LEVEL,
  EVENT: commonConfig.EVENT,
  STOP_TIMEOUT_MS: commonConfig.STOP_TIMEOUT_MS,
});

export type QueueProcessorConfig = Readonly<Static<typeof queueProcessorConfig>>;
