import { createCodedError } from '@fairline/shared/errors.ts';
import type { HttpApp } from '@fairline/shared/http-app.ts';
import Type from 'typebox';
import type { ChangedAnswer } from '../contract/changed.ts';
import { nameOf } from '../operators/access.ts';
import type { OverviewReader } from '../overview/overview-reader.ts';
import { isScalingRoom, type ScalingDesk } from './scaling-desk.ts';

const Params = Type.Object({ room: Type.String({ maxLength: 40 }) });
const Body = Type.Object({ replicas: Type.Union([Type.Integer(), Type.Null()]) });

/** `/system/api/scaling/<room>` */
export function addScalingRoutes(
  app: HttpApp,
  { desk, reader }: { desk: ScalingDesk; reader: Pick<OverviewReader, 'refresh'> },
): void {
  app.post(
    '/system/api/scaling/:room',
    { schema: { params: Params, body: Body } },
    async (request): Promise<ChangedAnswer> => {
      const { room } = request.params;
      const { replicas } = request.body;
      if (!isScalingRoom(room)) throw createCodedError('NOT_FOUND');
      const outcome = await desk.wish({ who: nameOf(request), room, replicas });
      if (outcome.kind === 'unknown') throw createCodedError('TRY_AGAIN');
      if (outcome.kind === 'refused')
        throw createCodedError('BAD_REPLICAS', room, `${outcome.min}–${outcome.max}`, String(replicas));
      await reader.refresh().catch(() => undefined);
      return { changed: outcome.before !== replicas };
    },
  );
}
