import { createLogger } from '@fairline/shared/logger.ts';
import type { Visit } from '@fairline/shared/stores/visitors/store.ts';
import { createManualClock } from '@fairline/shared/testing/manual-clock.ts';
import t from 'tap';
import { type ActiveVisitor, createActivity } from '../admission/activity.ts';

type TestLike = { after(step: () => Promise<unknown> | unknown): void };

const minuteMs = 60_000;
const facts = { path: '/x', address: '203.0.113.9', userAgent: 'browser' };

function build(t: TestLike) {
  const clock = createManualClock(1_000_000);
  const ending = new AbortController();
  const renewals: (readonly string[])[] = [];
  const visits: Visit[] = [];
  const state = { isRedisAway: false, onRenew: () => {} };
  const fail = () => Promise.reject(new Error('redis is away'));
  const activity = createActivity({
    line: {
      renew: async (ids) => {
        if (state.isRedisAway) return fail();
        renewals.push(ids);
        state.onRenew();
        return ids.map(() => 'renewed' as const);
      },
    },
    visitors: {
      touch: async (batch) => {
        if (state.isRedisAway) return fail();
        visits.push(...batch);
      },
    },
    tagSecret: 'secret',
    visitorTtlMs: () => 4 * minuteMs,
    clock,
    signal: ending.signal,
    logger: createLogger({ room: 'router', instanceId: 'test', level: 'silent' }),
  });
  t.after(async () => {
    ending.abort();
    await activity.stopped;
  });
  return { activity, clock, renewals, visits, state };
}

function createKnown(visitorId: string): ActiveVisitor {
  return {
    visitorId,
    touchedAtMs: Number.NEGATIVE_INFINITY,
    requestsSinceTouch: 0,
    claimedPlace: undefined,
    renewedAtMs: Number.NEGATIVE_INFINITY,
    isRenewalPending: false,
  };
}

t.test('activity: claims are told together within 10 ms, renewals at most once a second each', async (t) => {
  const { activity, clock, renewals } = build(t);
  await clock.advance(100);
  const visitor = createKnown('a');
  activity.noteBookedActivity(visitor, 0);
  activity.noteBookedActivity(createKnown('b'), 7);
  await clock.advance(10);
  t.same(renewals, [['a', 'b']]);
  for (let ms = 0; ms < 2000; ms += 100) {
    activity.noteBookedActivity(visitor, 0);
    await clock.advance(100);
  }
  t.equal(renewals.length, 2);
});

t.test('activity: who comes while claims are told is told with the next ones, together', async (t) => {
  const { activity, clock, renewals, state } = build(t);
  await clock.advance(100);
  state.onRenew = () => {
    state.onRenew = () => {};
    activity.noteBookedActivity(createKnown('b'), 1);
  };
  activity.noteBookedActivity(createKnown('a'), 0);
  await clock.advance(10);
  t.same(renewals, [['a']]);
  activity.noteBookedActivity(createKnown('c'), 2);
  await clock.advance(10);
  t.same(renewals, [['a'], ['b', 'c']]);
});

t.test('activity: the next place of the same visitor is claimed at once', async (t) => {
  const { activity, clock, renewals } = build(t);
  await clock.advance(100);
  const visitor = createKnown('a');
  for (const place of [3, 9]) {
    activity.noteBookedActivity(visitor, place);
    await clock.advance(10);
  }
  t.same(renewals, [['a'], ['a']]);
});

t.test('activity: what Redis could not take is told when it is back', async (t) => {
  const { activity, clock, renewals, visits, state } = build(t);
  await clock.advance(100);
  state.isRedisAway = true;
  const visitor = createKnown('a');
  for (let second = 0; second < 3; second += 1) {
    activity.noteBookedActivity(visitor, 1);
    activity.noteVisit(visitor, facts);
    await clock.advance(1000);
  }
  t.same([renewals, visits], [[], []]);
  state.isRedisAway = false;
  await clock.advance(300);
  t.same(renewals, [['a']], 'once, however often it was put off');
  t.match(visits, [{ visitorId: 'a', requests: 1 }]);
  activity.noteBookedActivity(visitor, 1);
  await clock.advance(300);
  t.equal(renewals.length, 2);
});

t.test('activity: a visitor is written down at most once in a quarter of the life of a record', async (t) => {
  const { activity, clock, visits } = build(t);
  const visitor = createKnown('a');
  for (let second = 0; second <= 60; second += 1) {
    activity.noteVisit(visitor, facts);
    await clock.advance(1000);
  }
  t.match(visits, [{ requests: 1 }, { requests: 60 }]);
  t.equal(visits.length, 2);
  t.notMatch(JSON.stringify(visits), /203\.0\.113\.9|browser/);
});

t.test('activity: many visits are told at once, the last few with the next interval', async (t) => {
  const { activity, clock, visits } = build(t);
  await clock.advance(1);
  for (let index = 0; index < 199; index += 1) activity.noteVisit(createKnown(`visitor-${index}`), facts);
  await clock.advance(1);
  t.equal(visits.length, 0, 'they wait for others');
  activity.noteVisit(createKnown('the 200th'), facts);
  await clock.advance(1);
  t.equal(visits.length, 200);
  activity.noteVisit(createKnown('one more'), facts);
  await clock.advance(249);
  t.equal(visits.length, 200);
  await clock.advance(2);
  t.equal(visits.length, 201);
});

t.test('activity: the end of the process tells what is pending', async (t) => {
  const { activity, renewals, visits } = build(t);
  activity.noteBookedActivity(createKnown('a'), 1);
  activity.noteVisit(createKnown('b'), facts);
  await activity.flush();
  t.same(renewals.flat(), ['a']);
  t.match(visits, [{ visitorId: 'b' }]);
});
