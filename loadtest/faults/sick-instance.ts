import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { systemClock } from '@fairline/shared/clock.ts';
import { commonConfig } from '@fairline/shared/config.ts';
import { gatewayHeader } from '@fairline/shared/contracts/internal-headers.ts';
import { createInstanceReporter } from '@fairline/shared/instance-reporter.ts';
import { createInternalApp, createReadiness } from '@fairline/shared/internal-app.ts';
import { createLogger } from '@fairline/shared/logger.ts';
import { createMetrics } from '@fairline/shared/metrics.ts';
import { readConfigOrExit, runProcess } from '@fairline/shared/process.ts';
import { connectRedis, waitForRedis } from '@fairline/shared/redis/connect.ts';
import { createInstanceStore } from '@fairline/shared/stores/instances/store.ts';
import Type from 'typebox';
import { wallTimeMs } from '../load/run-load.ts';
import type { SickNote, SickOrder } from './sick-orders.ts';

/**
 * Stands in for a booking instance: registers in the map, answers every request with a page that says who it is, and
 * misbehaves when it is told to.
 */
const room = 'booking';
const clock = systemClock;
const noteIntervalMs = 100;

const config = readConfigOrExit(
  Type.Object({
    ...commonConfig,
    CAPACITY: Type.Integer({ minimum: 1, default: 200, description: 'requests at once, as told in the map' }),
    SERVICE_TIME_MS: Type.Integer({ minimum: 0, default: 0, description: 'ms before every answer' }),
    PAGE_BYTES: Type.Integer({ minimum: 64, default: 300, description: 'size of every page' }),
  }),
  process.env,
);
const id = config.INSTANCE_ID ?? 'stand-in';
const logger = createLogger({ room, instanceId: id, level: config.LOG_LEVEL });

let order: SickOrder = {};
let asked: number[] = [];
process.on('message', (message: SickOrder) => {
  order = message;
});

await runProcess({ room, logger, stopTimeoutMs: config.STOP_TIMEOUT_MS, start });

async function start({ signal, onStop }: Parameters<Parameters<typeof runProcess>[0]['start']>[0]): Promise<void> {
  const redis = connectRedis({ url: config.REDIS_URL, profile: 'request', name: id, logger });
  onStop('redis', () => redis.disconnect());
  await waitForRedis(redis);
  const readiness = createReadiness();
  const internalApp = createInternalApp({ logger, metrics: createMetrics({ room }), readiness });
  onStop('internal listener', () => internalApp.close());

  let url = '';
  const reporter = createInstanceReporter({
    instances: createInstanceStore({ redis }),
    ...{ room, id, url: () => url, version: 'stand-in', capacity: config.CAPACITY, clock, logger },
  });
  onStop('instance map', () => reporter.stop());

  const page = `<!doctype html><title>served-by ${id}</title>`.padEnd(config.PAGE_BYTES);
  const server = createServer((request, response) => {
    const gateway = request.headers[gatewayHeader];
    const mark = reporter.meter.begin(typeof gateway === 'string' ? gateway : undefined);
    response.once('close', () => mark.end(response.writableFinished ? response.statusCode : undefined));
    if (process.connected) asked.push(wallTimeMs());
    const { status = 200, slowFactor = 1 } = order;
    const answer = () => {
      response.writeHead(status, { 'content-type': 'text/html', 'content-length': page.length, 'x-instance': id });
      response.end(request.method === 'HEAD' ? undefined : page);
    };
    request.resume();
    const waitMs = status === 200 ? config.SERVICE_TIME_MS * slowFactor : 0;
    if (waitMs === 0) answer();
    else setTimeout(answer, waitMs);
  });
  server.keepAliveTimeout = 72_000;
  await new Promise<void>((resolve) => server.listen(config.PORT, config.HOST, resolve));
  url = `http://${config.HOST}:${(server.address() as AddressInfo).port}`;
  onStop('listener', async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeIdleConnections();
    await closed;
  });
  const internalUrl = await internalApp.listen({ host: config.INTERNAL_HOST, port: config.INTERNAL_PORT });

  const notes = setInterval(() => {
    if (asked.length === 0 || !process.connected) return;
    process.send?.({ kind: 'asked', atMs: asked } satisfies SickNote);
    asked = [];
  }, noteIntervalMs);
  onStop('notes', () => clearInterval(notes));
  onStop('drain', async () => {
    readiness.set('state', 'draining');
    await reporter.setState('draining');
    await clock.sleep(config.DRAIN_DELAY_MS);
  });
  await reporter.setState('ready');
  reporter.start(signal);
  logger.info({ url, internalUrl }, 'listening');
}
