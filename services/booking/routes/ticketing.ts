import { randomBytes } from 'node:crypto';
import { createCodedError } from '@fairline/shared/errors.ts';
import { isRedisUnavailable } from '@fairline/shared/http-errors.ts';
import type { Standing } from '@fairline/shared/stores/line/store.ts';
import type { FastifyPluginCallback } from 'fastify';
import { identityOf } from '../access/guard-access.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Choice } from '../orders/choice.ts';
import type { AssetIndex } from '../pages/assets.ts';
import { contentSecurityPolicy } from '../pages/layout.ts';
import { type Hold, renderTicketingPage } from '../pages/ticketing.ts';
import { toBookingState } from '../places/booking-state.ts';
import { decideLeaseEnd } from '../places/place.ts';
import { noteReleased, type PlaceDesk } from '../places/place-desk.ts';
import { pageContextOf, sendPage, wantsJson } from './page-context.ts';

export type TicketingRoutesOptions = { desk: PlaceDesk; catalogue: Catalogue; assets: AssetIndex };

/** `GET /ticketing`: for those who hold a place. While Redis is away they still see it, without the time that is left. */
export const ticketingRoutes: FastifyPluginCallback<TicketingRoutesOptions> = (app, options, done) => {
  const { desk, catalogue, assets } = options;

  app.get('/ticketing', async (request, reply) => {
    const identity = identityOf(request);
    const known = await readOrUndefined(desk, identity.visitorId);
    if (known) noteReleased(reply, identity, known.standing);

    if (wantsJson(request)) {
      if (!known) throw createCodedError('REDIS_UNAVAILABLE');
      const { leaseMinutes } = desk.settings();
      return reply.send(toBookingState({ ...known, leaseMinutes, isActivity: true }));
    }
    if (known?.standing.kind === 'confirmed') return reply.redirect('/order', 303);
    if (known && known.standing.kind !== 'booked') {
      throw createCodedError(known.standing.kind === 'ended' ? 'PLACE_ENDED' : 'NOT_BOOKED');
    }
    const nonce = randomBytes(16).toString('base64url');
    reply.header('content-security-policy', contentSecurityPolicy(nonce));
    const hold = toHold(known?.standing, desk.settings().leaseMinutes);
    const choice = known?.choice ?? catalogue.firstChoice;
    return sendPage(reply, renderTicketingPage(pageContextOf(request, assets), { catalogue, choice, hold, nonce }));
  });
  done();
};

type Known = { standing: Standing; choice: Choice | undefined };

/** undefined while Redis is away: the gateway, which vouches for the place, goes on with its copy as well. */
async function readOrUndefined(desk: PlaceDesk, visitorId: string): Promise<Known | undefined> {
  try {
    const [standing, choice] = await Promise.all([desk.line.readStanding(visitorId), desk.readChoice(visitorId)]);
    return { standing, choice };
  } catch (error) {
    if (isRedisUnavailable(error)) return undefined;
    throw error;
  }
}

function toHold(standing: Standing | undefined, leaseMinutes: number): Hold {
  if (standing?.kind !== 'booked') return { kind: 'unknown' };
  const endsAtMs = decideLeaseEnd({ standing, leaseMinutes, isActivity: true });
  return endsAtMs === null ? { kind: 'forGood' } : { kind: 'until', endsAtMs, nowMs: standing.nowMs };
}
