import { bookedHeader, formatBookedNote } from '@fairline/shared/contracts/internal-headers.ts';
import type { FastifyReply } from 'fastify';
import type { LineCopy } from '../line/line-copy.ts';
import type { Place } from '../line/places.ts';
import { isInLine } from '../status/visitor-status.ts';
import type { VisitorTickets } from '../ticket/visitor-ticket.ts';
import type { Visit } from './read-visit.ts';

/** Gives the ticket that fits the place, when the visitor does not have it already, and takes away one that fits no more. */
export function settleTicket(
  reply: FastifyReply,
  { visit, place, tickets, copy }: { visit: Visit; place: Place; tickets: VisitorTickets; copy: LineCopy },
): void {
  const epoch = copy.view()?.epoch;
  if (isInLine(place)) {
    if (epoch === undefined || (visit.ticket?.number === place.number && visit.ticket.epoch === epoch)) return;
    reply.header('set-cookie', tickets.give(visit.visitorId, { epoch, number: place.number }, visit.isSecure));
  } else if (visit.ticket) {
    reply.header('set-cookie', tickets.clear(visit.isSecure));
  }
}

/** Tells the gateway when the visitor holds a place, so that it knows before the change reaches its copy. */
export function handOver(reply: FastifyReply, place: Place): void {
  if (place.kind === 'booked') reply.header(bookedHeader, formatBookedNote(place));
}
