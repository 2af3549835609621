import { VisitorStatus } from '@fairline/shared/contracts/visitor-status.ts';
import { createCodedError } from '@fairline/shared/errors.ts';
import type { FastifyPluginCallback, FastifyRequest } from 'fastify';
import type { EventHub } from '../events/event-hub.ts';
import type { LineCopy } from '../line/line-copy.ts';
import type { Place, Places } from '../line/places.ts';
import { canStream, type StreamsFor } from '../status/near-front.ts';
import type { StatusTeller } from '../status/status-teller.ts';
import type { VisitorTickets } from '../ticket/visitor-ticket.ts';
import { isStranger, type Visit } from './read-visit.ts';
import { handOver, settleTicket } from './visit-answers.ts';

export type StatusRoutesOptions = {
  readVisit(request: FastifyRequest): Visit;
  places: Places;
  teller: StatusTeller;
  tickets: VisitorTickets;
  copy: LineCopy;
  hub: EventHub;
  streamsFor: StreamsFor;
};

/** Where am I: once, or as a stream. */
export const statusRoutes: FastifyPluginCallback<StatusRoutesOptions> = (app, options, done) => {
  const { places, teller, tickets, copy, hub, streamsFor } = options;

  app.get('/queue/status', { schema: { response: { 200: VisitorStatus } } }, async (request, reply) => {
    if (isStranger(request.headers)) return teller.tell({ kind: 'none' });
    const visit = options.readVisit(request);
    const place = await places.look(visit);
    settleTicket(reply, { visit, place, tickets, copy });
    handOver(reply, place);
    return teller.tell(place);
  });

  const positionOf = (place: Place) => (place.kind === 'waiting' ? copy.position(place.number) : null);

  app.get('/queue/events', { exposeHeadRoute: false }, async (request, reply) => {
    const visit = options.readVisit(request);
    const held = places.readTicket(visit);
    // 204 is how a browser is told not to come back by itself.
    if (held && !canStream(streamsFor, positionOf(held))) return reply.code(204).send();
    if (!hub.canOpen(visit.visitorId)) throw createCodedError('TRY_AGAIN');
    reply.hijack();
    // Fastify's own headers (request id, policy) are set on the reply by now; the raw response needs them told.
    for (const [name, value] of Object.entries(reply.getHeaders())) {
      if (value !== undefined) reply.raw.setHeader(name, value);
    }
    reply.raw.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'private, no-store',
      'x-accel-buffering': 'no',
    });
    reply.raw.flushHeaders();
    hub.open({ visitorId: visit.visitorId, ticket: visit.ticket }, reply.raw, readLastEventId(request.headers));
  });
  done();
};

/** What a browser that connects again has heard last. */
function readLastEventId({ 'last-event-id': header }: FastifyRequest['headers']): number {
  return typeof header === 'string' && /^\d{1,15}$/.test(header) ? Number(header) : 0;
}
