import type { GatewayMetrics } from '../gateway-metrics.ts';
import { type AnswerKind, readAnswerKind } from '../health/answer-kind.ts';
import type { Asked } from '../health/outliers.ts';
import { isInstanceFault } from '../health/own-fault.ts';
import type { Unanswered } from '../health/unanswered-list.ts';
import type { Guards } from '../limits/guards.ts';
import type { Turn } from '../limits/turns.ts';
import type { AnswerHead, ForwardOutcome } from './forward.ts';

export type AttemptRecordParts = {
  guards: Guards;
  metrics: GatewayMetrics;
  turn: Turn;
  asked: Asked;
  /** Held by the instance until the head of its answer comes. */
  request: Unanswered;
  /** A part of it is still with the client: that the instance says nothing yet is no silence. */
  isStreamed: boolean;
};

/** Follows one attempt at one instance and tells the guards what came of it: each thing once, as soon as it is known. */
export class AttemptRecord {
  readonly #guards: Guards;
  readonly #metrics: GatewayMetrics;
  readonly #turn: Turn;
  readonly #asked: Asked;
  readonly #request: Unanswered;
  readonly #startedAtMs: number;
  #kind: AnswerKind | undefined;
  #isSuccessTold = false;

  constructor({ guards, metrics, turn, asked, request, isStreamed }: AttemptRecordParts) {
    this.#guards = guards;
    this.#metrics = metrics;
    this.#turn = turn;
    this.#asked = asked;
    this.#request = request;
    this.#startedAtMs = guards.nowMs();
    if (!isStreamed) guards.silenceWatch.noteSent(turn.upstream, request, this.#startedAtMs);
  }

  /** The head came; says what it means for the instance. */
  noteHead({ status, rawHeaders }: AnswerHead): AnswerKind {
    const { balancer, outliers, silenceWatch, turns, nowMs } = this.#guards;
    const { upstream } = this.#turn;
    const kind = readAnswerKind(status, rawHeaders);
    this.#kind = kind;
    const headAtMs = nowMs();
    const isUsual = silenceWatch.noteHeard(upstream, this.#request, { sentAtMs: this.#startedAtMs, nowMs: headAtMs });
    balancer.noteAnswer(upstream, headAtMs - this.#startedAtMs, kind !== 'good' || !isUsual);
    if (kind === 'full') turns.noteFull(this.#turn);
    if (kind === 'failure') outliers.noteFailure(upstream, this.#asked);
    if (kind === 'full' || kind === 'failure') this.#metrics.countBadAnswer(upstream.room, kind);
    return kind;
  }

  /** The answer goes on as a stream: that it began well is all that will be known for hours. */
  noteStream(): void {
    this.#turn.leave();
    this.#tellSuccess();
  }

  /** It is over, one way or another. */
  noteEnd(outcome: ForwardOutcome): void {
    const { outliers, silenceWatch } = this.#guards;
    const { upstream } = this.#turn;
    this.#turn.leave();
    if (this.#kind === undefined) silenceWatch.noteGone(upstream, this.#request);
    if (outcome.kind === 'passed' || outcome.kind === 'dropped') this.#tellSuccess();
    else if (outcome.kind !== 'clientGone' && isInstanceFault(outcome.error)) {
      // A failure that was told by its head is not counted a second time, nor a stream that ends somehow.
      if (this.#kind !== undefined && (this.#kind !== 'good' || this.#isSuccessTold)) return;
      if (outcome.kind === 'failed' && outcome.wasNotSent) outliers.noteUnreachable(upstream);
      else outliers.noteFailure(upstream, this.#asked);
    }
  }

  #tellSuccess(): void {
    if (this.#isSuccessTold || this.#kind !== 'good') return;
    this.#isSuccessTold = true;
    this.#guards.outliers.noteSuccess(this.#turn.upstream, this.#asked);
  }
}
