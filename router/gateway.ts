import { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { type AccessLog, createAccessLog } from '@fairline/shared/access-log.ts';
import type { Clock } from '@fairline/shared/clock.ts';
import { readRequestId } from '@fairline/shared/http-app.ts';
import { findInvite } from '@fairline/shared/invitations.ts';
import type { LoadMeter } from '@fairline/shared/load-meter.ts';
import { cutQuery, type Logger } from '@fairline/shared/logger.ts';
import type { Tracing } from '@fairline/shared/tracing.ts';
import type { Activity } from './admission/activity.ts';
import { isActivity } from './admission/activity-rule.ts';
import type { BookedCopy, Place } from './admission/booked-copy.ts';
import { addMarker, hasMarker, removeMarker } from './admission/cookie-marker.ts';
import { canCarryCookie } from './admission/cookie-target.ts';
import { type Decision, decide } from './admission/decide.ts';
import type { Visitors } from './admission/visitors.ts';
import type { GatewayMetrics } from './gateway-metrics.ts';
import type { AskRoom } from './proxy/ask-room.ts';
import type { ClientRequest, ClientResponse } from './proxy/client-pair.ts';
import { createContinuation } from './proxy/continuation.ts';
import { answerError, answerLocally, type LocalAnswer } from './proxy/error-answer.ts';
import { acceptsHtml, type Exchange, wantsPage } from './proxy/exchange.ts';
import { createFollowUps } from './proxy/follow-ups.ts';
import { canonicalizeTarget } from './routing/canonical-path.ts';
import { createClientOrigins } from './routing/client-origins.ts';
import { isCrossSite } from './routing/cross-site.ts';
import { findFramingProblem } from './routing/framing-check.ts';
import type { Network } from './routing/networks.ts';
import { matchRoute, ticketingPath } from './routing/route-table.ts';
import { createPageAnswers } from './static-page/page-answers.ts';
import type { AddressRecord } from './traffic/address-book.ts';
import type { Refusal } from './traffic/judge.ts';
import { answerRefusal } from './traffic/refusal-answer.ts';
import type { Traffic } from './traffic/traffic.ts';

export type GatewayParts = {
  visitors: Visitors;
  bookedCopy: BookedCopy;
  activity: Pick<Activity, 'noteVisit' | 'noteBookedActivity'>;
  askRoom: AskRoom;
  trustedProxies: readonly Network[];
  /** Left out, nobody is refused for coming too often. */
  traffic?: Pick<Traffic, 'findSource' | 'judgeArrival' | 'judgeVisitor'>;
  /** Booking is, or is also, a site of others. */
  hasStaticBooking?: boolean;
  /** False: the operators' page does not exist here. */
  isConsolePublic?: boolean | undefined;
  metrics: GatewayMetrics;
  meter: LoadMeter;
  clock: Clock;
  random: () => number;
  logger: Logger;
  /** Default: sampled under flood. */
  accessLog?: AccessLog | undefined;
  /** Left out, requests are not traced. */
  tracing?: Tracing | undefined;
  /** For the log, which shows no addresses. */
  addressTagOf?: (address: string) => string;
  /** Each answer then closes its connection. */
  isDraining: () => boolean;
};

/** A request as it came, before anything was made of it. */
type Arrival = Pick<
  Exchange,
  | 'request'
  | 'response'
  | 'requestId'
  | 'closesConnection'
  | 'method'
  | 'mark'
  | 'continuation'
  | 'isTunnel'
  | 'traceparent'
>;
/** How a request came: `expecting` to be told before it sends its body, `tunnel` on a connection that is its own. */
export type ArrivalKind = 'plain' | 'expecting' | 'tunnel';
/** What the log and the metrics say of it in the end. */
type Seen = { route: string; path: string; visitor: string | undefined; address: string | undefined };

/** The way of a request through the gateway. It makes no Redis call and waits for nothing but the room it asks. */
export function createGateway(parts: GatewayParts) {
  const { hasStaticBooking = false, isConsolePublic = true } = parts;
  const { visitors, bookedCopy, activity, askRoom, trustedProxies, traffic } = parts;
  const { metrics, meter, clock, random, logger, tracing, addressTagOf } = parts;
  const { accessLog = createAccessLog({ logger, clock }) } = parts;

  const pages = createPageAnswers({ random });
  const afterRoom = createFollowUps({
    askRoom,
    pages,
    onBooked: (exchange) => noteUseOfPlace(exchange, exchange.visitor && bookedCopy.get(exchange.visitor.visitorId)),
    onBroken: (exchange, error) => answerBroken(exchange, exchange.path, error),
  });
  const originOf = createClientOrigins(trustedProxies);
  /** Connections on which a request could not be told apart from the next one: whatever follows there is not read. */
  const refusedSockets = new WeakSet<Socket>();

  function handle(request: ClientRequest, response: ClientResponse, kind: ArrivalKind = 'plain'): void {
    if (refusedSockets.has(request.socket)) return;
    // Before anything is made of it: a flood costs little more than being answered.
    const source = traffic?.findSource(request);
    const refusal = source && traffic?.judgeArrival(source, request);
    if (refusal) {
      refuse(request, response, kind, refusal);
      return;
    }
    const requestId = readRequestId(request);
    const span = tracing?.begin({
      ...{ requestId, method: request.method ?? 'GET', path: cutQuery(request.url ?? '') },
      traceparent: readOne(request, 'traceparent'),
    });
    const arrival: Arrival = {
      request,
      response,
      requestId,
      method: request.method ?? 'GET',
      // After an upgrade that is ignored Node may lose what came right behind it, so nothing should follow.
      closesConnection: parts.isDraining() || (request.headers.upgrade !== undefined && kind !== 'tunnel'),
      mark: meter.begin(),
      continuation:
        kind === 'expecting' && response instanceof ServerResponse ? createContinuation(response) : undefined,
      isTunnel: kind === 'tunnel',
      traceparent: span?.traceparent,
    };
    const { method, mark } = arrival;
    const startedAtMs = clock.monotonicMs();
    const seen: Seen = { route: 'refused', path: '', visitor: undefined, address: undefined };
    response.once('close', () => {
      const isDone = response.writableFinished;
      // 499, as proxies log a client that went away before its answer.
      const status = isDone ? response.statusCode : 499;
      const ms = clock.monotonicMs() - startedAtMs;
      mark.end(isDone ? status : undefined);
      metrics.observeAnswer(seen.route, method, status, ms / 1000);
      span?.end({ route: seen.route, status });
      accessLog.note(status, () => {
        const { route, path, visitor, address } = seen;
        const addressTag = address === undefined ? undefined : addressTagOf?.(address);
        return { requestId, method, route, path, status, ms, visitor, addressTag };
      });
    });
    try {
      serve(arrival, seen, source);
    } catch (error) {
      answerBroken(arrival, seen.path, error);
    }
  }

  /** A fault of this program. */
  function answerBroken(arrival: Arrival, path: string, error: unknown): void {
    logger.error({ err: error, requestId: arrival.requestId, path }, 'request failed');
    answerError(toLocal(arrival), 'INTERNAL');
  }

  function refuse(request: ClientRequest, response: ClientResponse, kind: ArrivalKind, refusal: Refusal): void {
    // What follows a request whose end others may see elsewhere is not read.
    const isDoubtful = findFramingProblem(request) !== undefined;
    if (isDoubtful) refusedSockets.add(request.socket);
    const closesConnection = parts.isDraining() || kind !== 'plain' || isDoubtful;
    const requestId = readRequestId(request);
    const status = answerRefusal({ request, response, requestId, setCookie: undefined, closesConnection }, refusal);
    const method = request.method ?? 'GET';
    metrics.observeAnswer('refused', method, status, 0);
    const path = cutQuery(request.url ?? '');
    accessLog.note(status, () => ({ requestId, method, route: 'refused', path, status, ms: 0 }));
  }

  function serve(arrival: Arrival, seen: Seen, source: AddressRecord | undefined): void {
    const { request, method } = arrival;
    const framingProblem = findFramingProblem(request);
    if (framingProblem) {
      refusedSockets.add(request.socket);
      answerError({ ...toLocal(arrival), closesConnection: true }, 'BAD_REQUEST', framingProblem);
      return;
    }
    if (method === 'TRACE') {
      answerError(toLocal(arrival), 'METHOD_NOT_ALLOWED', method);
      return;
    }
    const target = canonicalizeTarget(request.url ?? '', request.headers.host);
    if (target.kind !== 'target') {
      answerError(toLocal(arrival), target.kind === 'tooLong' ? 'URI_TOO_LONG' : 'BAD_PATH');
      return;
    }

    const { path, query } = target;
    seen.path = path;
    const exchange = openExchange(arrival, path, query);
    seen.route = exchange.route;
    seen.visitor = exchange.visitor?.visitorId;
    seen.address = exchange.origin.address;
    const refusal = source && traffic?.judgeVisitor(source, exchange);
    if (refusal) {
      answerRefusal(exchange, refusal);
      return;
    }
    const decision = decideFor(exchange, hasMarker(query));
    noteVisit(exchange);
    if (decision.kind === 'forward' && decision.room === 'booking') noteUseOfPlace(exchange, exchange.place);
    act(exchange, decision);
  }

  function decideFor(exchange: Exchange, hasCookieMarker: boolean): Decision {
    const { request, method, visitor, place, route } = exchange;
    return decide({
      route,
      method,
      isKnown: visitor !== undefined,
      isBooked: place !== undefined,
      hasMarker: hasCookieMarker,
      hasInvite: findInvite(exchange.query) !== undefined,
      isCrossSite: isCrossSite({
        method,
        secFetchSite: readOne(request, 'sec-fetch-site'),
        origin: request.headers.origin,
        host: exchange.origin.host,
      }),
      prefersHtml: acceptsHtml(exchange),
      hasStaticBooking,
    });
  }

  function openExchange(arrival: Arrival, path: string, query: string): Exchange {
    const { request, method } = arrival;
    const origin = originOf(request);
    const route = matchRoute(method, path, isConsolePublic);
    const visitor = visitors.recognize(request.headers.cookie);
    const isSecure = origin.proto === 'https';
    const canCarry =
      route !== 'reserved' && canCarryCookie({ method, path, secFetchDest: readOne(request, 'sec-fetch-dest') });
    let setCookie: string | undefined;
    if (canCarry) setCookie = visitor ? visitors.renewCookie(visitor, isSecure) : visitors.issueCookie(isSecure);
    // Spelled out: a copy of the arrival would cost more than all of the decision.
    return {
      request,
      response: arrival.response,
      requestId: arrival.requestId,
      method,
      closesConnection: arrival.closesConnection,
      mark: arrival.mark,
      continuation: arrival.continuation,
      isTunnel: arrival.isTunnel,
      traceparent: arrival.traceparent,
      path,
      query: removeMarker(query),
      origin,
      route,
      visitor,
      place: visitor && bookedCopy.get(visitor.visitorId),
      setCookie,
    };
  }

  function noteVisit({ visitor, request, path, route, method, origin }: Exchange): void {
    if (method === 'GET' && (path === '/' || path === ticketingPath)) metrics.countVisit(path);
    if (!visitor || route === 'reserved') return;
    activity.noteVisit(visitor, { path, address: origin.address, userAgent: request.headers['user-agent'] });
  }

  /** Claims the place, or keeps it, when the visitor holds one and this request counts. */
  function noteUseOfPlace({ visitor, request, route, method }: Exchange, place: Place | undefined): void {
    if (!visitor || place === undefined) return;
    const purpose = readOne(request, 'sec-purpose') ?? readOne(request, 'purpose');
    if (isActivity(route, method, purpose)) activity.noteBookedActivity(visitor, place);
  }

  function act(exchange: Exchange, decision: Decision): void {
    switch (decision.kind) {
      case 'refuse':
        if (decision.code === 'COOKIE_REQUIRED' && acceptsHtml(exchange)) pages.answerCookiesNeeded(exchange);
        else answerError(exchange, decision.code);
        return;
      case 'cookiesNeeded':
        if (wantsPage(exchange)) pages.answerCookiesNeeded(exchange);
        else answerError(exchange, 'COOKIE_REQUIRED');
        return;
      case 'redirectSelf':
        answerLocally(exchange, 303, ['location', exchange.path + markedQuery(exchange, decision.marker)], '');
        return;
      case 'redirectToTicketing':
        answerLocally(exchange, 303, ['location', ticketingPath], '');
        return;
      case 'forward':
        askRoom(exchange, { room: decision.room, isBooked: decision.isBooked }, afterRoom[decision.room]);
    }
  }

  return { handle };
}

export type Gateway = ReturnType<typeof createGateway>;

function toLocal({ request, response, requestId, closesConnection, continuation }: Arrival): LocalAnswer {
  return { request, response, requestId, closesConnection, continuation, setCookie: undefined };
}

function markedQuery({ query }: Exchange, marker: boolean): string {
  return marker ? addMarker(query) : query;
}

function readOne(request: ClientRequest, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' ? value : undefined;
}
