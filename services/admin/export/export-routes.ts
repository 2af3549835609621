import { Readable } from 'node:stream';
import { createCodedError } from '@fairline/shared/errors.ts';
import type { HttpApp } from '@fairline/shared/http-app.ts';
import type { SaleStore } from '@fairline/shared/stores/sales/store.ts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { nameOf } from '../operators/access.ts';
import type { Audit } from '../operators/audit.ts';
import { SaleParams } from '../sale/sale-routes.ts';
import { exportName } from './export-name.ts';
import type { Exports } from './exports.ts';

const kinds = ['journeys', 'orders'] as const;
/** Each reads all of a sale; more at once would be felt in Redis. */
const mostAtOnce = 2;

/** The CSV files, of the sale that runs and of those that are kept. Who took one is written down. */
export function addExportRoutes(
  app: HttpApp,
  {
    exports,
    sales,
    event,
    noteChange,
  }: { exports: Exports; sales: Pick<SaleStore, 'find'>; event: string; noteChange: Audit },
): void {
  let inHand = 0;

  async function send(
    request: FastifyRequest,
    reply: FastifyReply,
    kind: (typeof kinds)[number],
    sale?: number,
  ): Promise<FastifyReply> {
    if (inHand >= mostAtOnce) throw createCodedError('TRY_AGAIN');
    const name = exportName({ event, kind, sale });
    await noteChange({ who: nameOf(request), what: 'export', subject: name, before: {}, after: {} });
    inHand += 1;
    const stream = Readable.from(withoutEmpty(exports[kind](sale)), { objectMode: false, highWaterMark: 64 * 1024 });
    stream.once('close', () => {
      inHand -= 1;
    });
    return reply
      .header('content-type', 'text/csv; charset=utf-8; header=present')
      .header('content-disposition', `attachment; filename="${name}"`)
      .send(stream);
  }

  for (const kind of kinds) {
    app.get(`/system/api/${kind}.csv`, { exposeHeadRoute: false }, (request, reply) => send(request, reply, kind));
    const kept = { exposeHeadRoute: false, schema: { params: SaleParams } };
    app.get(`/system/api/sales/:sale/${kind}.csv`, kept, async (request, reply) => {
      const { sale } = request.params;
      if (!(await sales.find(sale))) throw createCodedError('NOT_FOUND');
      return send(request, reply, kind, sale);
    });
  }
}

/** An empty piece would end the stream. */
async function* withoutEmpty(pieces: AsyncGenerator<string>): AsyncGenerator<string> {
  for await (const piece of pieces) if (piece !== '') yield piece;
}
