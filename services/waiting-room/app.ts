import type { Clock } from '@fairline/shared/clock.ts';
import type { Settings } from '@fairline/shared/contracts/settings.ts';
import { createCodedError } from '@fairline/shared/errors.ts';
import { createHttpApp, type HttpApp } from '@fairline/shared/http-app.ts';
import type { Identities } from '@fairline/shared/identity.ts';
import type { Invitations } from '@fairline/shared/invitations.ts';
import type { LoadMeter } from '@fairline/shared/load-meter.ts';
import type { Logger } from '@fairline/shared/logger.ts';
import type { Metrics } from '@fairline/shared/metrics.ts';
import type { Observing } from '@fairline/shared/observing.ts';
import { servePlainGets } from '@fairline/shared/plain-gets/serve-plain-gets.ts';
import type { LineStore } from '@fairline/shared/stores/line/store.ts';
import type { InviteStore } from '@fairline/shared/stores/visitors/invites.ts';
import type { TicketCookies } from '@fairline/shared/ticket-cookie.ts';
import fastifyAccepts from '@fastify/accepts';
import fastifyFormbody from '@fastify/formbody';
import type { FastifyPluginCallback, FastifyRequest } from 'fastify';
import { createEventHub, type EventHub } from './events/event-hub.ts';
import type { LineHistories } from './line/admission-history.ts';
import { createJoinBatcher } from './line/join-batcher.ts';
import type { LineCopy } from './line/line-copy.ts';
import { createPlaces } from './line/places.ts';
import { createSignsOfLife, type SignsOfLife } from './line/signs-of-life.ts';
import { assetRoutes } from './pages/asset-routes.ts';
import { contentSecurityPolicy } from './pages/assets.ts';
import type { Look } from './pages/look.ts';
import { renderErrorPage } from './pages/outcome-page.ts';
import { pickWords } from './pages/words/pick-words.ts';
import type { StreamsFor } from './status/near-front.ts';
import { createQuickStatus } from './status/quick-status.ts';
import { createStatusTeller } from './status/status-teller.ts';
import { createVisitorTickets } from './ticket/visitor-ticket.ts';
import { actionRoutes } from './visits/action-routes.ts';
import { createInviteTaker } from './visits/invite-visit.ts';
import { pageRoutes } from './visits/page-routes.ts';
import { readVisit } from './visits/read-visit.ts';
import { statusRoutes } from './visits/status-routes.ts';

const bodyLimitBytes = 4096;
const policyHeaders = {
  'cache-control': 'private, no-store',
  'content-security-policy': contentSecurityPolicy,
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
};

export type WaitingRoomAppOptions = {
  logger: Logger;
  metrics?: Metrics;
  observing?: Observing;
  event: string;
  /** Answers to visitors: fails fast. */
  store: Pick<LineStore, 'join' | 'leave' | 'moveToVip' | 'readStanding' | 'restore' | 'noteSigns'>;
  copy: LineCopy;
  histories: LineHistories;
  settings(): Settings;
  /** Whether the copy is only the last word known. */
  isLost(): boolean;
  identities: Pick<Identities, 'verify'>;
  ticketCookies: TicketCookies;
  /** Without it no invitation counts. */
  invitations?: Pick<Invitations, 'verify'> | undefined;
  inviteStore: Pick<InviteStore, 'take'>;
  serverClock: { nowMs(): number; minute(): number };
  clock: Clock;
  /** 0..1 */
  random(): number;
  mostStreams: number;
  streamsFor: StreamsFor;
  look: Look;
  reporter: { plugin: FastifyPluginCallback; openStream(): () => void; meter?: LoadMeter };
};

export type WaitingRoomApp = { app: HttpApp; hub: EventHub; signs: SignsOfLife };

/** The waiting-room's HTTP app from given parts. It does not listen, and its streams and signs need a loop to drive them. */
export async function createWaitingRoomApp(options: WaitingRoomAppOptions): Promise<WaitingRoomApp> {
  const { logger, event, store, copy, histories, settings, identities, serverClock, random, look, streamsFor } =
    options;
  const { nowMs } = serverClock;
  const tickets = createVisitorTickets({ cookies: options.ticketCookies, event });
  const signs = createSignsOfLife({ store });
  const places = createPlaces({ store, batcher: createJoinBatcher({ store }), copy, signs, settings, nowMs });
  const teller = createStatusTeller({ copy, histories, settings, nowMs, random });
  const hub = createEventHub({
    look: places.look,
    ticketFor(place) {
      const epoch = copy.view()?.epoch;
      return place.kind === 'waiting' && epoch !== undefined ? { event, epoch, number: place.number } : undefined;
    },
    tell: teller.tell,
    seq: () => copy.view()?.seq ?? 0,
    claimMs: () => settings().claimSeconds * 1000,
    clock: options.clock,
    random,
    mostStreams: options.mostStreams,
    logger,
    openStream: options.reporter.openStream,
  });

  const app = createHttpApp({
    logger,
    ...options.observing,
    bodyLimit: bodyLimitBytes,
    ...(options.metrics && { metrics: options.metrics }),
  });
  app.decorate('errorPage', (body, request) =>
    renderErrorPage({
      message: body.message,
      words: pickWords(request.headers['accept-language'], look.languages),
      look,
    }),
  );
  await app.register(options.reporter.plugin);
  await app.register(fastifyAccepts);
  await app.register(fastifyFormbody);
  app.addHook('onRequest', (_request, reply, next) => {
    reply.headers(policyHeaders);
    next();
  });
  let isClosing = false;
  app.addHook('preClose', async () => {
    isClosing = true;
    hub.close();
  });

  const readOwnVisit = (request: FastifyRequest) => {
    const visit = readVisit(request.headers, {
      identities,
      tickets,
      event,
      languages: look.languages,
      minute: serverClock.minute(),
    });
    if (!visit) throw createCodedError('IDENTITY_REQUIRED');
    request.visitorId = visit.visitorId;
    return visit;
  };
  const parts = { readVisit: readOwnVisit, places, teller, tickets, copy };
  await app.register(assetRoutes, { look });
  const invites = createInviteTaker({ invitations: options.invitations, store: options.inviteStore, event });
  await app.register(pageRoutes, { ...parts, settings, isLost: options.isLost, random, look, streamsFor, invites });
  await app.register(actionRoutes, parts);
  await app.register(statusRoutes, { ...parts, hub, streamsFor });
  const quickStatus = createQuickStatus({
    identities,
    tickets,
    event,
    minute: serverClock.minute,
    places,
    tell: teller.tell,
    headers: policyHeaders,
    isClosing: () => isClosing,
    ...(options.reporter.meter && { meter: options.reporter.meter }),
    ...(options.metrics && { metrics: options.metrics }),
    ...options.observing,
  });
  servePlainGets(app.server, quickStatus);
  return { app, hub, signs };
}
