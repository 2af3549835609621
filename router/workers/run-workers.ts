import { systemClock } from '@fairline/shared/clock.ts';
import { createInternalApp } from '@fairline/shared/internal-app.ts';
import type { Logger } from '@fairline/shared/logger.ts';
import { createMetrics } from '@fairline/shared/metrics.ts';
import type { ProcessContext } from '@fairline/shared/process.ts';
import { Counter, Gauge } from 'prom-client';
import type { RouterSettings } from '../read-settings.ts';
import { originOf, room } from '../run-gateway.ts';
import { mergeMetrics } from './merge-metrics.ts';
import { claimPort } from './port-claim.ts';
import { startWorkers } from './workers.ts';
import { findReasons } from './workers-readiness.ts';

/** Workers are done a little before this process is to be, so that it can see to those that are not. */
const stopMarginMs = 300;
const minStopTimeoutMs = 100;

/**
 * Runs a gateway as several processes that share its port by the kernel's doing. This first one serves no visitors: it
 * replaces workers that die, and answers `/livez`, `/readyz` and `/metrics` for all of them.
 */
export async function runWorkers({
  settings,
  instanceId,
  env,
  logger,
  context,
}: {
  settings: RouterSettings;
  instanceId: string;
  /** For the workers. */
  env: Readonly<Record<string, string | undefined>>;
  logger: Logger;
  context: ProcessContext;
}): Promise<void> {
  const { config, tls } = settings;
  const { signal, onStop } = context;
  const address = await claimPort(config.HOST, config.PORT);
  const stopTimeoutMs = Math.max(minStopTimeoutMs, config.STOP_TIMEOUT_MS - stopMarginMs);
  const url = originOf(address, tls !== undefined);
  let internalUrl: string | undefined;
  const workers = startWorkers({
    count: config.GATEWAY_WORKERS,
    file: new URL('./main.ts', import.meta.url),
    port: address.port,
    gatewayId: instanceId,
    env: { ...env, STOP_TIMEOUT_MS: String(stopTimeoutMs) },
    clock: systemClock,
    logger,
    onAllListening: () => logger.info({ url, internalUrl, workers: config.GATEWAY_WORKERS }, 'listening'),
  });
  onStop('stop the workers', () => workers.stop(stopTimeoutMs));

  const metrics = createMetrics({ room });
  new Gauge({
    name: 'fairline_gateway_workers_listening',
    help: 'Workers that take visitors.',
    registers: [metrics.registry],
    collect() {
      this.set(workers.countListening());
    },
  });
  new Counter({
    name: 'fairline_gateway_worker_deaths_total',
    help: 'Workers that died by themselves and were replaced.',
    registers: [metrics.registry],
    collect() {
      this.reset();
      this.inc(workers.countDeaths());
    },
  });
  const internalApp = createInternalApp({
    logger,
    readiness: {
      reasons: async () => [...(signal.aborted ? ['process: stops'] : []), ...findReasons(await workers.ask())],
    },
    metrics: {
      registry: {
        contentType: metrics.registry.contentType,
        metrics: async () => {
          const asked = await workers.ask();
          return mergeMetrics([
            { worker: 'none', metrics: await metrics.registry.getMetricsAsJSON() },
            ...asked.flatMap(({ number, state }) => (state ? { worker: String(number), metrics: state.metrics } : [])),
          ]);
        },
      },
    },
  });
  internalUrl = await internalApp.listen({ host: config.INTERNAL_HOST, port: config.INTERNAL_PORT });
  onStop('close the internal listener', () => internalApp.close());
}
