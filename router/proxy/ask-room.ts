import type { ServerResponse } from 'node:http';
import { parseBookedNote, parseReleasedNote } from '@fairline/shared/contracts/internal-headers.ts';
import type { BookedCopy } from '../admission/booked-copy.ts';
import type { Visitors } from '../admission/visitors.ts';
import { pickUpstream } from '../balancing/pick.ts';
import type { Upstream, UpstreamRoom, UpstreamSet } from '../balancing/upstream-set.ts';
import type { GatewayMetrics } from '../gateway-metrics.ts';
import { isProtected } from '../routing/route-table.ts';
import type { Connections } from './connections.ts';
import { type Exchange, isPageView } from './exchange.ts';
import { type AnswerHead, forward } from './forward.ts';
import { hasRequestBody } from './request-body.ts';
import { buildRequestHeaders } from './request-headers.ts';
import { buildResponseHeaders } from './response-headers.ts';
import { decideRetry } from './retry-decision.ts';
import { codeOfUpstreamError, type UpstreamErrorCode } from './upstream-error.ts';

export type AskRoomParts = {
  upstreams: () => UpstreamSet;
  connections: Connections;
  visitors: Visitors;
  bookedCopy: BookedCopy;
  metrics: GatewayMetrics;
  random: () => number;
  gatewayId: string;
  /** An instance failed; at most once an attempt. */
  onFailure(upstream: Upstream, error: Error, exchange: Exchange): void;
};

export type Question = {
  room: UpstreamRoom;
  /** What the identity says of the visitor. */
  isBooked: boolean;
  /** Tells the waiting-room that nobody can serve this booked visitor. */
  hasNoCapacity?: boolean;
  /** The waiting-room has just said that the visitor holds a place: a refusal is then told as one to try again. */
  isHandOver?: boolean;
};

export type RoomAnswer =
  /** The answer went to the client, whole or as far as it came. */
  | { kind: 'answered' }
  /** No instance can be asked. */
  | { kind: 'nobody' }
  /** Instances were asked and failed; nothing went to the client. */
  | { kind: 'failed'; code: UpstreamErrorCode }
  /** The waiting-room says of a page view that this visitor holds a place. Nothing went to the client. */
  | { kind: 'isBooked' }
  /** Booking says of a page view that this visitor holds no place. Nothing went to the client. */
  | { kind: 'isNotBooked' };

/**
 * Asks one room: picks an instance, sends the request, tries others where that is safe, and streams the answer to the
 * client. Learns from the notes in answers of the rooms that may send them, at once.
 */
export function createAskRoom(parts: AskRoomParts) {
  const { upstreams, connections, visitors, bookedCopy, metrics, random, gatewayId, onFailure } = parts;

  const streams = new Set<ServerResponse>();

  async function askRoom(exchange: Exchange, question: Question): Promise<RoomAnswer> {
    const { request, method, visitor } = exchange;
    const { room, isBooked, hasNoCapacity = false } = question;
    const hasBody = hasRequestBody(request);
    // The operators' page asks for its own login, whoever the visitor is.
    const identity = visitor && room !== 'admin' ? visitors.identityOf(visitor, isBooked) : '';
    const headers = buildRequestHeaders({
      rawHeaders: request.rawHeaders,
      room,
      origin: exchange.origin,
      requestId: exchange.requestId,
      gatewayId,
      identity,
      hasNoCapacity,
      hasBody,
    });
    const tried: string[] = [];
    let upstream = pickUpstream(upstreams()[room], random);
    if (!upstream) return { kind: 'nobody' };
    for (;;) {
      const chosen: Upstream = upstream;
      tried.push(chosen.id);
      let found: RoomAnswer = { kind: 'answered' };
      let isCounted = true;
      chosen.own.inFlight += 1;
      const leave = () => {
        if (isCounted) chosen.own.inFlight -= 1;
        isCounted = false;
      };
      const outcome = await forward({
        dispatcher: connections.get(chosen.url),
        servername: chosen.url.startsWith('https:') ? new URL(chosen.url).hostname : undefined,
        request,
        response: exchange.response,
        method,
        target: exchange.path + exchange.query,
        headers,
        onHead: (head) => {
          const { kind, isStream } = takeHead(exchange, question, head);
          found = { kind };
          if (isStream) {
            leave();
            holdStream(exchange);
          }
          return kind === 'answered' ? 'pass' : 'drop';
        },
      });
      leave();
      if (outcome.kind === 'passed' || outcome.kind === 'dropped' || outcome.kind === 'clientGone') return found;
      onFailure(chosen, outcome.error, exchange);
      // A head that said it all is an answer, also when its unwanted body broke off.
      if (outcome.kind === 'brokeOff' || found.kind !== 'answered') return found;
      const { wasNotSent } = outcome;
      const code = codeOfUpstreamError(outcome.error, wasNotSent);
      metrics.countUpstreamError(room, code);
      upstream = pickUpstream(upstreams()[room], random, tried);
      const attempts = tried.length;
      if (!upstream || !decideRetry({ method, hasBody, wasNotSent, attempts, hasOther: true })) {
        return { kind: 'failed', code };
      }
      metrics.countRetry(room);
    }
  }

  /** A stream may go on for hours: it counts as one, not as a request in hand. */
  function holdStream({ response, mark }: Exchange): void {
    const closeStream = mark.becomeStream();
    streams.add(response);
    response.once('close', () => {
      closeStream();
      streams.delete(response);
    });
  }

  type HeadReading = { kind: 'answered' | 'isBooked' | 'isNotBooked'; isStream: boolean };

  function takeHead(exchange: Exchange, question: Question, { status, rawHeaders }: AnswerHead): HeadReading {
    const { response, visitor } = exchange;
    const { room } = question;
    const built = buildResponseHeaders({
      rawHeaders,
      requestId: exchange.requestId,
      setCookie: exchange.setCookie,
      isProtected: isProtected(exchange.route),
      closesConnection: exchange.closesConnection,
    });
    if (visitor && room === 'waiting-room' && built.booked !== undefined) {
      const note = parseBookedNote(built.booked);
      if (note) {
        bookedCopy.noteBooked(visitor.visitorId, note.seq);
        if (isPageView(exchange) && !question.hasNoCapacity) return { kind: 'isBooked', isStream: false };
      }
    }
    if (visitor && room !== 'admin' && built.released !== undefined) {
      const seq = parseReleasedNote(built.released);
      if (seq !== undefined) bookedCopy.noteReleased(visitor.visitorId, seq);
    }
    // An origin may refuse pages for reasons of its own: it is about the place only when the answer says so.
    const isRefusal = status === 403 || status === 409;
    const isAboutPlace = question.isHandOver || built.released !== undefined;
    if (room === 'booking' && isPageView(exchange) && isRefusal && isAboutPlace) {
      return { kind: 'isNotBooked', isStream: false };
    }
    response.writeHead(status, built.headers);
    // Without a length it may be a stream whose first byte is far off: its head must not wait for it.
    if (!built.hasLength) response.flushHeaders();
    return { kind: 'answered', isStream: built.isEventStream };
  }

  return {
    askRoom,
    /** Cuts the event streams that go through this gateway; their clients connect again by themselves. */
    cutStreams: () => {
      for (const response of streams) response.destroy();
    },
  };
}

export type AskRoom = ReturnType<typeof createAskRoom>['askRoom'];
