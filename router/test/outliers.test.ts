import t from 'tap';
import type { Upstream } from '../balancing/upstream-set.ts';
import { readAnswerKind } from '../health/answer-kind.ts';
import {
  canEjectAnother,
  countEarlierEjections,
  countOwnFailures,
  decideEjectionMs,
  type FailureJudges,
  defaultEjectionRule as rule,
} from '../health/ejection.ts';
import { createOutliers } from '../health/outliers.ts';
import { bookingSet, makeUpstream } from './make-upstreams.ts';

t.test('ejection: the n-th lasts n times as long, up to the most', async (t) => {
  t.same(
    [1, 2, 3, 9, 10, 11, 50].map((times) => decideEjectionMs(times, rule)),
    [30_000, 60_000, 90_000, 270_000, 300_000, 300_000, 300_000],
  );
});

t.test('ejection: one in ten at most, one always', async (t) => {
  const most = (total: number) => {
    let ejected = 0;
    while (canEjectAnother(ejected, total, rule)) ejected += 1;
    return ejected;
  };
  t.same([1, 2, 4, 9, 10, 19, 20, 100].map(most), [1, 1, 1, 1, 1, 1, 2, 10]);
});

t.test('ejection: earlier ones are forgotten one by one', async (t) => {
  t.equal(countEarlierEjections(3, 0, rule), 3);
  t.equal(countEarlierEjections(3, 299_999, rule), 3);
  t.equal(countEarlierEjections(3, 300_000, rule), 2);
  t.equal(countEarlierEjections(3, 10_000_000, rule), 0);
  t.equal(countEarlierEjections(0, Number.POSITIVE_INFINITY, rule), 0);
});

t.test(
  'own failures: what follows a path or a visitor does not count, what nobody else tried counts once',
  async (t) => {
    const of = (visitor: string, path: string) => ({ visitor, path });
    const none: FailureJudges = { ofPath: () => 'unknown', ofVisitor: () => 'unknown' };
    const five = [of('a', '/1'), of('b', '/2'), of('c', '/3'), of('d', '/4'), of('e', '/5')];
    t.equal(countOwnFailures(five, none), 5);
    t.equal(countOwnFailures([of('a', '/1'), of('a', '/2'), of('a', '/3')], none), 1, 'one visitor');
    t.equal(countOwnFailures([of('a', '/1'), of('b', '/1'), of('c', '/1')], none), 1, 'one path');
    const same = [of('a', '/1'), of('a', '/1'), of('a', '/1')];
    t.equal(countOwnFailures(same, { ofPath: () => 'fine', ofVisitor: () => 'fine' }), 3, 'others can do it');
    t.equal(countOwnFailures(same, { ofPath: () => 'fine', ofVisitor: () => 'unknown' }), 1, 'others can, for others');
    t.equal(countOwnFailures(five, { ofPath: () => 'failed', ofVisitor: () => 'failed' }), 0);
    t.equal(countOwnFailures(five, { ofPath: () => 'fine', ofVisitor: () => 'failed' }), 0);
    const unreachable = { visitor: undefined, path: undefined };
    t.equal(countOwnFailures([unreachable, unreachable, of('a', '/1'), of('a', '/1')], none), 3);
  },
);

t.test('answers: which say that an instance is sick', async (t) => {
  const cases: [status: number, headers: string[], kind: string][] = [
    [200, [], 'good'],
    [404, [], 'good'],
    [429, [], 'good'],
    [500, [], 'failure'],
    [502, ['Retry-After', '1'], 'failure'],
    [503, ['Content-Type', 'text/plain'], 'failure'],
    [503, ['Retry-After', '1'], 'neutral'],
    [503, ['Retry-After', '1', 'X-Fairline-Full', '1'], 'full'],
    [500, ['x-fairline-full', '1'], 'failure'],
    [504, [], 'failure'],
    [501, [], 'neutral'],
    [505, [], 'neutral'],
  ];
  for (const [status, headers, kind] of cases) t.equal(readAnswerKind(status, headers), kind, `${status} ${headers}`);
});

function setUp(...upstreams: Upstream[]) {
  const state = { nowMs: 1_000_000 };
  const ejections: { id: string; forMs: number; times: number }[] = [];
  const outliers = createOutliers({
    rule,
    upstreams: () => bookingSet(...upstreams),
    nowMs: () => state.nowMs,
    onEjected: ({ id }, facts) => ejections.push({ id, ...facts }),
  });
  return { state, ejections, outliers };
}

