import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Priority } from '@fairline/shared/contracts/routing-rules.ts';
import { createManualClock } from '@fairline/shared/testing/manual-clock.ts';
import t from 'tap';
import { createBalancer, defaultBalancingRule } from '../balancing/balancer.ts';
import type { Upstream } from '../balancing/upstream-set.ts';
import { hasRoom, limitOf } from '../limits/instance-limit.ts';
import { createRetryBudget, defaultRetryBudgetRule } from '../limits/retry-budget.ts';
import { createTurns, defaultTurnRule, type NoTurn, type Turn, type TurnRule, type Wish } from '../limits/turns.ts';
import { createRuleBook } from '../rules/rule-book.ts';
import { bookingSet, makeUpstream } from './make-upstreams.ts';

t.test('limit: what capacity leaves after others, at least one, a share kept for high priority', async (t) => {
  const rows: [capacity: number, others: number, priority: Priority, reservedRatio: number, limit: number][] = [
    [10, 0, 'normal', 0, 10],
    [10, 4, 'normal', 0, 6],
    [10, 10, 'normal', 0, 1],
    [10, 50, 'high', 0, 1],
    [10, 0, 'normal', 0.1, 9],
    [10, 0, 'low', 0.1, 9],
    [10, 0, 'high', 0.1, 10],
    [100, 45, 'normal', 0.1, 45],
    [1, 0, 'normal', 0.1, 1],
  ];
  for (const [capacity, othersInFlight, priority, reservedRatio, limit] of rows) {
    const upstream = makeUpstream('a', { capacity, othersInFlight });
    t.equal(limitOf(upstream, { priority, reservedRatio }), limit, `${capacity} ${othersInFlight} ${priority}`);
  }
  const upstream = makeUpstream('a', { capacity: 2 });
  const share = { priority: 'normal', reservedRatio: 0 } as const;
  upstream.own.inFlight = 1;
  t.ok(hasRoom(upstream, share, 0));
  upstream.own.fullUntilMs = 100;
  t.notOk(hasRoom(upstream, share, 99), 'it said so itself');
  t.ok(hasRoom(upstream, share, 100));
  upstream.own.inFlight = 2;
  t.notOk(hasRoom(upstream, share, 100));
});

t.test('retry budget: one in five of the last ten seconds, three in any case', async (t) => {
  let nowMs = 0;
  const budget = createRetryBudget(defaultRetryBudgetRule, () => nowMs);
  const takeAll = () => {
    let taken = 0;
    while (budget.take()) taken += 1;
    return taken;
  };
  t.equal(takeAll(), 3);
  for (let count = 0; count < 100; count += 1) budget.noteRequest();
  t.equal(takeAll(), 17);
  nowMs = 9_999;
  t.equal(takeAll(), 0);
  nowMs = 10_000;
  t.equal(takeAll(), 3, 'what is ten seconds old does not count');
  nowMs = 1_000_000;
  t.equal(takeAll(), 3);
});

type Found = { word?: string };

function setUp(upstreams: Upstream[], { rules = '', ...fields }: Partial<TurnRule> & { rules?: string } = {}) {
  const clock = createManualClock();
  const state = { set: bookingSet(...upstreams) };
  const waits: number[] = [];
  const book = createRuleBook(rules);
  const balancer = createBalancer({
    upstreams: () => state.set,
    rule: { ...defaultBalancingRule, slowStartMs: 0 },
    nowMs: clock.monotonicMs,
    random: () => 0.5,
  });
  const turns = createTurns({
    balancer,
    upstreams: () => state.set,
    ruleBook: () => book,
    rule: { ...defaultTurnRule, ...fields },
    clock,
    onWaited: (_room, ms) => waits.push(ms),
  });
  const wish = (fields: Partial<Wish> & { priority?: Priority } = {}): Wish => ({
    room: 'booking',
    treatment: { priority: fields.priority ?? 'normal', pool: undefined },
    tried: [],
    ...fields,
  });
  const take = (fields: Parameters<typeof wish>[0] = {}, signal = new AbortController().signal) =>
    turns.take(wish(fields), () => signal);
  /** The word for what came of it, filled in once it is settled. */
  const follow = (given: ReturnType<typeof take>, found: Found = {}) => {
    void Promise.resolve(given).then((turn: Turn | NoTurn) => {
      found.word = turn.kind === 'turn' ? turn.upstream.id : turn.kind;
    });
    return found;
  };
  return { clock, state, turns, take, follow, waits, wish };
}

async function takeAtOnce(given: Turn | NoTurn | Promise<Turn | NoTurn>): Promise<Turn> {
  const turn = await given;
  if (turn.kind !== 'turn') throw new Error(turn.kind);
  return turn;
}

