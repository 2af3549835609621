import { createLogger } from '@fairline/shared/logger.ts';
import { readOrExit, runProcess } from '@fairline/shared/process.ts';
import { readRouterSettings } from '../read-settings.ts';
import { room, runGateway } from '../run-gateway.ts';
import type { FromWorker, ToWorker } from './messages.ts';

/** One of several processes that share a port. Started by the gateway's first process, with the port as its argument. */
const settings = readOrExit(() => readRouterSettings(process.env));
const { INSTANCE_ID: instanceId = room, LOG_LEVEL: level, STOP_TIMEOUT_MS: stopTimeoutMs } = settings.config;
const port = Number(process.argv[2]);
const logger = createLogger({ room, instanceId, level });

await runProcess({
  room,
  logger,
  stopTimeoutMs,
  start: (context) =>
    runGateway({
      settings,
      instanceId,
      logger,
      context,
      worker: {
        port,
        onParts: ({ metrics, readiness }) => {
          process.on('message', async ({ question }: ToWorker) => {
            const state = { metrics: await metrics.registry.getMetricsAsJSON(), reasons: readiness.reasons() };
            tell({ kind: 'state', question, state });
          });
        },
        onListening: () => tell({ kind: 'listening' }),
      },
    }),
});

function tell(message: FromWorker): void {
  // Without the first process this one is about to stop by itself.
  if (process.connected) process.send?.(message, () => {});
}
