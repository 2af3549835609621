import { createCodedError } from '@fairline/shared/errors.ts';
import type { FastifyPluginCallback } from 'fastify';
import { identityOf } from '../access/guard-access.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import { parseOrder } from '../orders/order.ts';
import type { AssetIndex } from '../pages/assets.ts';
import { renderNoOrderPage, renderOrderPage } from '../pages/order.ts';
import { noteReleased, type PlaceDesk } from '../places/place-desk.ts';
import { pageContextOf, sendPage, wantsJson } from './page-context.ts';

export type OrderRoutesOptions = { desk: PlaceDesk; catalogue: Catalogue; assets: AssetIndex };

/** `GET /order`: the confirmed order of the visitor who asks, for as long as the sale keeps it. */
export const orderRoutes: FastifyPluginCallback<OrderRoutesOptions> = (app, { desk, catalogue, assets }, done) => {
  app.get('/order', async (request, reply) => {
    const identity = identityOf(request);
    const standing = await desk.line.readStanding(identity.visitorId);
    noteReleased(reply, identity, standing);
    const order = standing.kind === 'confirmed' ? parseOrder(standing.order) : undefined;
    if (wantsJson(request)) {
      if (!order) throw createCodedError('NOT_FOUND');
      return reply.send(order);
    }
    const context = pageContextOf(request, assets);
    if (!order) return sendPage(reply.code(404), renderNoOrderPage(context));
    return sendPage(reply, renderOrderPage(context, { order, catalogue }));
  });
  done();
};
