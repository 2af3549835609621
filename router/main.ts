import { createInstanceId } from '@fairline/shared/config.ts';
import { createLogger } from '@fairline/shared/logger.ts';
import { readOrExit, runProcess } from '@fairline/shared/process.ts';
import { readRouterSettings } from './read-settings.ts';
import { room, runGateway } from './run-gateway.ts';
import { runWorkers } from './workers/run-workers.ts';

const settings = readOrExit(() => readRouterSettings(process.env));
const { config } = settings;
const instanceId = config.INSTANCE_ID ?? createInstanceId(room);
const logger = createLogger({ room, instanceId, level: config.LOG_LEVEL });

await runProcess({
  room,
  logger,
  stopTimeoutMs: config.STOP_TIMEOUT_MS,
  start: (context) =>
    config.GATEWAY_WORKERS === 1
      ? runGateway({ settings, instanceId, logger, context })
      : runWorkers({ settings, instanceId, env: process.env, logger, context }),
});
