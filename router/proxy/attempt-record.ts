import type { Upstream, UpstreamRoom } from '../balancing/upstream-set.ts';
import type { GatewayMetrics } from '../gateway-metrics.ts';
import { type AnswerKind, readAnswerKind } from '../health/answer-kind.ts';
import type { Asked } from '../health/outliers.ts';
import { isInstanceFault } from '../health/own-fault.ts';
import type { Unanswered } from '../health/silence.ts';
import type { Guards } from '../limits/guards.ts';
import type { Turn } from '../limits/turns.ts';
import type { AnswerHead, ForwardOutcome } from './forward.ts';

/** Follows one attempt at one instance and tells the guards what came of it: each thing once, as soon as it is known. */
export function openAttemptRecord(
  { balancer, outliers, silenceWatch, turns, nowMs }: Guards,
  metrics: GatewayMetrics,
  turn: Turn,
  asked: Asked,
) {
  const { upstream, leave } = turn;
  const { room }: { room: UpstreamRoom } = upstream;
  const startedAtMs = nowMs();
  let kind: AnswerKind | undefined;
  let isSuccessTold = false;
  const request: Unanswered = { moveOn: undefined };
  silenceWatch.noteSent(upstream, request, startedAtMs);

  function tellSuccess(of: Upstream): void {
    if (isSuccessTold || kind !== 'good') return;
    isSuccessTold = true;
    outliers.noteSuccess(of, asked);
  }

  return {
    /** Has `moveOn` called while the instance is silent, as long as nothing of its answer came, until it returns true. */
    whenSilent(moveOn: () => boolean): void {
      request.moveOn = moveOn;
    },

    /** The head came; says what it means for the instance. */
    noteHead({ status, rawHeaders }: AnswerHead): AnswerKind {
      kind = readAnswerKind(status, rawHeaders);
      const headAtMs = nowMs();
      const isUsual = silenceWatch.noteHeard(upstream, request, { sentAtMs: startedAtMs, nowMs: headAtMs });
      balancer.noteAnswer(upstream, headAtMs - startedAtMs, kind !== 'good' || !isUsual);
      if (kind === 'full') turns.noteFull(turn);
      if (kind === 'failure') outliers.noteFailure(upstream, asked);
      if (kind === 'full' || kind === 'failure') metrics.countBadAnswer(room, kind);
      return kind;
    },

    /** The answer goes on as a stream: that it began well is all that will be known for hours. */
    noteStream(): void {
      leave();
      tellSuccess(upstream);
    },

    /** It is over, one way or another. */
    noteEnd(outcome: ForwardOutcome): void {
      leave();
      if (kind === undefined) silenceWatch.noteGone(upstream, request);
      if (outcome.kind === 'passed' || outcome.kind === 'dropped') tellSuccess(upstream);
      else if (outcome.kind !== 'clientGone' && isInstanceFault(outcome.error)) {
        // A failure that was told by its head is not counted a second time, nor a stream that ends somehow.
        if (kind !== undefined && (kind !== 'good' || isSuccessTold)) return;
        if (outcome.kind === 'failed' && outcome.wasNotSent) outliers.noteUnreachable(upstream);
        else outliers.noteFailure(upstream, asked);
      }
    },
  };
}

export type AttemptRecord = ReturnType<typeof openAttemptRecord>;
