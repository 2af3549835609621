import { noCapacityHeader } from '@fairline/shared/contracts/internal-headers.ts';
import type { Settings } from '@fairline/shared/contracts/settings.ts';
import type { VisitorStatus } from '@fairline/shared/contracts/visitor-status.ts';
import { createCodedError, errorBody, errorRow, isCodedError } from '@fairline/shared/errors.ts';
import type { FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify';
import type { LineCopy } from '../line/line-copy.ts';
import type { Place, Places } from '../line/places.ts';
import type { Look } from '../pages/look.ts';
import { type OutcomeKind, renderOutcomePage } from '../pages/outcome-page.ts';
import { renderWaitingPage } from '../pages/waiting-page.ts';
import type { StreamsFor } from '../status/near-front.ts';
import { idleRefreshSeconds } from '../status/refresh-interval.ts';
import type { StatusTeller } from '../status/status-teller.ts';
import { isInLine } from '../status/visitor-status.ts';
import type { VisitorTickets } from '../ticket/visitor-ticket.ts';
import type { InviteTaker } from './invite-visit.ts';
import { canJoin, type Visit } from './read-visit.ts';
import { handOver, settleTicket } from './visit-answers.ts';

const noCapacitySeconds = 3;
const fullSeconds = 30;

export type PageRoutesOptions = {
  readVisit(request: FastifyRequest): Visit;
  places: Places;
  teller: StatusTeller;
  tickets: VisitorTickets;
  copy: LineCopy;
  settings(): Settings;
  isLost(): boolean;
  /** 0..1 */
  random(): number;
  look: Look;
  streamsFor: StreamsFor;
  invites: InviteTaker;
};

/** Why an invitation is not taken, as pages and as programs are told. */
const inviteCodes = {
  inviteUsed: 'INVITE_USED',
  inviteExpired: 'INVITE_EXPIRED',
  inviteUnknown: 'INVITE_UNKNOWN',
} as const;

/** `GET /ticketing` and below, for everyone who is not booked: the view of the page is what joins the line. */
export const pageRoutes: FastifyPluginCallback<PageRoutesOptions> = (app, options, done) => {
  const { places, teller, tickets, copy, settings, random, look, streamsFor, invites } = options;

  async function findPlace(request: FastifyRequest, visit: Visit): Promise<Place | 'lost'> {
    // A waiting visitor with a ticket would be answered from the copy for ever; say that it is old.
    if (options.isLost()) return 'lost';
    try {
      return canJoin(request.method, request.headers) ? await places.join(visit, false) : await places.look(visit);
    } catch (error) {
      if (!isCodedError(error)) throw error;
      request.log.warn({ err: error.cause, code: error.code }, 'the line could not be asked');
      return 'lost';
    }
  }

  function sendPage(reply: FastifyReply, visit: Visit, page: string): FastifyReply {
    return reply.header('content-language', visit.words.language).type('text/html; charset=utf-8').send(page);
  }

  function sendLater(reply: FastifyReply, visit: Visit, kind: OutcomeKind, seconds: number): FastifyReply {
    reply.code(503).header('retry-after', seconds).header('refresh', seconds);
    return sendPage(reply, visit, renderOutcomePage({ kind, words: visit.words, look }));
  }

  function answerLost(request: FastifyRequest, reply: FastifyReply, visit: Visit): FastifyReply {
    if (!wantsJson(request)) {
      return sendLater(reply, visit, visit.ticket ? 'lostKept' : 'lostNotInLine', 3 + Math.round(4 * random()));
    }
    const held = places.readTicket(visit);
    if (!held) throw createCodedError('REDIS_UNAVAILABLE');
    return reply.send(teller.tell(held));
  }

  /** Pages that look again by themselves; a turn that ended waits for the visitor's own wish. */
  function refreshOf(place: Place, status: VisitorStatus): number | undefined {
    if (isInLine(place)) return status.refreshAfterSeconds;
    if (status.status === 'none') return 1;
    if (status.status === 'full') return fullSeconds + Math.round(10 * random());
    if (status.status === 'closed' || status.status === 'soldOut') {
      return idleRefreshSeconds + Math.round(idleRefreshSeconds * random());
    }
    return undefined;
  }

  /**
   * An invitation in the URL, opened by a navigation: the first who comes with it is a VIP and in the line from now on, and
   * goes on at the same URL without it. False, with nothing done, when there is none.
   */
  async function answerInvite(request: FastifyRequest, reply: FastifyReply, visit: Visit): Promise<boolean> {
    if (options.isLost() || !canJoin(request.method, request.headers)) return false;
    try {
      const outcome = await invites.take(request.url, visit);
      if (!outcome) return false;
      if (outcome.kind !== 'taken') {
        refuseInvite(request, reply, visit, outcome.kind);
        return true;
      }
      // Joined here: the next request may come before its gateway has heard of the tier.
      const place = await places.join(outcome.visit, false);
      settleTicket(reply, { visit, place, tickets, copy });
      reply.redirect(outcome.cleanUrl, 303);
    } catch (error) {
      if (!isCodedError(error)) throw error;
      request.log.warn({ err: error.cause, code: error.code }, 'an invitation could not be taken');
      answerLost(request, reply, visit);
    }
    return true;
  }

  function refuseInvite(
    request: FastifyRequest,
    reply: FastifyReply,
    visit: Visit,
    kind: keyof typeof inviteCodes,
  ): FastifyReply {
    const code = inviteCodes[kind];
    reply.code(errorRow(code).status);
    if (wantsJson(request)) return reply.send(errorBody(code, request.id));
    return sendPage(reply, visit, renderOutcomePage({ kind, words: visit.words, look }));
  }

  async function visitPage(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const visit = options.readVisit(request);
    if (request.headers[noCapacityHeader] === '1') {
      if (!wantsJson(request)) return sendLater(reply, visit, 'noCapacity', noCapacitySeconds);
      return reply.code(503).header('retry-after', noCapacitySeconds).send(errorBody('NO_CAPACITY', request.id));
    }
    if (await answerInvite(request, reply, visit)) return reply;
    const place = await findPlace(request, visit);
    if (place === 'lost') return answerLost(request, reply, visit);
    settleTicket(reply, { visit, place, tickets, copy });
    if (place.kind === 'booked') {
      handOver(reply, place);
      return reply.send();
    }
    const status = teller.tell(place);
    const refresh = refreshOf(place, status);
    if (place.kind === 'full') reply.header('retry-after', fullSeconds);
    if (wantsJson(request)) return reply.send(status);
    if (refresh !== undefined) reply.header('refresh', refresh);
    if (isInLine(place)) {
      reply.code(settings().queueingStatusCode);
      return sendPage(
        reply,
        visit,
        renderWaitingPage({
          status,
          words: visit.words,
          look,
          claimSeconds: settings().claimSeconds,
          streamsFor,
        }),
      );
    }
    if (place.kind === 'full') reply.code(503);
    return sendPage(
      reply,
      visit,
      renderOutcomePage({
        kind: status.status as OutcomeKind,
        words: visit.words,
        look,
        message: status.message,
        order: place.kind === 'confirmed' ? readOrderId(place.order) : null,
      }),
    );
  }

  app.get('/ticketing', visitPage);
  app.get('/ticketing/*', visitPage);
  done();
};

function wantsJson(request: FastifyRequest): boolean {
  return request.type(['html', 'json']) === 'json';
}

/** The id inside a confirmed order, whose further content is the booking service's own. */
function readOrderId(order: string | null): string | null {
  try {
    const parsed: unknown = order === null ? null : JSON.parse(order);
    const id = typeof parsed === 'object' && parsed !== null ? Reflect.get(parsed, 'id') : null;
    return typeof id === 'string' || typeof id === 'number' ? String(id) : null;
  } catch {
    return null;
  }
}
