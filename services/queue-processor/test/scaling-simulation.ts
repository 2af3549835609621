import {
  decideReplicas,
  type ReplicasDecision,
  type ScalingBounds,
  type ScalingRule,
} from '../scaling/decide-replicas.ts';
import { readDemand } from '../scaling/demand.ts';
import { parseMemory, type ScalingMemory, writeMemory } from '../scaling/memory.ts';
import type { RoomLoad } from '../scaling/room-load.ts';

export const tickMs = 2_000;
/** From the wish for an instance to its first request. */
const startMs = 6_000;
const capacityEach = 100;
const waitingEach = 32;

export type SimulatedTick = ReplicasDecision & { atMs: number; running: number; offered: number; unserved: number };

export const rule: ScalingRule = { targetRatio: 0.6, inAfterMs: 120_000, slowMs: 1_000 };

/**
 * A room in made-up time: `offered(atMs)` requests are in hand at once, of which the running instances take what they can,
 * some wait in the gateways and the rest is refused. `noise`, 0..1: how far one look may differ from the mean.
 */
export function simulate({
  offered,
  durationMs,
  bounds = { min: 2, max: 20 },
  noise = 0,
  seed = 1,
}: {
  offered: (atMs: number) => number;
  durationMs: number;
  bounds?: ScalingBounds;
  noise?: number;
  seed?: number;
}): SimulatedTick[] {
  const random = createRandom(seed);
  const startsAtMs: number[] = [];
  const ticks: SimulatedTick[] = [];
  let running = bounds.min;
  let memory: ScalingMemory | undefined;
  for (let nowMs = 0; nowMs <= durationMs; nowMs += tickMs) {
    while (startsAtMs[0] !== undefined && startsAtMs[0] <= nowMs) {
      startsAtMs.shift();
      running += 1;
    }
    const wished = Math.max(0, offered(nowMs) * (1 + noise * (2 * random() - 1)));
    const inFlight = Math.min(wished, running * capacityEach);
    const waiting = Math.min(wished - inFlight, running * waitingEach);
    const load: RoomLoad = {
      ...{ running, starting: startsAtMs.length, inFlight, waiting, capacity: running * capacityEach },
      ...{ busyLoops: 0, streams: 0, streamsMost: 0, latencyP95Ms: 20, errorRatio: 0 },
    };
    const input = { nowMs: 1e12 + nowMs, load, demand: readDemand(load), bounds, wish: null, memory, rule };
    const decision = decideReplicas(input);
    // As it goes through Redis from one leader to the next.
    memory = parseMemory(writeMemory(decision.memory));
    ticks.push({ ...decision, atMs: nowMs, running, offered: wished, unserved: wished - inFlight - waiting });
    for (let missing = decision.desired - running - startsAtMs.length; missing > 0; missing -= 1) {
      startsAtMs.push(nowMs + startMs);
    }
    while (startsAtMs.length > 0 && running + startsAtMs.length > decision.desired) startsAtMs.pop();
    running = Math.min(running, decision.desired);
  }
  return ticks;
}

export function countChanges(ticks: readonly SimulatedTick[]): number {
  return ticks.filter(({ desired, before }) => desired !== before).length;
}

/** How often growing turned into shrinking or the other way round: what people call flapping when it is often. */
export function countTurns(ticks: readonly SimulatedTick[]): number {
  const signs = ticks.map(({ desired, before }) => Math.sign(desired - before)).filter((sign) => sign !== 0);
  return signs.filter((sign, index) => index > 0 && sign !== signs[index - 1]).length;
}

/** Linear congruential: the same run for the same seed. */
function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
