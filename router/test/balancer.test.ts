import t from 'tap';
import { filterAvailable } from '../balancing/availability.ts';
import { createBalancer, defaultBalancingRule, loadOf } from '../balancing/balancer.ts';
import { estimateLatency } from '../balancing/latency-estimate.ts';
import { createLoadWindow } from '../balancing/load-window.ts';
import { createOwnView, type OwnView } from '../balancing/own-view.ts';
import { decideWeight } from '../balancing/slow-start.ts';
import { emptyUpstreamSet, type Upstream } from '../balancing/upstream-set.ts';

function upstream(id: string, own: Partial<OwnView> = {}, rest: Partial<Upstream> = {}): Upstream {
  const view = { ...createOwnView(-3_600_000), isOnProbation: false, ...own };
  return { id, room: 'booking', url: id, capacity: 10, othersInFlight: 0, isSuspect: false, own: view, ...rest };
}

function balance(booking: Upstream[], random: () => number = Math.random) {
  const state = { nowMs: 0, set: { ...emptyUpstreamSet, booking } };
  const balancer = createBalancer({
    upstreams: () => state.set,
    rule: defaultBalancingRule,
    nowMs: () => state.nowMs,
    random,
  });
  const rank = (isWanted?: (upstream: Upstream) => boolean) =>
    [...balancer.rank('booking', isWanted)].map((candidate) => candidate.upstream.id).sort();
  return { state, balancer, rank };
}

t.test('slow start: from a tenth to full weight, evenly', async (t) => {
  const rule = { slowStartMs: 30_000, slowStartFromRatio: 0.1 };
  t.equal(decideWeight(0, rule), 0.1);
  t.equal(decideWeight(-5000, rule), 0.1, 'not before its time');
  t.equal(decideWeight(15_000, rule), 0.55);
  t.equal(decideWeight(30_000, rule), 1);
  t.equal(decideWeight(0, { ...rule, slowStartMs: 0 }), 1, 'switched off');
});

t.test('hot load: the quantile of the loads seen lately, if well above their median', async (t) => {
  const window = createLoadWindow({ hotLoadQuantile: 0.8, hotLoadMedianFactor: 1.25 });
  t.equal(window.hotLoad(), Number.POSITIVE_INFINITY, 'nobody is hot at first');
  for (let load = 0; load < 100; load += 1) window.note(load / 100);
  t.ok(Math.abs(window.hotLoad() - 0.77) < 0.03, String(window.hotLoad()));
  for (let turn = 0; turn < 200; turn += 1) window.note(0.4);
  t.ok(Math.abs(window.hotLoad() - 0.5) < 1e-9, 'old loads are forgotten; all alike, none is hot');
  for (let turn = 0; turn < 200; turn += 1) window.note(Number.NaN);
  t.ok(Math.abs(window.hotLoad() - 0.5) < 1e-9, 'what is no number is not counted');
});

t.test('latency: a mean that fades with time', async (t) => {
  t.equal(estimateLatency(Number.NaN, 50, 0), 50, 'the first says all that is known');
  t.equal(estimateLatency(50, 500, 0), 50, 'a burst of one moment counts for nothing yet');
  const later = estimateLatency(50, 500, 1000);
  t.ok(later > 200 && later < 250, String(later));
  t.ok(estimateLatency(50, 500, 60_000) > 499);
  t.equal(estimateLatency(50, Number.NaN, 1000), 50);
  t.equal(estimateLatency(50, -1, 1000), 50);
});

t.test('available: the healthy ones, as long as half of them are', async (t) => {
  const ejected = { ejectedUntilMs: 30_000 };
  const { rank, state } = balance([upstream('a'), upstream('b'), upstream('sick', ejected)]);
  t.same(rank(), ['a', 'b']);
  state.nowMs = 30_000;
  t.same(rank(), ['a', 'b', 'sick'], 'its time is over');
  t.same(balance([upstream('a'), upstream('silent', {}, { isSuspect: true })]).rank(), ['a']);
  t.same(balance([upstream('a'), upstream('down', { failsProbes: true })]).rank(), ['a'], 'half is enough');
  t.same(
    balance([upstream('a'), upstream('x', ejected), upstream('y', { failsProbes: true })]).rank(),
    ['a', 'x', 'y'],
    'panic: below half health is ignored',
  );
  t.same(balance([upstream('x', ejected)]).rank(), ['x'], 'the only one');
  t.same(balance([]).rank(), []);
});

t.test('available: never what the request must not get, also in panic', async (t) => {
  const isWanted = ({ id }: Upstream) => id !== 'tried';
  t.same(balance([upstream('a'), upstream('tried')]).rank(isWanted), ['a']);
  t.same(balance([upstream('tried')]).rank(isWanted), []);
  const sick = { failsProbes: true };
  t.same(balance([upstream('a', sick), upstream('b', sick), upstream('tried', sick)]).rank(isWanted), ['a', 'b']);
  t.same(balance([upstream('tried'), upstream('sick', sick)]).rank(isWanted), [], 'sick ones are no way out of it');
});

t.test('available: makes no copy when everybody is', async (t) => {
  const candidates = [{ upstream: upstream('a'), load: 0, latencyMs: 1, weight: 1 }];
  t.equal(filterAvailable(candidates, 0, 0.5), candidates);
});

t.test('probation: one request at a time until the first good answer', async (t) => {
  const young = upstream('young', { isOnProbation: true });
  const { rank, balancer } = balance([upstream('a'), young]);
  t.same(rank(), ['a', 'young']);
  young.own.inFlight = 1;
  t.same(rank(), ['a'], 'it has its one');
  balancer.noteAnswer(young, 12, true);
  t.same(rank(), ['a'], 'a failure proves nothing');
  t.ok(Number.isNaN(young.own.latencyMs), 'nor does it tell how fast it is');
  balancer.noteAnswer(young, 12, false);
  t.same(rank(), ['a', 'young']);
  t.equal(young.own.latencyMs, 12);
  t.same(balance([upstream('x', { isOnProbation: true, inFlight: 1 })]).rank(), ['x'], 'late beats never');
});

t.test('weights grow while the set stays as it is', async (t) => {
  const young = upstream('young', { readySinceMs: 0 });
  const { state, balancer } = balance([upstream('a'), young]);
  const weightOf = () => [...balancer.rank('booking')].find((found) => found.upstream === young)?.weight;
  t.equal(weightOf(), 0.1);
  state.nowMs = 15_000;
  t.equal(weightOf(), 0.55);
});

t.test('load: read when asked, not when the set was built', async (t) => {
  const one = upstream('a', {}, { othersInFlight: 2 });
  const { balancer } = balance([one]);
  const [candidate] = balancer.rank('booking');
  one.own.inFlight = 3;
  t.equal(candidate?.load, 0.5);
  t.equal(loadOf(one), 0.5);
});

t.test('several gateways: one that was just found idle does not get everybody', async (t) => {
  let state = 7;
  const random = () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  const counts = new Map<string, number>();
  for (let gateway = 0; gateway < 300; gateway += 1) {
    const busy = [1, 2, 3, 4].map((index) => upstream(`busy-${index}`, {}, { othersInFlight: 5 }));
    const { balancer } = balance([upstream('idle'), ...busy], random);
    const [first] = balancer.rank('booking');
    if (first) counts.set(first.upstream.id, (counts.get(first.upstream.id) ?? 0) + 1);
  }
  const share = (counts.get('idle') ?? 0) / 300;
  t.ok(share > 0.3 && share < 0.5, `two of five look at it: ${share}`);
});
