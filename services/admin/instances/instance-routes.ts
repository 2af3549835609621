import { createCodedError } from '@fairline/shared/errors.ts';
import type { HttpApp } from '@fairline/shared/http-app.ts';
import Type from 'typebox';
import type { ChangedAnswer } from '../contract/changed.ts';
import { nameOf } from '../operators/access.ts';
import type { InstanceDesk } from './instance-desk.ts';

const Params = Type.Object({ id: Type.String({ minLength: 1, maxLength: 128 }) });
const Body = Type.Object({ wish: Type.Enum(['drain', 'enable']) });

/** `/system/api/instances/<id>` */
export function addInstanceRoutes(app: HttpApp, { desk }: { desk: InstanceDesk }): void {
  app.post(
    '/system/api/instances/:id',
    { schema: { params: Params, body: Body } },
    async (request): Promise<ChangedAnswer> => {
      const outcome = await desk.wish({ who: nameOf(request), id: request.params.id, wish: request.body.wish });
      if (outcome.kind === 'unknown') throw createCodedError('NOT_FOUND');
      if (outcome.kind === 'last-admin') throw createCodedError('LAST_ADMIN');
      return { changed: outcome.kind === 'done' };
    },
  );
}
