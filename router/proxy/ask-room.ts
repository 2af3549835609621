import { parseBookedNote, parseReleasedNote } from '@fairline/shared/contracts/internal-headers.ts';
import type { BookedCopy } from '../admission/booked-copy.ts';
import type { Visitors } from '../admission/visitors.ts';
import { pickUpstream } from '../balancing/pick.ts';
import type { Upstream, UpstreamRoom, UpstreamSet } from '../balancing/upstream-set.ts';
import type { GatewayMetrics } from '../gateway-metrics.ts';
import { isProtected } from '../routing/route-table.ts';
import type { Connections } from './connections.ts';
import { leavesBodyOpen } from './continuation.ts';
import { type Exchange, isPageView } from './exchange.ts';
import type { AnswerHead } from './forward.ts';
import { hasRequestBody } from './request-body.ts';
import { buildRequestHeaders } from './request-headers.ts';
import { buildResponseHeaders } from './response-headers.ts';
import { decideRetry } from './retry-decision.ts';
import { sendAttempt } from './send-attempt.ts';
import type { StreamKind, Streams } from './streams.ts';
import { acceptsTrailers } from './trailers.ts';
import { codeOfUpstreamError, type UpstreamErrorCode } from './upstream-error.ts';

export type AskRoomParts = {
  upstreams: () => UpstreamSet;
  connections: Connections;
  streams: Streams;
  visitors: Visitors;
  bookedCopy: BookedCopy;
  metrics: GatewayMetrics;
  random: () => number;
  gatewayId: string;
  /** A booked visitor sent something through a tunnel to booking. */
  onTunnelUse(exchange: Exchange): void;
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
  | { kind: 'failed'; code: UpstreamErrorCode | 'STREAMS_FULL' }
  /** The waiting-room says of a page view that this visitor holds a place. Nothing went to the client. */
  | { kind: 'isBooked' }
  /** Booking says of a page view that this visitor holds no place. Nothing went to the client. */
  | { kind: 'isNotBooked' };

/**
 * Asks one room: picks an instance, sends the request, tries others where that is safe, and streams the answer to the
 * client. Learns from the notes in answers of the rooms that may send them, at once.
 */
export function createAskRoom(parts: AskRoomParts) {
  const { upstreams, connections, streams, visitors, bookedCopy, metrics, random, gatewayId, onFailure } = parts;

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
      httpVersion: request.httpVersion,
      identity,
      hasNoCapacity,
      hasBody,
    });
    const tried: string[] = [];
    const wantedStream = streamKindOf(exchange);
    const candidates = () => {
      const all = upstreams()[room];
      return wantedStream ? all.filter(({ id }) => streams.hasRoom(id, wantedStream)) : all;
    };
    let upstream = pickUpstream(candidates(), random);
    if (!upstream) return upstreams()[room].length > 0 ? { kind: 'failed', code: 'STREAMS_FULL' } : { kind: 'nobody' };
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
      const outcome = await sendAttempt(connections, {
        exchange,
        upstream: chosen,
        headers,
        onTunnelUse: () => {
          if (room === 'booking') parts.onTunnelUse(exchange);
        },
        onHead: (head) => {
          const { kind, isStream } = takeHead(exchange, question, head);
          found = { kind };
          if (isStream) {
            leave();
            holdStream(exchange, chosen, isBooked);
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
      upstream = pickUpstream(candidates(), random, tried);
      const attempts = tried.length;
      if (!upstream || !decideRetry({ method, hasBody, wasNotSent, attempts, hasOther: true })) {
        return { kind: 'failed', code };
      }
      metrics.countRetry(room);
    }
  }

  /** A stream may go on for hours: it counts as one, not as a request in hand. */
  function holdStream(exchange: Exchange, { id, room }: Upstream, isBooked: boolean): void {
    const { request, response, mark, visitor, isTunnel } = exchange;
    const closeStream = mark.becomeStream();
    const release = streams.add({
      kind: isTunnel ? 'tunnel' : 'events',
      instanceId: id,
      room,
      visitorId: visitor?.visitorId,
      isBooked,
      // A tunnel has a connection that the response knows no more of once its head is out.
      cut: () => (isTunnel ? request.socket.destroy() : response.destroy()),
    });
    response.once('close', () => {
      closeStream();
      release();
    });
  }

  type HeadReading = { kind: 'answered' | 'isBooked' | 'isNotBooked'; isStream: boolean };

  function takeHead(exchange: Exchange, question: Question, { status, rawHeaders }: AnswerHead): HeadReading {
    const { response, visitor } = exchange;
    const { room } = question;
    const isAgreed = status === 101;
    const built = buildResponseHeaders({
      rawHeaders,
      requestId: exchange.requestId,
      setCookie: exchange.setCookie,
      isProtected: isProtected(exchange.route),
      connection: isAgreed
        ? 'upgrade'
        : exchange.closesConnection || exchange.isTunnel || leavesBodyOpen(exchange.continuation)
          ? 'close'
          : undefined,
      takesTrailers: canTakeTrailers(exchange, status),
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
    return { kind: 'answered', isStream: built.isEventStream || isAgreed };
  }

  return { askRoom };
}

/** What a request will become, as far as it says so. */
function streamKindOf({ request, isTunnel }: Exchange): StreamKind | undefined {
  if (isTunnel) return 'tunnel';
  return request.headers.accept?.includes('text/event-stream') ? 'events' : undefined;
}

/** Trailers need a body in chunks. */
function canTakeTrailers({ request, method }: Exchange, status: number): boolean {
  if (request.headers.te === undefined || request.httpVersion !== '1.1' || method === 'HEAD') return false;
  return status >= 200 && status !== 204 && status !== 304 && acceptsTrailers(request.headers.te);
}

export type AskRoom = ReturnType<typeof createAskRoom>['askRoom'];
