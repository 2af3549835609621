import type { Failure } from '../health/ejection.ts';
import type { Silence } from '../health/silence.ts';
import { UnansweredList } from '../health/unanswered-list.ts';

/** What this gateway itself sees of an instance; lives as long as the instance is known, fields change in place. */
export type OwnView = {
  /** Requests sent there and not answered yet; streams are not counted. */
  inFlight: number;
  /** Estimate of the time to the head of an answer; NaN before the first. */
  latencyMs: number;
  /** When the estimate was last fed, monotonic. */
  latencyAtMs: number;
  /** When it began to be ready, as far as this gateway knows, monotonic: its slow start counts from here. */
  readySinceMs: number;
  /** Nothing good was heard from it yet, or not since it was ejected: one request at a time until an answer came. */
  isOnProbation: boolean;
  /** Failures in a row kept it out of the choice until then, monotonic. */
  ejectedUntilMs: number;
  timesEjected: number;
  /** In a row, the latest last; a good answer empties it. */
  failures: Failure[];
  /** It said that it is full and is left alone until then, monotonic. */
  fullUntilMs: number;
  /** Active health checks say that it is down; stays false where there are none. */
  failsProbes: boolean;
  /** Requests of this gateway that it has and has not begun to answer. */
  readonly unanswered: UnansweredList;
  /** Since when these wait for a word of it, monotonic. */
  quietSinceMs: number;
  silence: Silence;
  /** When it spoke again after its last silence, monotonic. */
  silentUntilMs: number;
  /** Its longest answer lately, and when that was begun, monotonic. */
  slowestMs: number;
  slowestAtMs: number;
};

/** An instance that was never heard of; `readySinceMs` in the past for one that has run for long. */
export function createOwnView(readySinceMs: number): OwnView {
  return {
    inFlight: 0,
    latencyMs: Number.NaN,
    latencyAtMs: readySinceMs,
    readySinceMs,
    isOnProbation: true,
    ejectedUntilMs: Number.NEGATIVE_INFINITY,
    timesEjected: 0,
    failures: [],
    fullUntilMs: Number.NEGATIVE_INFINITY,
    failsProbes: false,
    unanswered: new UnansweredList(),
    quietSinceMs: readySinceMs,
    silence: 'heard',
    silentUntilMs: Number.NEGATIVE_INFINITY,
    slowestMs: 0,
    slowestAtMs: readySinceMs,
  };
}
