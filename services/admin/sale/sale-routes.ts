import { createCodedError } from '@fairline/shared/errors.ts';
import type { HttpApp } from '@fairline/shared/http-app.ts';
import Type from 'typebox';
import type { ChangedAnswer } from '../contract/changed.ts';
import type { NewSaleAnswer, SaleAnswer } from '../contract/sale.ts';
import { nameOf } from '../operators/access.ts';
import type { OverviewReader } from '../overview/overview-reader.ts';
import type { SaleDesk } from './sale-desk.ts';

const NewSale = Type.Object({
  event: Type.String({ maxLength: 100 }),
  epoch: Type.Integer({ minimum: 0 }),
  endPlaces: Type.Boolean(),
});
export const SaleParams = Type.Object({ sale: Type.Integer({ minimum: 1, maximum: 1e9 }) });
const DropBody = Type.Object({ sale: Type.String({ maxLength: 20 }) });

/** `/system/api/sale` and the sales that are kept. */
export function addSaleRoutes(
  app: HttpApp,
  { desk, event, reader }: { desk: SaleDesk; event: string; reader: Pick<OverviewReader, 'refresh'> },
): void {
  app.get('/system/api/sale', async (): Promise<SaleAnswer> => desk.look());

  app.post('/system/api/sale', { schema: { body: NewSale } }, async (request): Promise<NewSaleAnswer> => {
    const outcome = await desk.begin({ who: nameOf(request), ...request.body });
    switch (outcome.kind) {
      case 'wrongName':
        throw createCodedError('SALE_NAME', event);
      case 'notClosed':
        throw createCodedError('SALE_NOT_CLOSED');
      case 'placesHeld':
        throw createCodedError('SALE_PLACES_HELD', outcome.places);
      case 'changed':
        throw createCodedError('SALE_CHANGED');
      case 'begun':
        await reader.refresh().catch(() => undefined);
        return {
          ...{ sale: outcome.sale, epoch: outcome.epoch, archivedKeys: outcome.archivedKeys },
          ...{ orders: outcome.orders, journeys: outcome.journeys },
        };
    }
  });

  app.delete(
    '/system/api/sales/:sale',
    { schema: { params: SaleParams, body: DropBody } },
    async (request): Promise<ChangedAnswer> => {
      const { sale } = request.params;
      const outcome = await desk.drop({ who: nameOf(request), sale, typed: request.body.sale });
      if (outcome.kind === 'unknown') throw createCodedError('NOT_FOUND');
      if (outcome.kind === 'wrongName') throw createCodedError('SALE_NAME', String(sale));
      return { changed: true };
    },
  );
}
