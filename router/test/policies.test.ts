import t from 'tap';
import { createOwnView } from '../balancing/own-view.ts';
import { policies, policyNames } from '../balancing/policies.ts';
import type { Candidate } from '../balancing/policy.ts';

const calm = { hotLoad: Number.POSITIVE_INFINITY };

function candidate(id: string, fields: Partial<Omit<Candidate, 'upstream'>> & { inFlight?: number } = {}): Candidate {
  const { inFlight = 0, ...rest } = fields;
  const own = { ...createOwnView(0), inFlight };
  const upstream = { id, room: 'booking', url: id, capacity: 10, othersInFlight: 0, isSuspect: false, own } as const;
  return { upstream, load: inFlight / 10, latencyMs: Number.NaN, weight: 1, ...rest };
}

/** Looks random, the same every time. */
function createDraws(): () => number {
  let state = 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

const ids = (ranked: Iterable<Candidate>) => [...ranked].map(({ upstream }) => upstream.id);

/** How often each came first. */
function countFirsts(name: keyof typeof policies, candidates: readonly Candidate[], rounds = 4000) {
  const policy = policies[name]();
  const random = createDraws();
  const counts = new Map<string, number>(candidates.map(({ upstream }) => [upstream.id, 0]));
  for (let round = 0; round < rounds; round += 1) {
    const [first] = policy.rank(candidates, calm, random);
    if (first) counts.set(first.upstream.id, (counts.get(first.upstream.id) ?? 0) + 1);
  }
  return counts;
}

// What every rule has to keep, whatever it prefers.
for (const name of policyNames) {
  t.test(`policy ${name}`, async (t) => {
    const create = policies[name];
    t.equal(create().name, name);
    t.same(ids(create().rank([], calm, Math.random)), [], 'nobody among none');
    t.same(
      ids(create().rank([candidate('a', { weight: 0 })], calm, Math.random)),
      ['a'],
      'the only one, whatever it is',
    );

    const mixed = [
      candidate('a', { inFlight: 9, latencyMs: 5 }),
      candidate('b', { latencyMs: Number.NaN, weight: 0.1 }),
      candidate('c', { inFlight: 3, latencyMs: 50 }),
      candidate('d', { weight: 0 }),
      candidate('e', { latencyMs: Number.POSITIVE_INFINITY }),
      candidate('f', { load: Number.NaN, weight: Number.NaN }),
    ];
    const random = createDraws();
    for (const hotLoad of [Number.POSITIVE_INFINITY, 0.5, 0, Number.NaN]) {
      const policy = create();
      for (let round = 0; round < 50; round += 1) {
        t.same(ids(policy.rank(mixed, { hotLoad }, random)).sort(), ['a', 'b', 'c', 'd', 'e', 'f'], 'everyone once');
      }
    }
    const extremes = [() => 0, () => 1 - Number.EPSILON];
    for (const draw of extremes) t.equal(ids(create().rank(mixed, calm, draw)).length, 6, 'any random number will do');

    const policy = create();
    for (let round = 0; round < 50; round += 1) {
      t.not(ids(policy.rank(mixed.slice(1), calm, random)).includes('a'), 'never who is not offered');
    }

    const alike = [candidate('a'), candidate('b'), candidate('c'), candidate('d')];
    for (const [id, count] of countFirsts(name, alike)) {
      t.ok(count > 800 && count < 1200, `equals get equal shares (${id}: ${count} of 4000)`);
    }
    const young = [...alike.slice(1), candidate('young', { weight: 0.1 })];
    const share = (countFirsts(name, young).get('young') ?? 0) / 4000;
    t.ok(share > 0.02 && share < 0.06, `a tenth of the weight gets about a tenth of a share (${share})`);
    const idle = [candidate('a', { inFlight: 5 }), candidate('young', { weight: 0.1 })];
    const idleShare = (countFirsts(name, idle).get('young') ?? 0) / 4000;
    t.ok(idleShare < 0.21, `also when it is idle and the other is not (${idleShare})`);
  });
}

const [a, b] = ['a', 'b'];
const firstOf = (name: keyof typeof policies, candidates: Candidate[], hotLoad = Number.POSITIVE_INFINITY) =>
  [0, 0.6].map((draw) => ids(policies[name]().rank(candidates, { hotLoad }, () => draw))[0]);

t.test('hot-aware: load among the hot, latency among the rest, load when latencies are alike', async (t) => {
  const pick = (first: Partial<Candidate>, second: Partial<Candidate>) =>
    firstOf('hot-aware', [candidate('a', first), candidate('b', second)], 0.5);
  t.same(pick({ load: 0.6, latencyMs: 1 }, { load: 0.1, latencyMs: 90 }), [b, b], 'one is hot');
  t.same(pick({ load: 0.6, latencyMs: 90 }, { load: 0.7, latencyMs: 1 }), [a, a], 'both are hot');
  t.same(pick({ load: 0.4, latencyMs: 20 }, { load: 0.1, latencyMs: 30 }), [a, a], 'neither, one is faster');
  t.same(pick({ load: 0.4, latencyMs: 28 }, { load: 0.1, latencyMs: 30 }), [b, b], 'neither, both as fast');
  t.same(pick({ load: 0.4, latencyMs: 1 }, { load: 0.1 }), [b, b], 'one is not known yet');
  t.same(pick({ load: 0.5, latencyMs: 1 }, { load: 0.1, latencyMs: 9 }), [a, a], 'hot is above, not at');
});

t.test('power-of-two and least-in-flight: the less busy', async (t) => {
  const busy = [candidate('a', { inFlight: 3 }), candidate('b', { inFlight: 1, latencyMs: 99 })];
  t.same(firstOf('power-of-two', busy), [b, b]);
  t.same(firstOf('least-in-flight', busy), [b, b]);
  t.same(firstOf('least-in-flight', [candidate('a', { inFlight: 1, load: 9 }), candidate('b', { inFlight: 2 })]), [
    a,
    a,
  ]);
});

t.test('round-robin: one after the other', async (t) => {
  const policy = policies['round-robin']();
  const three = [candidate('a'), candidate('b'), candidate('c')];
  const turns = Array.from({ length: 6 }, () => {
    for (const { upstream } of policy.rank(three, calm, () => 0)) return upstream.id;
    return undefined;
  });
  t.same(turns, ['a', 'b', 'c', 'a', 'b', 'c']);
});

t.test('weighted-random: by capacity', async (t) => {
  const small = candidate('small');
  const large = candidate('large');
  const counts = countFirsts('weighted-random', [small, { ...large, upstream: { ...large.upstream, capacity: 30 } }]);
  const share = (counts.get('large') ?? 0) / 4000;
  t.ok(share > 0.72 && share < 0.78, String(share));
});
