import { type BalancingRule, createBalancer, defaultBalancingRule } from '@fairline/router/balancing/balancer.ts';
import { averageOthers, meanOthers, type OthersInFlight } from '@fairline/router/balancing/others-in-flight.ts';
import { createOwnView, type OwnView } from '@fairline/router/balancing/own-view.ts';
import type { PolicyName } from '@fairline/router/balancing/policies.ts';
import { emptyUpstreamSet, type Upstream, type UpstreamSet } from '@fairline/router/balancing/upstream-set.ts';
import { createEventHeap } from './event-heap.ts';
import { countDuration, createHistogram, type Histogram } from './histogram.ts';
import { createInstance, type SimulatedInstance } from './instance.ts';
import { capacityOf, type Oddity } from './scenarios.ts';
import { createSeededRandom, drawExponential, drawLogNormal } from './seeded-random.ts';

export type Run = {
  oddity: Oddity;
  /** Share of what the instances can do in the long run. */
  load: number;
  instances: number;
  gateways: number;
  policy: PolicyName;
  seed: number;
  rule?: Partial<BalancingRule>;
  measuredMs?: number;
};

export type RunResult = {
  /** Of answers without error. */
  latency: Histogram;
  requests: number;
  errors: number;
  /** Work of the busiest instance by that of the average one. */
  imbalance: number;
};

const slots = 8;
const meanWorkMs = 60;
const workSigma = 0.8;
const warmUpMs = 8000;
const defaultMeasuredMs = 8000;
const reportIntervalMs = 1000;
const lookIntervalMs = 500;
const longAgoMs = -3_600_000;
const usualUpstream = { room: 'booking', capacity: slots, isSuspect: false } as const;

/**
 * One run: visitors come by chance to gateways that send them on with the very balancer of the gateway. Arrivals and
 * work depend on the seed alone, so that all policies face the same day.
 */
export function simulate(run: Run): RunResult {
  const { oddity, instances: count, gateways: gatewayCount, load } = run;
  const events = createEventHeap();
  const visitors = createSeededRandom(run.seed * 2 + 1);
  const choices = createSeededRandom(run.seed * 2 + 2 + 7919);
  const measuredMs = run.measuredMs ?? defaultMeasuredMs;
  const endMs = warmUpMs + measuredMs;
  let now = 0;
  const nowMs = () => now;

  const odd = count - 1;
  const isCold = oddity.kind === 'cold';
  const instances: SimulatedInstance[] = Array.from({ length: count }, (_, index) =>
    createInstance({ events, nowMs, slots, slowdown: index === odd ? slowdownOf(oddity) : () => 1 }),
  );

  const gateways = Array.from({ length: gatewayCount }, () => {
    const own = Array.from({ length: count }, (_, index) => createProvenView(isCold && index === odd));
    const state = { set: emptyUpstreamSet as UpstreamSet, own, others: new Map<number, OthersInFlight>() };
    const rule = { ...defaultBalancingRule, ...run.rule, policy: run.policy };
    return { ...state, balancer: createBalancer({ upstreams: () => state.set, rule, nowMs, random: choices }), state };
  });

  // What each instance last said: in all, and for each gateway.
  const reported = Array.from({ length: count }, () => ({
    reportSeq: 0,
    inFlight: 0,
    byGateway: new Array<number>(gatewayCount).fill(0),
  }));
  const report = (index: number) => {
    const said = reported[index];
    if (!said) return;
    said.reportSeq += 1;
    said.byGateway = gateways.map(({ own }) => own[index]?.inFlight ?? 0);
    said.inFlight = said.byGateway.reduce((sum, inFlight) => sum + inFlight, 0);
    events.add(now + reportIntervalMs, () => report(index));
  };
  const look = (gateway: number) => {
    const { state, own } = gateways[gateway] ?? {};
    if (!state || !own) return;
    const booking: Upstream[] = [];
    for (const [index, view] of own.entries()) {
      const said = reported[index];
      if (!said || isAbsent(index)) continue;
      const forOthers = said.inFlight - (said.byGateway[gateway] ?? 0);
      const startMean = meanOthers(state.others.values());
      const noted = averageOthers(state.others.get(index), said.reportSeq, forOthers, startMean);
      state.others.set(index, noted);
      const id = `b${index}`;
      booking.push({ ...usualUpstream, id, url: id, othersInFlight: noted.mean, own: view });
    }
    state.set = { ...emptyUpstreamSet, booking };
    events.add(now + lookIntervalMs, () => look(gateway));
  };
  const isAbsent = (index: number) => isCold && index === odd && now < warmUpMs;
  for (let index = 0; index < count; index += 1) events.add((index * reportIntervalMs) / count, () => report(index));
  for (let index = 0; index < gatewayCount; index += 1) look(index);

  if (oddity.kind === 'pausing') {
    const pause = () => {
      instances[odd]?.pause(oddity.pauseMs);
      events.add(now + oddity.everyMs, pause);
    };
    events.add(oddity.everyMs / 2, pause);
  }

  const latency = createHistogram();
  let requests = 0;
  let errors = 0;
  const ratePerMs = (load * capacityOf(oddity, count) * slots) / meanWorkMs;

  let inHand = 0;
  const arrive = () => {
    if (now >= endMs) return;
    events.add(now + drawExponential(ratePerMs, visitors), arrive);
    const gateway = gateways[Math.floor(visitors() * gatewayCount)];
    const workMs = drawLogNormal(meanWorkMs, workSigma, visitors);
    const luck = visitors();
    if (!gateway) return;
    const [chosen] = gateway.balancer.rank('booking');
    if (!chosen) return;
    const { upstream } = chosen;
    const index = Number(upstream.id.slice(1));
    const isFailure = oddity.kind === 'failing' && index === odd && luck < oddity.failureRatio;
    const sentAtMs = now;
    const isMeasured = now >= warmUpMs;
    upstream.own.inFlight += 1;
    inHand += 1;
    instances[index]?.take({
      workMs: isFailure && oddity.kind === 'failing' ? workMs * oddity.timeRatio : workMs,
      pausedMs: 0,
      onEnd: () => {
        upstream.own.inFlight -= 1;
        inHand -= 1;
        gateway.balancer.noteAnswer(upstream, now - sentAtMs, isFailure);
        if (!isMeasured) return;
        requests += 1;
        if (isFailure) errors += 1;
        else countDuration(latency, now - sentAtMs);
      },
    });
  };
  events.add(0, arrive);

  // To the last answer: those that wait longest must not be left out.
  for (let event = events.take(); event && (event.atMs < endMs || inHand > 0); event = events.take()) {
    now = event.atMs;
    event.run();
  }
  return { latency, requests, errors, imbalance: imbalanceOf(instances) };
}

function createProvenView(isNew: boolean): OwnView {
  const view = createOwnView(isNew ? warmUpMs : longAgoMs);
  view.isOnProbation = isNew;
  return view;
}

function slowdownOf(oddity: Oddity): (nowMs: number) => number {
  if (oddity.kind === 'slow') return () => oddity.factor;
  if (oddity.kind !== 'cold') return () => 1;
  const { factor } = oddity;
  return (nowMs) => Math.max(1, factor - ((factor - 1) * (nowMs - warmUpMs)) / oddity.warmUpMs);
}

function imbalanceOf(instances: readonly SimulatedInstance[]): number {
  const busy = instances.map((instance) => instance.busyMs());
  const mean = busy.reduce((sum, ms) => sum + ms, 0) / busy.length;
  return mean === 0 ? 1 : Math.max(...busy) / mean;
}
