import { isHealthy } from '../balancing/availability.ts';
import type { Upstream, UpstreamRoom } from '../balancing/upstream-set.ts';
import type { Asked } from '../health/outliers.ts';
import type { NoTurn, Turn, Wish } from '../limits/turns.ts';
import type { Treatment } from '../rules/rule-book.ts';
import type { AskRoomParts, OnRoomAnswer, Question, RoomAnswer } from './ask-room.ts';
import { Attempt } from './attempt.ts';
import type { ClientResponse } from './client-pair.ts';
import { answerIdleClient } from './error-answer.ts';
import type { Exchange } from './exchange.ts';
import type { AnswerHead, ForwardOutcome } from './forward.ts';
import { hasRequestBody } from './request-body.ts';
import type { RequestHeaderFacts } from './request-headers.ts';
import { canRetry, type Trouble } from './retry-decision.ts';
import { sendAttempt } from './send-attempt.ts';
import { readSmallBody } from './small-body.ts';
import type { StreamKind } from './streams.ts';
import { type HeadReading, takeHead } from './take-head.ts';
import { codeOfUpstreamError, type UpstreamErrorCode } from './upstream-error.ts';

const nobodyTried: readonly string[] = Object.freeze([]);

/** One question to one room, from one instance to the next until somebody answers or nobody is left. */
export class Asking implements Wish {
  readonly parts: AskRoomParts;
  readonly asked: Asked;
  readonly room: UpstreamRoom;
  readonly treatment: Treatment;
  readonly isFit: ((upstream: Upstream) => boolean) | undefined;
  tried = nobodyTried;
  readonly #exchange: Exchange;
  readonly #question: Question;
  readonly #onAnswer: OnRoomAnswer;
  readonly #hasBody: boolean;
  /** All of it, when it was read before anybody was asked. */
  #body: Buffer | undefined;
  #attempts = 0;
  /** An attempt before this one was answered by a failure. */
  #hadBadAnswer = false;

  constructor(parts: AskRoomParts, exchange: Exchange, question: Question, onAnswer: OnRoomAnswer) {
    const { method, path, visitor, origin } = exchange;
    const wantedStream = streamKindOf(exchange);
    this.parts = parts;
    this.room = question.room;
    this.treatment = parts.guards.ruleBook().treat({ method, path, tier: parts.tiers.get(visitor?.visitorId) });
    this.isFit = wantedStream && (({ id }) => parts.streams.hasRoom(id, wantedStream));
    this.asked = { visitor: visitor?.visitorId ?? origin.address, path };
    this.#exchange = exchange;
    this.#question = question;
    this.#onAnswer = onAnswer;
    this.#hasBody = hasRequestBody(exchange.request);
  }

  begin(): void {
    if (!this.#hasBody || !this.#readBody()) this.#takeFirst();
  }

  /** False when the body is streamed. */
  #readBody(): boolean {
    return readSmallBody(this.#exchange, {
      idleMs: this.parts.connections.timeouts.idleMs,
      onWhole: (bytes) => {
        try {
          this.#body = bytes;
          this.#takeFirst();
        } catch (error) {
          this.tellBroken(error);
        }
      },
      onIdle: () => {
        answerIdleClient(this.#exchange);
        this.#tell({ kind: 'answered' });
      },
      onGone: () => this.#tell({ kind: 'answered' }),
    });
  }