t.test('outliers: five unreachable attempts in a row eject, four do not, a good answer breaks the row', async (t) => {
  const [a, b] = [makeUpstream('a'), makeUpstream('b')];
  const { state, ejections, outliers } = setUp(a, b);
  for (let count = 0; count < 4; count += 1) outliers.noteUnreachable(a);
  outliers.noteSuccess(a, { visitor: 'v', path: '/' });
  for (let count = 0; count < 4; count += 1) outliers.noteUnreachable(a);
  t.same(ejections, []);
  outliers.noteUnreachable(a);
  t.same(ejections, [{ id: 'a', forMs: 30_000, times: 1 }]);
  t.equal(a.own.ejectedUntilMs, state.nowMs + 30_000);
  t.match(a.own, { isOnProbation: true, readySinceMs: state.nowMs + 30_000 }, 'it comes back like a new one');
  for (let count = 0; count < 9; count += 1) outliers.noteUnreachable(a);
  t.equal(ejections.length, 1, 'once is enough');
});

t.test('outliers: the second time is twice as long, after good times the first again', async (t) => {
  const [a, b] = [makeUpstream('a'), makeUpstream('b')];
  const { state, ejections, outliers } = setUp(a, b);
  const fail = () => {
    for (let count = 0; count < 5; count += 1) outliers.noteUnreachable(a);
  };
  fail();
  state.nowMs += 31_000;
  fail();
  state.nowMs += 60_000 + 300_000 * 2;
  fail();
  t.same(
    ejections.map(({ times }) => times),
    [1, 2, 1],
  );
});

t.test('outliers: of two failing instances one stays, until there is room', async (t) => {
  const all = [makeUpstream('a'), makeUpstream('b'), makeUpstream('c')];
  const [a, b] = all as [Upstream, Upstream];
  const { state, ejections, outliers } = setUp(...all);
  for (let count = 0; count < 5; count += 1) outliers.noteUnreachable(a);
  for (let count = 0; count < 9; count += 1) outliers.noteUnreachable(b);
  t.same(
    ejections.map(({ id }) => id),
    ['a'],
  );
  state.nowMs += 30_000;
  outliers.noteUnreachable(b);
  t.equal(ejections.at(-1)?.id, 'b');
});

t.test('outliers: failures that follow a path or a visitor from one instance to the next eject nobody', async (t) => {
  const [a, b] = [makeUpstream('a'), makeUpstream('b')];
  const { ejections, outliers } = setUp(a, b);
  for (let count = 0; count < 50; count += 1) {
    const asked = { visitor: `v${count}`, path: '/broken' };
    outliers.noteFailure(a, asked);
    outliers.noteFailure(b, asked);
    const unlucky = { visitor: 'unlucky', path: `/${count}` };
    outliers.noteFailure(a, unlucky);
    outliers.noteFailure(b, unlucky);
  }
  t.same(ejections, []);
});

t.test(
  'outliers: one visitor who keeps trying a broken path ejects nobody, also where nobody else was asked',
  async (t) => {
    const a = makeUpstream('a');
    const { ejections, outliers } = setUp(a, makeUpstream('b'));
    for (let count = 0; count < 50; count += 1) outliers.noteFailure(a, { visitor: 'v', path: '/form' });
    t.same(ejections, []);
  },
);

t.test('outliers: when others can do what this one cannot, one visitor and one path are enough', async (t) => {
  const [a, b] = [makeUpstream('a'), makeUpstream('b')];
  const { ejections, outliers } = setUp(a, b);
  const asked = { visitor: 'v', path: '/' };
  for (let count = 0; count < 5; count += 1) outliers.noteFailure(a, asked);
  t.same(ejections, [], 'nobody knows yet');
  outliers.noteSuccess(b, asked);
  t.same(ejections, [{ id: 'a', forMs: 30_000, times: 1 }]);
});

t.test('outliers: what others did long ago says nothing', async (t) => {
  const [a, b] = [makeUpstream('a'), makeUpstream('b')];
  const { state, ejections, outliers } = setUp(a, b);
  const asked = { visitor: 'v', path: '/' };
  outliers.noteFailure(a, asked);
  outliers.noteSuccess(b, asked);
  state.nowMs += 30_001;
  for (let count = 0; count < 9; count += 1) outliers.noteFailure(a, asked);
  t.same(ejections, []);
});