t.test(
  'turns: a full instance is passed over, the next request waits and gets the place that becomes free',
  async (t) => {
    const [a, b] = [makeUpstream('a', { capacity: 1 }), makeUpstream('b', { capacity: 1 })];
    const { clock, turns, take, follow, waits } = setUp([a, b]);
    const first = await takeAtOnce(take());
    const second = await takeAtOnce(take());
    t.same([first.upstream.id, second.upstream.id].sort(), ['a', 'b']);
    const third = follow(take());
    await clock.advance(100);
    t.equal(third.word, undefined);
    t.equal(turns.countWaiting('booking'), 1);
    first.leave();
    await nextTurn();
    t.equal(third.word, first.upstream.id);
    t.equal(first.upstream.own.inFlight, 1);
    t.same(waits, [100]);
  },
);

t.test('turns: nobody there is told at once, nobody free after the longest wait', async (t) => {
  const { clock, state, take, follow } = setUp([makeUpstream('a', { capacity: 1 })]);
  t.same(await take({ tried: ['a'] }), { kind: 'nobody' });
  await takeAtOnce(take());
  const waiting = follow(take());
  await clock.advance(defaultTurnRule.maxWaitMs - 50);
  t.equal(waiting.word, undefined);
  await clock.advance(150);
  t.equal(waiting.word, 'overloaded');
  const other = follow(take());
  state.set = bookingSet();
  await clock.advance(defaultTurnRule.maxWaitMs + 150);
  t.equal(other.word, 'nobody');
});

t.test('turns: the line is bounded, and high priority goes first, also into a full line', async (t) => {
  const a = makeUpstream('a', { capacity: 1 });
  const { take, follow } = setUp([a], { maxWaitingPerInstance: 2 });
  const first = await takeAtOnce(take());
  const normal = take();
  const low = follow(take({ priority: 'low' }));
  const refused = follow(take({ priority: 'low' }));
  await nextTurn();
  t.equal(refused.word, 'overloaded');
  const high = take({ priority: 'high' });
  await nextTurn();
  t.equal(low.word, 'overloaded', 'gave way');
  first.leave();
  (await takeAtOnce(high)).leave();
  (await takeAtOnce(normal)).leave();
  t.equal(a.own.inFlight, 0);
});

t.test('turns: a share is kept for high priority only while a rule gives it', async (t) => {
  const a = makeUpstream('a', { capacity: 10 });
  const { take, follow } = setUp([a], { rules: 'POST -> priority high' });
  for (let count = 0; count < 9; count += 1) await takeAtOnce(take());
  const tenth = follow(take());
  await nextTurn();
  t.equal(tenth.word, undefined);
  await takeAtOnce(take({ priority: 'high' }));
  t.equal(a.own.inFlight, 10);

  const b = makeUpstream('b', { capacity: 10 });
  const plain = setUp([b]);
  for (let count = 0; count < 10; count += 1) await takeAtOnce(plain.take());
  t.equal(b.own.inFlight, 10);
});

t.test('turns: a client that goes away leaves the line', async (t) => {
  const { turns, take, follow } = setUp([makeUpstream('a', { capacity: 1 })]);
  await takeAtOnce(take());
  const client = new AbortController();
  const waiting = follow(take({}, client.signal));
  client.abort();
  await nextTurn();
  t.equal(waiting.word, 'gone');
  t.equal(turns.countWaiting('booking'), 0);
  t.same(await take({}, client.signal), { kind: 'gone' });
});

t.test('turns: who waits for a small pool holds up nobody else', async (t) => {
  const upstreams = ['a', 'b', 'c'].map((id) => makeUpstream(id, { capacity: 1 }));
  const { take, follow, wish } = setUp(upstreams);
  const pooled = { ...wish(), treatment: { priority: 'normal', pool: { size: 1, seed: 's' } } } as const;
  const first = await takeAtOnce(take(pooled));
  const second = follow(take(pooled));
  const others = [follow(take()), follow(take())];
  await nextTurn();
  t.equal(second.word, undefined);
  t.same([first.upstream.id, ...others.map(({ word }) => word)].sort(), ['a', 'b', 'c']);
  first.leave();
  await nextTurn();
  t.equal(second.word, first.upstream.id);
});

t.test('turns: an instance that says it is full is left alone for a moment', async (t) => {
  const a = makeUpstream('a', { capacity: 5 });
  const { clock, turns, take, follow } = setUp([a]);
  const full = await takeAtOnce(take());
  turns.noteFull(full);
  t.equal(a.own.inFlight, 0);
  const next = follow(take());
  await nextTurn();
  t.equal(next.word, undefined);
  await clock.advance(100);
  t.equal(next.word, 'a');
});

t.test('turns: leaving twice counts once', async (t) => {
  const a = makeUpstream('a');
  const { take } = setUp([a]);
  const [turn] = [await takeAtOnce(take()), await takeAtOnce(take())];
  turn?.leave();
  turn?.leave();
  t.equal(a.own.inFlight, 1);
});
