import type { Clock } from '@fairline/shared/clock.ts';
import type { OwnView } from '../balancing/own-view.ts';
import { type Upstream, type UpstreamSet, upstreamRooms } from '../balancing/upstream-set.ts';
import { canBeSilent, fadeSlowest, judgeSilence, type Silence, type SilenceRule } from './silence.ts';
import type { Unanswered } from './unanswered-list.ts';

export type SilenceWatchParts = {
  upstreams: () => UpstreamSet;
  rule: SilenceRule;
  clock: Pick<Clock, 'monotonicMs' | 'sleep'>;
  onSilent(upstream: Upstream, facts: { unanswered: number; quietForMs: number }): void;
};

const lookIntervalMs = 100;
/** More than this between two looks is time in which this gateway itself stood still: nobody is blamed for it. */
const maxCountedMs = 2 * lookIntervalMs;

/**
 * Notices instances that have requests and fall silent, long before their reports are missed or a request times out.
 * It looks only while somebody has requests. Whoever holds what a silent one has is asked to move on.
 */
export function createSilenceWatch({ upstreams, rule, clock, onSilent }: SilenceWatchParts) {
  /** Those that have requests, or had some at the last look. */
  const busy = new Map<OwnView, Upstream>();
  let isLooking = false;

  function look(): void {
    for (const own of busy.keys()) {
      if (own.unanswered.size > 0) continue;
      busy.delete(own);
      own.silence = 'heard';
    }
    const now = clock.monotonicMs();
    const silent = upstreamRooms.flatMap((room) => {
      const known = upstreams()[room];
      const ofRoom = [...busy.values()].filter((upstream) => upstream.room === room);
      return ofRoom.length === 0 ? [] : judgeRoom(ofRoom, known, now);
    });
    // After all were judged: a request must not move from one silent instance to another.
    for (const { unanswered } of silent) {
      for (const request of [...unanswered]) if (request.moveOn?.()) request.moveOn = undefined;
    }
  }

  /** Judges those of one room that have requests; answers those that are silent. */
  function judgeRoom(ofRoom: readonly Upstream[], known: readonly Upstream[], now: number): OwnView[] {
    const slowestMs = known.reduce(
      (most, { own }) => Math.max(most, fadeSlowest(own.slowestMs, now - own.slowestAtMs)),
      0,
    );
    const everybody = new Set(known.map(({ own }) => own));
    const suspects = new Set(known.filter(({ isSuspect }) => isSuspect).map(({ own }) => own));
    const verdicts = new Map<Upstream, Silence>();
    for (const upstream of ofRoom) {
      const { own } = upstream;
      everybody.add(own);
      const silence = judgeSilence(
        {
          unanswered: own.unanswered.size,
          quietForMs: now - own.quietSinceMs,
          slowestMs,
          isSuspect: suspects.has(own) || own.failsProbes,
        },
        rule,
      );
      // Only a word of its own ends a silence.
      const verdict = own.silence === 'silent' ? 'silent' : silence;
      if (verdict !== 'heard') verdicts.set(upstream, verdict);
    }
    const isOneOfFew = canBeSilent(verdicts.size, everybody.size);
    for (const upstream of ofRoom) {
      const { own } = upstream;
      const before = own.silence;
      own.silence = (isOneOfFew && verdicts.get(upstream)) || 'heard';
      if (own.silence !== 'silent' || before === 'silent') continue;
      // When it speaks again it gets one request at a time until that was answered.
      own.isOnProbation = true;
      onSilent(upstream, { unanswered: own.unanswered.size, quietForMs: now - own.quietSinceMs });
    }
    return ofRoom.map(({ own }) => own).filter(({ silence }) => silence === 'silent');
  }

  async function lookOn(): Promise<void> {
    isLooking = true;
    while (busy.size > 0) {
      const before = clock.monotonicMs();
      await clock.sleep(lookIntervalMs);
      const missedMs = clock.monotonicMs() - before - maxCountedMs;
      if (missedMs > 0) for (const own of busy.keys()) own.quietSinceMs += missedMs;
      look();
    }
    isLooking = false;
  }

  return {
    noteSent(upstream: Upstream, request: Unanswered, nowMs: number): void {
      const { own } = upstream;
      if (own.unanswered.size === 0) {
        own.quietSinceMs = nowMs;
        busy.set(own, upstream);
        if (!isLooking && rule.afterMs > 0) void lookOn();
      }
      own.unanswered.add(request);
    },

    /**
     * It began to answer, whatever it says. False when the time that took says nothing of its pace: it was sent before a
     * silence that is over.
     */
    noteHeard(
      { own }: Upstream,
      request: Unanswered,
      { sentAtMs, nowMs }: { sentAtMs: number; nowMs: number },
    ): boolean {
      own.unanswered.delete(request);
      own.quietSinceMs = nowMs;
      if (own.silence === 'silent') own.silentUntilMs = nowMs;
      own.silence = 'heard';
      if (sentAtMs < own.silentUntilMs) return false;
      const answeredAfterMs = nowMs - sentAtMs;
      if (answeredAfterMs > fadeSlowest(own.slowestMs, nowMs - own.slowestAtMs)) {
        own.slowestMs = answeredAfterMs;
        own.slowestAtMs = nowMs;
      }
      return true;
    },

    /** There will be no answer: the client or the connection is gone. That says nothing of whether the instance lives. */
    noteGone({ own }: Upstream, request: Unanswered): void {
      own.unanswered.delete(request);
    },
  };
}

export type SilenceWatch = ReturnType<typeof createSilenceWatch>;
