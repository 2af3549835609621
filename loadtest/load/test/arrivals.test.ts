import t from 'tap';
import { arrivals, countArrivals, steadyRate } from '../arrivals.ts';
import { spreadKinds } from '../generator.ts';
import { findPlanProblem, type LoadPlan } from '../plan.ts';

t.test('arrivals: a steady rate is evenly spread', async (t) => {
  t.same([...arrivals(steadyRate(4, 1000))], [250, 500, 750, 1000]);
  t.same([...arrivals(steadyRate(0, 1000))], []);
});

t.test('arrivals: a ramp brings more and more, a jump at once', async (t) => {
  const ramp = [
    { atMs: 0, ratePerSec: 0 },
    { atMs: 10_000, ratePerSec: 100 },
  ];
  const times = [...arrivals(ramp)];
  t.equal(times.length, 500);
  t.equal(countArrivals(ramp), 500);
  t.equal(times.filter((time) => time <= 5000).length, 125, 'a quarter in the first half');
  t.ok(times.every((time, index) => time >= (times[index - 1] ?? 0) && time <= 10_000));

  const jump = [...steadyRate(10, 1000), { atMs: 1000, ratePerSec: 100 }, { atMs: 2000, ratePerSec: 100 }];
  t.equal(countArrivals(jump), 110);
  t.equal([...arrivals(jump)].filter((time) => time <= 1000).length, 10);
});

t.test('kinds: weights hold over a short time', async (t) => {
  t.same(spreadKinds([{ weight: 3 }, { weight: 1 }]), [0, 0, 1, 0]);
  t.same(spreadKinds([{}, {}]), [0, 1]);
});

t.test('plan: only this machine, and only bounded load', async (t) => {
  const plan: LoadPlan = {
    targets: ['http://127.0.0.1:8080'],
    requests: [{ name: 'page', method: 'GET', path: '/' }],
    cookies: [],
    shape: { kind: 'open', curve: steadyRate(10, 1000) },
  };
  t.equal(findPlanProblem(plan), undefined);
  t.equal(findPlanProblem({ ...plan, targets: ['http://[::1]:80'] }), undefined);
  for (const target of [
    'http://example.com',
    'http://10.0.0.1',
    'http://localhost',
    'https://127.0.0.1',
    'x',
    'http://127.0.0.1.example.com',
  ]) {
    t.match(findPlanProblem({ ...plan, targets: [target] }), /not on this machine/, target);
  }
  t.match(findPlanProblem({ ...plan, shape: { kind: 'open', curve: steadyRate(1e6, 60_000) } }), /at most/);
  t.match(findPlanProblem({ ...plan, shape: { kind: 'open', curve: [] } }), /last/);
  t.match(findPlanProblem({ ...plan, shape: { kind: 'closed', connections: 1e6, durationMs: 1 } }), /connections/);
  t.match(findPlanProblem({ ...plan, cookies: ['a\r\nb: c'] }), /line break/);
});
