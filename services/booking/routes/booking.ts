import type { BookingState } from '@fairline/shared/contracts/booking-state.ts';
import { releasedHeader } from '@fairline/shared/contracts/internal-headers.ts';
import { createCodedError } from '@fairline/shared/errors.ts';
import type { Identity } from '@fairline/shared/identity.ts';
import type { FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify';
import { identityOf } from '../access/guard-access.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import { type Choice, readChoice } from '../orders/choice.ts';
import { createOrder } from '../orders/order.ts';
import { toBookingState } from '../places/booking-state.ts';
import { noteReleased, type PlaceDesk } from '../places/place-desk.ts';
import { givenBackUrl } from './landing.ts';
import { isPageForm } from './page-context.ts';

export type BookingRoutesOptions = {
  desk: PlaceDesk;
  catalogue: Catalogue;
  event: string;
  /** Ms of Redis time, for the order's date. */
  nowMs: () => number;
  random: () => number;
};

/**
 * The API of those who hold a place: see, choose, confirm, give back. The line's script judges who holds one, not the
 * gateway's copy. Answers JSON; a form on a page is sent on by 303.
 */
export const bookingRoutes: FastifyPluginCallback<BookingRoutesOptions> = (app, options, done) => {
  const { desk, catalogue, event, nowMs, random } = options;

  const readState = async (identity: Identity, reply: FastifyReply): Promise<BookingState> => {
    const { visitorId, isBooked } = identity;
    const [standing, choice] = await Promise.all([desk.line.readStanding(visitorId), desk.readChoice(visitorId)]);
    noteReleased(reply, identity, standing);
    // The gateway counts as active whom it holds for booked.
    return toBookingState({ standing, choice, leaseMinutes: desk.settings().leaseMinutes, isActivity: isBooked });
  };

  const readChosen = (request: FastifyRequest): Choice | undefined => {
    const isForm = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') ?? false;
    const reading = readChoice(request.body, catalogue, { isForm });
    if (reading.kind === 'problem') {
      throw createCodedError('BAD_REQUEST', `${reading.field} must be ${reading.range}, not ${reading.value}`);
    }
    return reading.kind === 'choice' ? reading.choice : undefined;
  };

  app.get('/api/booking', async (request, reply) => reply.send(await readState(identityOf(request), reply)));

  app.post('/api/booking/choice', async (request, reply) => {
    const identity = identityOf(request);
    const choice = readChosen(request);
    if (!choice) throw createCodedError('BAD_REQUEST', 'section and tickets are missing');
    const standing = await desk.line.readStanding(identity.visitorId);
    noteReleased(reply, identity, standing);
    if (standing.kind === 'ended') throw createCodedError('PLACE_ENDED');
    if (standing.kind !== 'booked') throw createCodedError('NOT_BOOKED');
    await desk.keepChoice(identity.visitorId, choice);
    if (isPageForm(request)) return reply.redirect('/ticketing', 303);
    const { leaseMinutes } = desk.settings();
    return reply.send(toBookingState({ standing, choice, leaseMinutes, isActivity: identity.isBooked }));
  });

  app.post('/api/booking/confirm', async (request, reply) => {
    const { visitorId } = identityOf(request);
    const choice = readChosen(request) ?? (await desk.readChoice(visitorId)) ?? catalogue.firstChoice;
    const order = createOrder({ event, choice, catalogue, nowMs: nowMs(), random });
    const outcome = await desk.line.confirm(visitorId, JSON.stringify(order));
    if (outcome.kind === 'soldOut') throw createCodedError('SOLD_OUT');
    if (outcome.kind === 'placeEnded') throw createCodedError('PLACE_ENDED');
    if (outcome.kind === 'notBooked') throw createCodedError('NOT_BOOKED');
    reply.header(releasedHeader, outcome.seq);
    if (outcome.kind === 'notSafe') throw createCodedError('CONFIRM_NOT_SAFE');
    if (isPageForm(request)) return reply.redirect('/order', 303);
    const standing = { kind: 'confirmed', order: outcome.order, seq: outcome.seq, nowMs: nowMs() } as const;
    return reply.send(toBookingState({ standing, choice: undefined, leaseMinutes: 0, isActivity: false }));
  });

  app.post('/api/booking/cancel', async (request, reply) => {
    const identity = identityOf(request);
    const outcome = await desk.line.cancel(identity.visitorId);
    if (outcome.kind === 'placeEnded') throw createCodedError('PLACE_ENDED');
    if (outcome.kind === 'notBooked') throw createCodedError('NOT_BOOKED');
    if (outcome.kind === 'cancelled') reply.header(releasedHeader, outcome.seq);
    // An order that was made stays: there is nothing to give back, and the answer shows it.
    if (isPageForm(request)) return reply.redirect(outcome.kind === 'confirmed' ? '/order' : givenBackUrl, 303);
    return reply.send(await readState(identity, reply));
  });
  done();
};
