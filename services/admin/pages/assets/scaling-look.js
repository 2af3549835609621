import { fill } from './format.js';

/** Older than that, nobody is behind it any more. */
const staleAfterMs = 10_000;

/** Whether anything starts and stops instances by these numbers. */
export function isActedOn(actor, nowMs) {
  return actor !== null && nowMs - actor.atMs <= staleAfterMs;
}

/** What is wanted of a room's instances, and why, in words. */
export function describeScaling(line, nowMs, words, format) {
  const { number, ratio } = format;
  return {
    desired: number(line.desired),
    running: [
      fill(words.running, { n: number(line.running) }),
      line.starting > 0 && fill(words.starting, { n: number(line.starting) }),
      line.utilization !== null && fill(words.busy, { p: ratio(line.utilization) }),
    ]
      .filter(Boolean)
      .join(' · '),
    why: words.causes[line.cause] ?? line.reason,
    reason: line.reason,
    bounds: fill(words.bounds, { min: number(line.min), max: number(line.max) }),
    isStale: nowMs - line.atMs > staleAfterMs,
  };
}
