import { setImmediate as nextTurn } from 'node:timers/promises';
import { createManualClock } from '@fairline/shared/testing/manual-clock.ts';
import t from 'tap';
import type { Upstream } from '../balancing/upstream-set.ts';
import { canBeSilent, fadeSlowest, type Heard, judgeSilence, defaultSilenceRule as rule } from '../health/silence.ts';
import { createSilenceWatch } from '../health/silence-watch.ts';
import { bookingSet, makeUpstream } from './make-upstreams.ts';

t.test('silence: many unanswered requests and no word, longer than any answer takes here', async (t) => {
  const rows: [what: string, heard: Heard, silence: string][] = [
    ['a single slow answer', { unanswered: 1, quietForMs: 60_000, slowestMs: 20, isSuspect: false }, 'heard'],
    ['a short pause under load', { unanswered: 500, quietForMs: 150, slowestMs: 20, isSuspect: false }, 'heard'],
    ['a longer one: no more for it', { unanswered: 5, quietForMs: 201, slowestMs: 20, isSuspect: false }, 'quiet'],
    ['hung', { unanswered: 5, quietForMs: 1001, slowestMs: 20, isSuspect: false }, 'silent'],
    [
      'few requests, but no reports either',
      { unanswered: 1, quietForMs: 1001, slowestMs: 20, isSuspect: true },
      'silent',
    ],
    [
      'no reports, but no time to answer yet',
      { unanswered: 4, quietForMs: 900, slowestMs: 0, isSuspect: true },
      'heard',
    ],
    ['answers of 2 s are normal here', { unanswered: 50, quietForMs: 5900, slowestMs: 2000, isSuspect: true }, 'heard'],
    ['longer than those', { unanswered: 50, quietForMs: 6001, slowestMs: 2000, isSuspect: false }, 'silent'],
    ['nothing to answer', { unanswered: 0, quietForMs: 60_000, slowestMs: 20, isSuspect: true }, 'heard'],
  ];
  for (const [what, heard, silence] of rows) t.equal(judgeSilence(heard, rule), silence, what);
  t.equal(
    judgeSilence({ unanswered: 9, quietForMs: 9999, slowestMs: 0, isSuspect: true }, { ...rule, afterMs: 0 }),
    'heard',
  );
  t.same([canBeSilent(1, 1), canBeSilent(1, 2), canBeSilent(2, 4), canBeSilent(3, 4)], [false, true, true, false]);
  t.equal(Math.round(fadeSlowest(1000, 60_000)), 368);
});

function setUp(...upstreams: Upstream[]) {
  const clock = createManualClock();
  const told: string[] = [];
  const state = { set: bookingSet(...upstreams) };
  const watch = createSilenceWatch({ upstreams: () => state.set, rule, clock, onSilent: ({ id }) => told.push(id) });
  const send = (upstream: Upstream, moveOn?: () => boolean) => {
    const request = { moveOn };
    const sentAtMs = clock.monotonicMs();
    watch.noteSent(upstream, request, sentAtMs);
    return {
      answer: () => watch.noteHeard(upstream, request, { sentAtMs, nowMs: clock.monotonicMs() }),
      fail: () => watch.noteGone(upstream, request),
    };
  };
  /** In steps, as a process that runs lives through its time. */
  const advance = async (ms: number) => {
    await nextTurn();
    for (let passed = 0; passed < ms; passed += 100) await clock.advance(100);
  };
  return { clock, told, state, send, advance };
}

const some = (count: number, make: () => unknown) => Array.from({ length: count }, make);

t.test('silence watch: what a hung instance holds moves on, once each, and one word ends it', async (t) => {
  const [a, b] = [makeUpstream('a'), makeUpstream('b')];
  const { told, send, advance, clock } = setUp(a, b);
  let canMove = false;
  let moved = 0;
  const held = some(5, () =>
    send(a, () => {
      if (canMove) moved += 1;
      return canMove;
    }),
  ) as ReturnType<typeof send>[];
  await advance(300);
  t.equal(a.own.silence, 'quiet');
  await advance(800);
  t.equal(a.own.silence, 'silent');
  t.ok(a.own.isOnProbation);
  t.same(told, ['a']);
  t.equal(moved, 0, 'there was no room elsewhere yet');
  canMove = true;
  await advance(300);
  t.equal(moved, 5);
  t.equal(a.own.unanswered.size, 5, 'it still has them');
  await advance(5000);
  t.notOk(held[0]?.answer(), 'a time that says nothing of its pace');
  t.equal(a.own.silence, 'heard');
  for (const late of held.slice(1)) t.notOk(late.answer());
  t.equal(a.own.slowestMs, 0);
  const next = send(a);
  await advance(100);
  t.ok(next.answer());
  t.equal(a.own.slowestMs, 100);
  await advance(100);
  t.equal(clock.sleeperCount(), 0, 'nobody has requests: nobody looks');
  t.equal(b.own.silence, 'heard');
});

t.test('silence watch: an instance that answers something is not silent, nor are most of a room', async (t) => {
  const upstreams = ['a', 'b', 'c'].map((id) => makeUpstream(id));
  const [a, b] = upstreams as [Upstream, Upstream];
  const { told, send, advance } = setUp(...upstreams);
  some(20, () => send(a, () => t.fail('a long answer was given up')));
  for (let round = 0; round < 50; round += 1) {
    const quick = send(a);
    await advance(100);
    quick.answer();
  }
  t.same(told, [], 'long answers beside quick ones');

  for (const upstream of upstreams) some(10, () => send(upstream, () => t.fail('all hang together')));
  await advance(5000);
  t.same(told, [], 'all are as slow');

  const alone = setUp(b);
  some(10, () => alone.send(b, () => t.fail('there is nobody else')));
  await alone.advance(5000);
  t.same(alone.told, []);
});

t.test('silence watch: a room with long answers knows them', async (t) => {
  const [a, b] = [makeUpstream('a'), makeUpstream('b')];
  const { told, send, advance } = setUp(a, b);
  const export1 = send(b);
  await advance(3000);
  export1.answer();
  some(6, () => send(a));
  await advance(7000);
  t.same(told, []);
  await advance(2000);
  t.same(told, ['a']);
});

t.test('silence watch: a gateway that stood still blames nobody', async (t) => {
  const [a, b] = [makeUpstream('a'), makeUpstream('b')];
  let nowMs = 0;
  const sleeps = [100, 60_000, 100, 100];
  const watch = createSilenceWatch({
    upstreams: () => bookingSet(a, b),
    rule,
    clock: {
      monotonicMs: () => nowMs,
      sleep: async () => {
        const next = sleeps.shift();
        if (next === undefined) return new Promise(() => {});
        nowMs += next;
      },
    },
    onSilent: () => t.fail('the gateway itself slept'),
  });
  some(9, () => watch.noteSent(a, {}, 0));
  await nextTurn();
  t.same(sleeps, []);
  t.equal(a.own.silence, 'quiet', '500 ms of its own time');
});

t.test('silence watch: a few requests move on when reports are missed as well', async (t) => {
  const [a, b] = [makeUpstream('a'), makeUpstream('b')];
  const { told, state, send, advance } = setUp(a, b);
  let moved = 0;
  send(a, () => {
    moved += 1;
    return true;
  });
  await advance(2900);
  t.same(told, []);
  state.set = bookingSet({ ...a, isSuspect: true }, b);
  await advance(100);
  t.same([told, moved], [['a'], 1]);
  state.set = bookingSet(b);
  await advance(3000);
  t.same([told, moved], [['a'], 1], 'once');
});
