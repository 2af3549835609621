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
};

/** Follows one attempt at one instance and tells the guards what came of it: each thing once, as soon as it is known. */
export class AttemptRecord {
  readonly #parts: AttemptRecordParts;
  readonly #startedAtMs: number;
  #kind: AnswerKind | undefined;
  #isSuccessTold = false;

  constructor(parts: AttemptRecordParts) {
    const { guards, turn, request } = parts;
    this.#parts = parts;
    this.#startedAtMs = guards.nowMs();
    guards.silenceWatch.noteSent(turn.upstream, request, this.#startedAtMs);
  }

  /** The head came; says what it means for the instance. */
  noteHead({ status, rawHeaders }: AnswerHead): AnswerKind {
    const { guards, metrics, turn, asked, request } = this.#parts;
    const { balancer, outliers, silenceWatch, turns, nowMs } = guards;
    const { upstream } = turn;
    const kind = readAnswerKind(status, rawHeaders);
    this.#kind = kind;
    const headAtMs = nowMs();
    const isUsual = silenceWatch.noteHeard(upstream, request, { sentAtMs: this.#startedAtMs, nowMs: headAtMs });
    balancer.noteAnswer(upstream, headAtMs - this.#startedAtMs, kind !== 'good' || !isUsual);
    if (kind === 'full') turns.noteFull(turn);
    if (kind === 'failure') outliers.noteFailure(upstream, asked);
    if (kind === 'full' || kind === 'failure') metrics.countBadAnswer(upstream.room, kind);
    return kind;
  }

  /** The answer goes on as a stream: that it began well is all that will be known for hours. */
  noteStream(): void {
    this.#parts.turn.leave();
    this.#tellSuccess();
  }

  /** It is over, one way or another. */
  noteEnd(outcome: ForwardOutcome): void {
    const { guards, turn, asked, request } = this.#parts;
    const { outliers, silenceWatch } = guards;
    const { upstream } = turn;
    turn.leave();
    if (this.#kind === undefined) silenceWatch.noteGone(upstream, request);
    if (outcome.kind === 'passed' || outcome.kind === 'dropped') this.#tellSuccess();
    else if (outcome.kind !== 'clientGone' && isInstanceFault(outcome.error)) {
      // A failure that was told by its head is not counted a second time, nor a stream that ends somehow.
      if (this.#kind !== undefined && (this.#kind !== 'good' || this.#isSuccessTold)) return;
      if (outcome.kind === 'failed' && outcome.wasNotSent) outliers.noteUnreachable(upstream);
      else outliers.noteFailure(upstream, asked);
    }
  }

  #tellSuccess(): void {
    if (this.#isSuccessTold || this.#kind !== 'good') return;
    this.#isSuccessTold = true;
    const { guards, turn, asked } = this.#parts;
    guards.outliers.noteSuccess(turn.upstream, asked);
  }
}
