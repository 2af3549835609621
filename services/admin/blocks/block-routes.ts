import { createCodedError } from '@fairline/shared/errors.ts';
import type { HttpApp } from '@fairline/shared/http-app.ts';
import Type from 'typebox';
import type { BlocksAnswer } from '../contract/blocks.ts';
import type { ChangedAnswer } from '../contract/changed.ts';
import { nameOf } from '../operators/access.ts';
import type { OverviewReader } from '../overview/overview-reader.ts';
import type { BlockDesk } from './block-desk.ts';

const target = { kind: Type.Enum(['visitor', 'net']), value: Type.String({ minLength: 1, maxLength: 64 }) };
const BlockForm = Type.Object({
  ...target,
  minutes: Type.Integer({ minimum: 1, maximum: 525_600 }),
  reason: Type.String({ maxLength: 300 }),
});
const listed = 200;
const ListQuery = Type.Object({ limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000 })) });

/** `/system/api/blocks` */
export function addBlockRoutes(
  app: HttpApp,
  { desk, reader }: { desk: BlockDesk; reader: Pick<OverviewReader, 'refresh'> },
): void {
  app.get(
    '/system/api/blocks',
    { schema: { querystring: ListQuery } },
    async (request): Promise<BlocksAnswer> => desk.list(request.query.limit ?? listed),
  );

  app.post('/system/api/blocks', { schema: { body: BlockForm } }, async (request): Promise<ChangedAnswer> => {
    const outcome = await desk.block({ ...request.body, who: nameOf(request) });
    if (outcome.kind === 'badTarget')
      throw createCodedError('BAD_REQUEST', 'value must be a visitor id, or a network such as 203.0.113.0/24');
    await reader.refresh().catch(() => undefined);
    return { changed: true };
  });

  app.delete(
    '/system/api/blocks',
    { schema: { body: Type.Object(target) } },
    async (request): Promise<ChangedAnswer> => {
      const outcome = await desk.unblock({ ...request.body, who: nameOf(request) });
      await reader.refresh().catch(() => undefined);
      return { changed: outcome.kind === 'unblocked' };
    },
  );
}
