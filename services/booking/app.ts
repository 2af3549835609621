import type { Clock } from '@fairline/shared/clock.ts';
import { createHttpApp, type HttpApp } from '@fairline/shared/http-app.ts';
import type { Logger } from '@fairline/shared/logger.ts';
import type { Metrics } from '@fairline/shared/metrics.ts';
import type { Observing } from '@fairline/shared/observing.ts';
import fastifyAccepts from '@fastify/accepts';
import fastifyFormbody from '@fastify/formbody';
import type { FastifyPluginCallback } from 'fastify';
import { type AccessOptions, guardAccess } from './access/guard-access.ts';
import { limitCapacity } from './access/limit-capacity.ts';
import { readAssets } from './pages/assets.ts';
import { contentSecurityPolicy } from './pages/layout.ts';
import { renderProblemPage } from './pages/problem.ts';
import { createPlaceDesk, type PlaceDeskOptions } from './places/place-desk.ts';
import { assetRoutes } from './routes/assets.ts';
import { bookingRoutes } from './routes/booking.ts';
import { landingRoutes } from './routes/landing.ts';
import { orderRoutes } from './routes/order.ts';
import { pageContextOf } from './routes/page-context.ts';
import { ticketingRoutes } from './routes/ticketing.ts';

export type BookingAppOptions = PlaceDeskOptions &
  AccessOptions & {
    logger: Logger;
    metrics?: Metrics;
    observing?: Observing;
    /** Measures requests for the instance map. */
    reporter?: FastifyPluginCallback;
    capacity: number;
    serviceTimeMs: number;
    clock: Clock;
    /** Ms of Redis time. */
    nowMs: () => number;
    random: () => number;
  };

const bodyLimitBytes = 4096;
const assetFolder = new URL('./assets/', import.meta.url).pathname;

/** The booking room. It does not listen. */
export async function createBookingApp(options: BookingAppOptions): Promise<HttpApp> {
  const { logger, metrics, reporter, catalogue, event } = options;
  const assets = await readAssets(assetFolder);
  const app = createHttpApp({ logger, metrics, ...options.observing, bodyLimit: bodyLimitBytes });

  app.decorate('errorPage', (body, request) => String(renderProblemPage(pageContextOf(request, assets), body)));
  // Only JSON and forms: a cross-site page can send text/plain without being asked.
  app.removeContentTypeParser('text/plain');
  await app.register(fastifyFormbody);
  await app.register(fastifyAccepts);

  app.addHook('onRequest', (_request, reply, next) => {
    reply.headers({
      'cache-control': 'private, no-store',
      'content-security-policy': contentSecurityPolicy(),
      'cross-origin-opener-policy': 'same-origin',
      'referrer-policy': 'same-origin',
      vary: 'Accept, Accept-Language',
      'x-content-type-options': 'nosniff',
    });
    next();
  });
  if (reporter) await app.register(reporter);
  limitCapacity(app, options);
  guardAccess(app, options);

  const desk = createPlaceDesk(options);
  await app.register(assetRoutes, { folder: assetFolder, assets });
  await app.register(landingRoutes, { catalogue, assets });
  await app.register(ticketingRoutes, { desk, catalogue, assets });
  await app.register(orderRoutes, { desk, catalogue, assets });
  await app.register(bookingRoutes, { desk, catalogue, event, nowMs: options.nowMs, random: options.random });
  return app;
}
