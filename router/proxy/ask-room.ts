import type { BookedCopy } from '../admission/booked-copy.ts';
import type { TierCopy } from '../admission/tier-copy.ts';
import type { Visitors } from '../admission/visitors.ts';
import { isHealthy } from '../balancing/availability.ts';
import type { Upstream, UpstreamRoom, UpstreamSet } from '../balancing/upstream-set.ts';
import type { GatewayMetrics } from '../gateway-metrics.ts';
import type { Guards } from '../limits/guards.ts';
import type { NoTurn, Turn, Wish } from '../limits/turns.ts';
import { openAttemptRecord } from './attempt-record.ts';
import type { ClientResponse } from './client-pair.ts';
import type { Connections } from './connections.ts';
import type { Exchange } from './exchange.ts';
import type { AnswerHead } from './forward.ts';
import { awaitAttempt } from './movable-attempt.ts';
import { hasRequestBody } from './request-body.ts';
import { buildRequestHeaders } from './request-headers.ts';
import { canRetry, type Trouble } from './retry-decision.ts';
import { sendAttempt } from './send-attempt.ts';
import type { StreamKind, Streams } from './streams.ts';
import { takeHead } from './take-head.ts';
import { codeOfUpstreamError, type UpstreamErrorCode } from './upstream-error.ts';

