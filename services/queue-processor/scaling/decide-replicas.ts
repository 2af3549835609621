import type { ScalingCause } from '@fairline/shared/contracts/scaling.ts';
import type { Demand } from './demand.ts';
import { noteHigh, type ScalingMemory } from './memory.ts';
import type { RoomLoad } from './room-load.ts';

export type ScalingBounds = { min: number; max: number };

export type ScalingRule = {
  /** How full instances shall be, 0..1. */
  targetRatio: number;
  /** Fewer instances must have been enough for this long before one is taken away. */
  inAfterMs: number;
  /** Answers slower than this (p95) at busy instances ask for one more. */
  slowMs: number;
};

export type ReplicasInput = {
  nowMs: number;
  load: RoomLoad;
  /** Undefined when no instance runs. */
  demand: Demand | undefined;
  bounds: ScalingBounds;
  /** An operator's number; null = the load decides. */
  wish: number | null;
  /** Of the evaluation before; undefined at the first one. */
  memory: ScalingMemory | undefined;
  rule: ScalingRule;
};

export type ReplicasDecision = {
  desired: number;
  before: number;
  cause: ScalingCause;
  /** What the load asks for, whatever bounds and cool-down make of it. */
  wanted: number;
  memory: ScalingMemory;
};

/** Part of the target by which the load may differ from it before anything is changed. */
export const tolerance = 0.1;
/** One look at requests in hand is a random moment: it counts with those of the last seconds, the more the higher it is. */
const smoothUpMs = 1_500;
const smoothDownMs = 6_000;
/** At most doubled, or four more, at once. */
const outFactor = 2;
const outSteps = 4;
const outEveryMs = 4_000;
/** One, or a tenth of many, at a time. */
const inShare = 0.1;
const inEveryMs = 10_000;
/** New instances need this long to take their full share: only then is it known whether answers are still slow. */
const slowEveryMs = 30_000;
/** What was wanted longer ago says nothing about now: the site may have been stopped meanwhile. */
const forgetAfterMs = 60_000;
/** Beyond this share of failed answers nothing is taken away. */
const sickErrorRatio = 0.05;

/**
 * How many instances a room needs, from its load. Pure: the time comes in, and what is to be remembered goes out.
 *
 * The rule is that of Kubernetes' horizontal autoscaler (kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale):
 * `ceil(load / target)` for the metric that needs the most, nothing within 10 % of the target, at most doubled or four
 * more at once, and fewer only when fewer were enough during all of a window. Two things differ: the load is added up
 * over the instances instead of averaged, so that those that are still starting are not ordered a second time; and they
 * leave one by one, since each takes visitors with it that the others have to serve.
 */
export function decideReplicas(input: ReplicasInput): ReplicasDecision {
  const { nowMs, load, demand, bounds, wish, rule } = input;
  const clamp = (count: number) => Math.min(bounds.max, Math.max(bounds.min, Math.min(1, bounds.max), count));
  const isKnown = input.memory && nowMs - input.memory.loadAtMs <= Math.max(forgetAfterMs, rule.inAfterMs);
  const memory = (isKnown && input.memory) || beginMemory(clamp(load.running + load.starting), nowMs);
  const before = clamp(memory.desired);
  const smoothed = demand ? smooth(memory, demand.instances, load.running, nowMs) : (memory.load ?? 0);

  const finish = (desired: number, cause: ScalingCause, wanted: number, over: Partial<ScalingMemory> = {}) => ({
    ...{ desired, before, cause, wanted },
    memory: {
      ...memory,
      ...{ desired, load: demand ? smoothed : memory.load, loadAtMs: nowMs },
      highs: noteHigh(memory.highs, nowMs, clamp(wanted), rule.inAfterMs),
      ...(desired > before ? { outAtMs: nowMs } : {}),
      ...(desired < before ? { inAtMs: nowMs } : {}),
      ...over,
    },
  });

  if (wish !== null) return finish(clamp(wish), 'wish', clamp(wish));
  if (!demand) return finish(before, 'noReports', before);

  const exact = countFor(smoothed, rule.targetRatio);
  const atLeast = countFor(smoothed, rule.targetRatio * (1 + tolerance));
  const atMost = countFor(smoothed, rule.targetRatio * (1 - tolerance));
  const isBusy = smoothed >= (load.running * rule.targetRatio) / 2;
  const isSlow = isBusy && load.latencyP95Ms > rule.slowMs;

  if (atLeast > before) {
    const cause = nameOutCause(demand, load, smoothed, before, rule);
    if (before >= bounds.max) return finish(before, 'atMax', exact);
    if (nowMs - memory.outAtMs < outEveryMs) return finish(before, cause, exact);
    return finish(clamp(Math.min(exact, Math.max(before * outFactor, before + outSteps))), cause, exact);
  }
  if (isSlow) {
    if (before >= bounds.max) return finish(before, 'atMax', before + 1);
    const isDue = nowMs - Math.max(memory.slowAtMs, memory.outAtMs) >= slowEveryMs && load.running >= before;
    if (isDue) return finish(clamp(before + 1), 'latency', before + 1, { slowAtMs: nowMs });
    return finish(before, 'hold', before);
  }
  if (atMost >= before) return finish(before, 'steady', before);
  if (before <= clamp(0)) return finish(before, 'atMin', atMost);
  if (load.errorRatio > sickErrorRatio) return finish(before, 'hold', before);

  const highest = Math.max(...noteHigh(memory.highs, nowMs, clamp(atMost), rule.inAfterMs).map(([, wanted]) => wanted));
  if (highest >= before || nowMs - memory.inAtMs < inEveryMs) return finish(before, 'coolDown', atMost);
  const step = Math.max(1, Math.floor(before * inShare));
  return finish(Math.max(highest, before - step), 'idle', atMost);
}

/** Instances that carry the load at this ratio. 2.4 / 0.6 is a little more than 4, which is not meant. */
function countFor(load: number, ratio: number): number {
  return Math.ceil(load / ratio - 1e-9);
}

/** At the first evaluation what runs is what was wanted so far. */
function beginMemory(desired: number, nowMs: number): ScalingMemory {
  return { desired, load: null, loadAtMs: nowMs, highs: [[nowMs, desired]], outAtMs: 0, inAtMs: 0, slowAtMs: 0 };
}

/** Exponentially, by the time that has passed. What is more than the instances can take counts at once. */
function smooth({ load, loadAtMs }: ScalingMemory, now: number, running: number, nowMs: number): number {
  if (load === null || now > Math.max(load, running)) return now;
  const weight = 1 - Math.exp(-Math.max(0, nowMs - loadAtMs) / (now > load ? smoothUpMs : smoothDownMs));
  return load + (now - load) * weight;
}

function nameOutCause(
  { admissionsFactor }: Demand,
  { waiting }: RoomLoad,
  smoothed: number,
  before: number,
  { targetRatio }: ScalingRule,
): ScalingCause {
  if (admissionsFactor > 1 && countFor(smoothed / admissionsFactor, targetRatio) <= before) return 'admissions';
  return waiting > 0 ? 'queue' : 'load';
}
