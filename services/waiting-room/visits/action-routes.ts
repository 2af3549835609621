import { releasedHeader } from '@fairline/shared/contracts/internal-headers.ts';
import { createCodedError } from '@fairline/shared/errors.ts';
import type { FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify';
import type { LineCopy } from '../line/line-copy.ts';
import type { Place, Places } from '../line/places.ts';
import type { StatusTeller } from '../status/status-teller.ts';
import type { VisitorTickets } from '../ticket/visitor-ticket.ts';
import { isFromForm, isStranger, type Visit } from './read-visit.ts';
import { handOver, settleTicket } from './visit-answers.ts';

export type ActionRoutesOptions = {
  readVisit(request: FastifyRequest): Visit;
  places: Places;
  teller: StatusTeller;
  tickets: VisitorTickets;
  copy: LineCopy;
};

const fullRetrySeconds = 30;

/** What visitors do by a wish of their own: join (again) and leave. Both may be repeated without harm. */
export const actionRoutes: FastifyPluginCallback<ActionRoutesOptions> = (app, options, done) => {
  const { places, teller, tickets, copy } = options;

  app.addHook('onRequest', (request, _reply, next) => {
    next(request.headers['sec-fetch-site'] === 'cross-site' ? createCodedError('CROSS_SITE') : undefined);
  });

  function answer(request: FastifyRequest, reply: FastifyReply, visit: Visit, place: Place): FastifyReply {
    settleTicket(reply, { visit, place, tickets, copy });
    handOver(reply, place);
    if (place.kind === 'full') reply.header('retry-after', fullRetrySeconds);
    if (isFromForm(request.headers)) return reply.redirect('/ticketing', 303);
    return reply.send(teller.tell(place));
  }

  app.post('/apply', async (request, reply) => {
    const visit = options.readVisit(request);
    return answer(request, reply, visit, await places.join(visit, true));
  });

  app.post('/queue/leave', async (request, reply) => {
    if (isStranger(request.headers)) return reply.send(teller.tell({ kind: 'none' }));
    const visit = options.readVisit(request);
    const { place, releasedSeq } = await places.leave(visit.visitorId);
    if (releasedSeq !== null) reply.header(releasedHeader, releasedSeq);
    return answer(request, reply, visit, place);
  });
  done();
};