export type AskRoomParts = {
  upstreams: () => UpstreamSet;
  guards: Guards;
  connections: Connections;
  streams: Streams;
  visitors: Visitors;
  tiers: Pick<TierCopy, 'get'>;
  bookedCopy: BookedCopy;
  metrics: GatewayMetrics;
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
  /** The answer went to the client, whole or as far as it came; or the client is gone. */
  | { kind: 'answered' }
  /** No instance can be asked. */
  | { kind: 'nobody' }
  /** Instances were asked and failed, or none had room; nothing went to the client. */
  | { kind: 'failed'; code: UpstreamErrorCode | 'STREAMS_FULL' | 'OVERLOADED' }
  /** The waiting-room says of a page view that this visitor holds a place. Nothing went to the client. */
  | { kind: 'isBooked' }
  /** Booking says of a page view that this visitor holds no place. Nothing went to the client. */
  | { kind: 'isNotBooked' };

type OpenWish = Wish & { tried: string[] };

/**
 * Asks one room: waits for a turn at an instance, sends the request, tries others where that is safe and the budget allows
 * it, and streams the answer to the client.
 */
export function createAskRoom(parts: AskRoomParts) {
  const { upstreams, guards, connections, streams, visitors, tiers, bookedCopy, metrics, onFailure } = parts;
  const { turns, budgets, ruleBook, maxAttempts } = guards;

  async function askRoom(exchange: Exchange, question: Question): Promise<RoomAnswer> {
    const { request, response, method, path, visitor } = exchange;
    const { room, isBooked } = question;
    const hasBody = hasRequestBody(request);
    const asked = { visitor: visitor?.visitorId ?? exchange.origin.address, path };
    const wantedStream = streamKindOf(exchange);
    const tried: string[] = [];
    const wish: OpenWish = {
      room,
      treatment: ruleBook().treat({ method, path, tier: tiers.get(visitor?.visitorId) }),
      tried,
      isFit: wantedStream && (({ id }) => streams.hasRoom(id, wantedStream)),
    };
    const openSignal = () => signalOfClose(response);
    budgets[room].noteRequest();
    const taken = turns.take(wish, openSignal);
    const first = taken instanceof Promise ? await taken : taken;
    if (first.kind !== 'turn') return tellNoTurn(first, wish);

    let turn: Turn = first;
    let hadBadAnswer = false;
    for (let attempts = 1; ; attempts += 1) {
      const { upstream } = turn;
      let found: RoomAnswer = { kind: 'answered' };
      let next: Turn | undefined;
      let isFull = false;
      let isElsewhere = false;
      const isRetryable = (trouble: Trouble) =>
        canRetry({ trouble, method, hasBody, attempts, maxAttempts, hadBadAnswer });
      const record = openAttemptRecord(guards, metrics, turn, asked);
      const onHead = (head: AnswerHead): 'pass' | 'drop' => {
        const answerKind = record.noteHead(head);
        if (isElsewhere) return 'drop';
        if (answerKind === 'full') {
          isFull = true;
          return 'drop';
        }
        if (answerKind === 'failure') {
          tried.push(upstream.id);
          next = isRetryable('badAnswer') ? takeRetry(wish) : undefined;
          hadBadAnswer = true;
          if (next) return 'drop';
        }
        const { kind, isStream } = takeHead(exchange, question, head, bookedCopy, upstream);
        found = { kind };
        if (isStream) {
          record.noteStream();
          holdStream(exchange, upstream, isBooked);
        }
        return kind === 'answered' ? 'pass' : 'drop';
      };
      const onTunnelUse = () => {
        if (room === 'booking') parts.onTunnelUse(exchange);
      };
      const headers = buildHeaders(exchange, question, hasBody, upstream);
      const moveOn = () => {
        next = takeElsewhere(wish, upstream);
        isElsewhere = next !== undefined;
        return isElsewhere;
      };
      const outcome = await awaitAttempt({
        sent: sendAttempt(connections, { exchange, upstream, headers, onTunnelUse, onHead }),
        record,
        moveOn: !exchange.isTunnel && isRetryable('noAnswer') ? moveOn : undefined,
        onEnd: (end) => {
          const isClientGone = end.kind === 'clientGone' || hasLeft(exchange);
          record.noteEnd(isClientGone ? { kind: 'clientGone' } : end);
        },
      });
      if (outcome.kind === 'clientGone') {
        next?.leave();
        return found;
      }
      if (outcome.kind === 'failed' || outcome.kind === 'brokeOff') onFailure(upstream, outcome.error, exchange);
      if (!next) {
        let code: UpstreamErrorCode | 'OVERLOADED' = 'OVERLOADED';
        if (!isFull) {
          // A head that said it all is an answer, also when its unwanted body broke off.
          if (outcome.kind !== 'failed' || found.kind !== 'answered') return found;
          code = codeOfUpstreamError(outcome.error, outcome.wasNotSent);
          metrics.countUpstreamError(room, code);
          tried.push(upstream.id);
        }
        const trouble = isFull ? 'full' : outcome.kind === 'failed' && outcome.wasNotSent ? 'notSent' : 'noAnswer';
        const retry = isRetryable(trouble) ? await waitForRetry(wish, openSignal) : undefined;
        if (retry?.kind === 'gone') return found;
        if (retry?.kind !== 'turn') return tellFailed(room, code);
        next = retry;
      }
      metrics.countRetry(room);
      turn = next;
    }
  }

  function buildHeaders(
    exchange: Exchange,
    { room, isBooked, hasNoCapacity = false }: Question,
    hasBody: boolean,
    { isStatic = false }: Upstream,
  ): string[] {
    const { request, visitor } = exchange;
    const tier = tiers.get(visitor?.visitorId);
    return buildRequestHeaders({
      rawHeaders: request.rawHeaders,
      room,
      origin: exchange.origin,
      requestId: exchange.requestId,
      gatewayId: parts.gatewayId,
      httpVersion: request.httpVersion,
      // The operators' page asks for its own login, whoever the visitor is.
      identity: visitor && room !== 'admin' ? visitors.identityOf(visitor, isBooked, tier) : '',
      isStatic,
      hasNoCapacity,
      traceparent: exchange.traceparent,
      hasBody,
    });
  }

  /** A turn elsewhere at once, while the budget allows one more retry. */
  function takeRetry(wish: Wish): Turn | undefined {
    const turn = turns.takeNow(wish);
    if (!turn || budgets[wish.room].take()) return turn;
    turn.leave();
    metrics.countRetryRefused(wish.room);
    return undefined;
  }

  /** A turn at once at a healthy instance, for a request that a silent one holds. */
  function takeElsewhere(wish: OpenWish, silent: Upstream): Turn | undefined {
    wish.tried.push(silent.id);
    const turn = turns.takeNow(wish);
    if (turn && isHealthy(turn.upstream, guards.nowMs()) && budgets[wish.room].take()) return turn;
    turn?.leave();
    wish.tried.pop();
    return undefined;
  }

  function waitForRetry(wish: Wish, openSignal: () => AbortSignal): Turn | NoTurn | Promise<Turn | NoTurn> | undefined {
    if (budgets[wish.room].take()) return turns.take(wish, openSignal);
    metrics.countRetryRefused(wish.room);
    return undefined;
  }

  function tellNoTurn({ kind }: NoTurn, { room, isFit }: Wish): RoomAnswer {
    if (kind === 'gone') return { kind: 'answered' };
    if (kind === 'overloaded') return tellFailed(room, 'OVERLOADED');
    return isFit && upstreams()[room].length > 0 ? { kind: 'failed', code: 'STREAMS_FULL' } : { kind: 'nobody' };
  }

  function tellFailed(room: UpstreamRoom, code: UpstreamErrorCode | 'OVERLOADED'): RoomAnswer {
    if (code === 'OVERLOADED') metrics.countOverload(room);
    return { kind: 'failed', code };
  }

  /** A stream may go on for hours: it counts as one, not as a request in hand. */
  function holdStream(exchange: Exchange, { id, room }: Upstream, isBooked: boolean): void {
    const { request, response, mark, visitor, origin, isTunnel } = exchange;
    const closeStream = mark.becomeStream();
    const release = streams.add({
      kind: isTunnel ? 'tunnel' : 'events',
      instanceId: id,
      room,
      visitorId: visitor?.visitorId,
      address: origin.address,
      isBooked,
      // A tunnel has a connection that the response knows no more of once its head is out.
      cut: () => (isTunnel ? request.socket.destroy() : response.destroy()),
    });
    response.once('close', () => {
      closeStream();
      release();
    });
  }

  return { askRoom };
}

/** What a request will become, as far as it says so. */
function streamKindOf({ request, isTunnel }: Exchange): StreamKind | undefined {
  if (isTunnel) return 'tunnel';
  return request.headers.accept?.includes('text/event-stream') ? 'events' : undefined;
}

/** A client that goes away in the middle of its body shows as an error of the instance's connection at first. */
function hasLeft({ request, response }: Exchange): boolean {
  return (request.destroyed && !request.complete) || (response.destroyed && !response.writableFinished);
}

/** Aborts when the client goes away. Opened only for requests that wait. */
function signalOfClose(response: ClientResponse): AbortSignal {
  const gone = new AbortController();
  if (response.destroyed) gone.abort();
  else response.once('close', () => gone.abort());
  return gone.signal;
}

export type AskRoom = ReturnType<typeof createAskRoom>['askRoom'];
