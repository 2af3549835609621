import type { FastifyPluginCallback } from 'fastify';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { AssetIndex } from '../pages/assets.ts';
import { renderLandingPage } from '../pages/landing.ts';
import { pageContextOf, sendPage, wantsJson } from './page-context.ts';

export type LandingRoutesOptions = { catalogue: Catalogue; assets: AssetIndex };

/** Where `POST /api/booking/cancel` sends a form: the landing page with a word about it. */
export const givenBackUrl = '/?notice=given-back';

/** `GET /`: open to all, without a call to Redis. */
export const landingRoutes: FastifyPluginCallback<LandingRoutesOptions> = (app, { catalogue, assets }, done) => {
  app.get<{ Querystring: { notice?: unknown } }>('/', async (request, reply) => {
    if (wantsJson(request)) return reply.send(catalogue);
    const isGivenBack = request.query.notice === 'given-back';
    return sendPage(reply, renderLandingPage(pageContextOf(request, assets), { catalogue, isGivenBack }));
  });
  done();
};