  #takeFirst(): void {
    const { turns, budgets } = this.parts.guards;
    budgets[this.room].noteRequest();
    this.#whenTaken(
      turns.take(this, () => this.#openSignal()),
      (taken) => {
        if (taken.kind === 'turn') this.#attempt(taken);
        else this.#tellNoTurn(taken);
      },
    );
  }

  /** As the instance said in time that it failed: a turn elsewhere at once, if the request may be sent again. */
  takeAfterBadAnswer(upstream: Upstream): Turn | undefined {
    this.#exclude(upstream);
    const turn = this.#isRetryable('badAnswer') ? this.#takeRetry() : undefined;
    this.#hadBadAnswer = true;
    return turn;
  }

  /** As the instance that has the request is silent: a turn at once at a healthy one, if the request may be sent twice. */
  takeElsewhere(silent: Upstream): Turn | undefined {
    const { turns, budgets, nowMs } = this.parts.guards;
    if (this.#exchange.isTunnel || !this.#isRetryable('noAnswer')) return undefined;
    const before = this.tried;
    this.#exclude(silent);
    const turn = turns.takeNow(this);
    if (turn && isHealthy(turn.upstream, nowMs()) && budgets[this.room].take()) return turn;
    turn?.leave();
    this.tried = before;
    return undefined;
  }

  takeHead(head: AnswerHead, upstream: Upstream): HeadReading {
    const reading = takeHead(this.#exchange, this.#question, head, this.parts.bookedCopy, upstream);
    if (reading.isStream) this.#holdStream(upstream);
    return reading;
  }

  /** The body goes to the instance as it comes. */
  get isStreamed(): boolean {
    return this.#hasBody && this.#body === undefined;
  }

  /** A client that goes away in the middle of its body shows as an error of the instance's connection at first. */
  hasClientLeft(): boolean {
    const { request, response } = this.#exchange;
    return (request.destroyed && !request.complete) || (response.destroyed && !response.writableFinished);
  }

  /** The attempt in hand is over. */
  noteOutcome({ turn, next, found, isFull }: Attempt, outcome: ForwardOutcome): void {
    const { metrics, onFailure } = this.parts;
    const { upstream } = turn;
    if (outcome.kind === 'clientGone') {
      next?.leave();
      this.#tell(found);
      return;
    }
    if (outcome.kind === 'failed' || outcome.kind === 'brokeOff') onFailure(upstream, outcome.error, this.#exchange);
    if (next) {
      this.retry(next);
      return;
    }
    if (isFull) {
      this.#waitForRetry('full', 'OVERLOADED', found);
      return;
    }
    // A head that said it all is an answer, also when its unwanted body broke off.
    if (outcome.kind !== 'failed' || found.kind !== 'answered') {
      this.#tell(found);
      return;
    }
    const code = codeOfUpstreamError(outcome.error, outcome.wasNotSent);
    metrics.countUpstreamError(this.room, code);
    this.#exclude(upstream);
    this.#waitForRetry(outcome.wasNotSent ? 'notSent' : 'noAnswer', code, found);
  }

  retry(turn: Turn): void {
    try {
      this.parts.metrics.countRetry(this.room);
      this.#attempt(turn);
    } catch (error) {
      this.tellBroken(error);
    }
  }

  tellBroken(error: unknown): void {
    this.#tell({ kind: 'broken', error });
  }

  noteTunnelUse(): void {
    if (this.room === 'booking') this.parts.onTunnelUse(this.#exchange);
  }

  #attempt(turn: Turn): void {
    this.#attempts += 1;
    const { upstream } = turn;
    const headerFacts = this.#describeHeaders(upstream);
    const attempt = { exchange: this.#exchange, upstream, headerFacts, body: this.#body };
    sendAttempt(this.parts.connections, attempt, new Attempt(this, turn));
  }

  #describeHeaders({ isStatic = false }: Upstream): RequestHeaderFacts {
    const { visitors, tiers, gatewayId } = this.parts;
    const { request, visitor, origin, requestId, traceparent } = this.#exchange;
    const { isBooked, hasNoCapacity = false } = this.#question;
    // The operators' page asks for its own login, whoever the visitor is.
    const isTold = visitor !== undefined && this.room !== 'admin';
    return {
      rawHeaders: request.rawHeaders,
      room: this.room,
      origin,
      requestId,
      gatewayId,
      httpVersion: request.httpVersion,
      identity: isTold ? visitors.identityOf(visitor, isBooked, tiers.get(visitor.visitorId)) : '',
      isStatic,
      hasNoCapacity,
      traceparent,
      hasBody: this.#hasBody,
    };
  }

  #isRetryable(trouble: Trouble): boolean {
    const { maxAttempts } = this.parts.guards;
    const { method } = this.#exchange;
    const [hasBody, attempts, hadBadAnswer] = [this.#hasBody, this.#attempts, this.#hadBadAnswer];
    return canRetry({ trouble, method, hasBody, attempts, maxAttempts, hadBadAnswer });
  }

  #exclude({ id }: Upstream): void {
    this.tried = [...this.tried, id];
  }

  /** A turn elsewhere at once, while the budget allows one more retry. */
  #takeRetry(): Turn | undefined {
    const { guards, metrics } = this.parts;
    const turn = guards.turns.takeNow(this);
    if (!turn || guards.budgets[this.room].take()) return turn;
    turn.leave();
    metrics.countRetryRefused(this.room);
    return undefined;
  }

  /** Tries again once there is a turn; if that must not be or none comes in time, `code` tells what happened. */
  #waitForRetry(trouble: Trouble, code: UpstreamErrorCode | 'OVERLOADED', found: RoomAnswer): void {
    const { guards, metrics } = this.parts;
    if (!this.#isRetryable(trouble)) {
      this.#tellFailed(code);
      return;
    }
    if (!guards.budgets[this.room].take()) {
      metrics.countRetryRefused(this.room);
      this.#tellFailed(code);
      return;
    }
    this.#whenTaken(
      guards.turns.take(this, () => this.#openSignal()),
      (taken) => {
        if (taken.kind === 'turn') this.retry(taken);
        else if (taken.kind === 'gone') this.#tell(found);
        else this.#tellFailed(code);
      },
    );
  }

  #whenTaken(taken: Turn | NoTurn | Promise<Turn | NoTurn>, goOn: (taken: Turn | NoTurn) => void): void {
    if (taken instanceof Promise) taken.then(goOn).catch((error: unknown) => this.tellBroken(error));
    else goOn(taken);
  }

  /** Aborts when the client goes away. Opened only for requests that wait. */
  #openSignal(): AbortSignal {
    return signalOfClose(this.#exchange.response);
  }

  #tellNoTurn({ kind }: NoTurn): void {
    const hasUnfit = this.isFit !== undefined && this.parts.upstreams()[this.room].length > 0;
    if (kind === 'gone') this.#tell({ kind: 'answered' });
    else if (kind === 'overloaded') this.#tellFailed('OVERLOADED');
    else this.#tell(hasUnfit ? { kind: 'failed', code: 'STREAMS_FULL' } : { kind: 'nobody' });
  }

  #tellFailed(code: UpstreamErrorCode | 'OVERLOADED'): void {
    if (code === 'OVERLOADED') this.parts.metrics.countOverload(this.room);
    this.#tell({ kind: 'failed', code });
  }

  #tell(answer: RoomAnswer): void {
    this.#onAnswer(answer, this.#exchange);
  }

  /** A stream may go on for hours: it counts as one, not as a request in hand. */
  #holdStream({ id, room }: Upstream): void {
    const { request, response, mark, visitor, origin, isTunnel } = this.#exchange;
    const closeStream = mark.becomeStream();
    const release = this.parts.streams.add({
      kind: isTunnel ? 'tunnel' : 'events',
      instanceId: id,
      room,
      visitorId: visitor?.visitorId,
      address: origin.address,
      isBooked: this.#question.isBooked,
      // A tunnel has a connection that the response knows no more of once its head is out.
      cut: () => (isTunnel ? request.socket.destroy() : response.destroy()),
    });
    response.once('close', () => {
      closeStream();
      release();
    });
  }
}

/** What a request will become, as far as it says so. */
function streamKindOf({ request, isTunnel }: Exchange): StreamKind | undefined {
  if (isTunnel) return 'tunnel';
  return request.headers.accept?.includes('text/event-stream') ? 'events' : undefined;
}

function signalOfClose(response: ClientResponse): AbortSignal {
  const gone = new AbortController();
  if (response.destroyed) gone.abort();
  else response.once('close', () => gone.abort());
  return gone.signal;
}
