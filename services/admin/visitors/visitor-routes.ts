import { visitorTiers } from '@fairline/shared/contracts/routing-rules.ts';
import { createCodedError } from '@fairline/shared/errors.ts';
import type { HttpApp } from '@fairline/shared/http-app.ts';
import Type from 'typebox';
import type { VisitorActionAnswer, VisitorAnswer } from '../contract/visitor.ts';
import { nameOf, sessionOf } from '../operators/access.ts';
import type { OverviewReader } from '../overview/overview-reader.ts';
import type { VisitorDesk } from './visitor-desk.ts';

const Reason = Type.String({ maxLength: 300 });
const Params = Type.Object({ id: Type.String({ maxLength: 64 }) });
export const ActionBody = Type.Union([
  Type.Object({ action: Type.Literal('admit'), reason: Type.Optional(Reason) }),
  Type.Object({ action: Type.Literal('release'), reason: Type.Optional(Reason) }),
  Type.Object({ action: Type.Literal('revoke'), reason: Type.Optional(Reason) }),
  Type.Object({ action: Type.Literal('unblock'), reason: Type.Optional(Reason) }),
  Type.Object({
    action: Type.Literal('block'),
    minutes: Type.Integer({ minimum: 1, maximum: 525_600 }),
    reason: Reason,
  }),
  Type.Object({
    action: Type.Literal('setTier'),
    tier: Type.Enum([...visitorTiers]),
    reason: Type.Optional(Reason),
  }),
]);

/** `/system/api/visitors/<id>` and what is done there. */
export function addVisitorRoutes(
  app: HttpApp,
  { desk, reader }: { desk: VisitorDesk; reader: Pick<OverviewReader, 'refresh'> },
): void {
  async function look(id: string, canChange: boolean): Promise<VisitorAnswer> {
    const visitor = await desk.look(id, canChange);
    if (!visitor) throw createCodedError('NOT_FOUND');
    return visitor;
  }

  app.get('/system/api/visitors/:id', { schema: { params: Params } }, async (request) =>
    look(request.params.id, sessionOf(request).operator.role === 'operator'),
  );

  app.post(
    '/system/api/visitors/:id/actions',
    { schema: { params: Params, body: ActionBody } },
    async (request): Promise<VisitorActionAnswer> => {
      const { id } = request.params;
      await look(id, true);
      const outcome = await desk.act({ who: nameOf(request), id, body: request.body });
      if (outcome.kind === 'refused') throw createCodedError('ADMIT_REFUSED', refusalWords[outcome.reason]);
      await reader.refresh().catch(() => undefined);
      return { changed: outcome.kind === 'done', visitor: await look(id, true) };
    },
  );
}

const refusalWords = {
  full: 'no place is free',
  soldOut: 'no tickets are left for another place',
  closed: 'admissions are closed',
  notWaiting: 'this visitor does not wait',
  blocked: 'this visitor is blocked',
} as const;
