import { filterAvailable } from './availability.ts';
import { estimateLatency, isOutdated } from './latency-estimate.ts';
import { createLoadWindow, type HotRule } from './load-window.ts';
import { type PolicyName, policies } from './policies.ts';
import type { Candidate } from './policy.ts';
import { decideWeight, type SlowStartRule } from './slow-start.ts';
import type { Upstream, UpstreamRoom, UpstreamSet } from './upstream-set.ts';

/** Weights and the age of estimates are looked at this often, also when the set of upstreams stays as it is. */
const renewIntervalMs = 500;

export type BalancingRule = HotRule &
  SlowStartRule & {
    policy: PolicyName;
    /** Below this share of healthy instances health is ignored, 0..1; 0 = never. */
    panicBelowRatio: number;
  };

export const defaultBalancingRule: BalancingRule = Object.freeze({
  policy: 'hot-aware',
  hotLoadQuantile: 0.8,
  hotLoadMedianFactor: 1.25,
  slowStartMs: 30_000,
  slowStartFromRatio: 0.1,
  panicBelowRatio: 0.5,
});

export type BalancerParts = {
  upstreams: () => UpstreamSet;
  rule: BalancingRule;
  /** Monotonic. */
  nowMs: () => number;
  random: () => number;
};

/** Requests in hand per request it can take: 0 is idle, 1 is full. */
export function loadOf({ own, othersInFlight, capacity }: Upstream): number {
  return (own.inFlight + othersInFlight) / capacity;
}

/** Chooses instances for requests, room by room, and learns from their answers. */
export function createBalancer({ upstreams, rule, nowMs, random }: BalancerParts) {
  const rooms = {
    booking: createRoomView(rule),
    'waiting-room': createRoomView(rule),
    admin: createRoomView(rule),
  } satisfies Record<UpstreamRoom, RoomView>;

  return {
    /**
     * Instances of a room in the order to try, the best first; none when nobody can be asked. Take one before the next
     * request is placed. Who sends counts `own.inFlight` up and down itself.
     *
     * @param isWanted leaves out what this request must not get: those tried before, full ones, other pools
     */
    rank(room: UpstreamRoom, isWanted?: (upstream: Upstream) => boolean): Iterable<Candidate> {
      const view = rooms[room];
      const now = nowMs();
      const candidates = view.read(upstreams()[room], now);
      const available = filterAvailable(candidates, now, rule.panicBelowRatio, isWanted);
      return view.policy.rank(available, view.hints, random);
    },
    /** The head of an answer came after `latencyMs`. A failed one says nothing of how long good answers take. */
    noteAnswer({ own }: Upstream, latencyMs: number, isFailure: boolean): void {
      if (isFailure) return;
      const now = nowMs();
      own.latencyMs = estimateLatency(own.latencyMs, latencyMs, now - own.latencyAtMs);
      own.latencyAtMs = now;
      own.isOnProbation = false;
    },
  };
}

export type Balancer = ReturnType<typeof createBalancer>;

type RoomView = ReturnType<typeof createRoomView>;

function createRoomView(rule: BalancingRule) {
  const loads = createLoadWindow(rule);
  let source: readonly Upstream[] = [];
  let candidates: readonly Candidate[] = [];
  let builtAtMs = Number.NEGATIVE_INFINITY;
  let turn = 0;
  return {
    policy: policies[rule.policy](),
    hints: {
      get hotLoad() {
        return loads.hotLoad();
      },
    },
    /** The candidates of these upstreams, kept until the set or a weight changes. Each reading samples one load. */
    read(upstreams: readonly Upstream[], nowMs: number): readonly Candidate[] {
      if (upstreams !== source || nowMs - builtAtMs >= renewIntervalMs) {
        source = upstreams;
        builtAtMs = nowMs;
        for (const { own } of upstreams) if (isOutdated(nowMs - own.latencyAtMs)) own.latencyMs = Number.NaN;
        candidates = upstreams.map(
          (upstream) => new LiveCandidate(upstream, decideWeight(nowMs - upstream.own.readySinceMs, rule)),
        );
      }
      turn = (turn + 1) % Math.max(1, candidates.length);
      const sampled = candidates[turn];
      if (sampled) loads.note(sampled.load);
      return candidates;
    },
  };
}

/** Reads what changes between two requests when asked, so that placing one makes no copies. */
class LiveCandidate implements Candidate {
  readonly upstream: Upstream;
  readonly weight: number;

  constructor(upstream: Upstream, weight: number) {
    this.upstream = upstream;
    this.weight = weight;
  }

  get load(): number {
    return loadOf(this.upstream);
  }

  get latencyMs(): number {
    return this.upstream.own.latencyMs;
  }
}
