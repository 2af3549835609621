import type { TrafficMode } from '@fairline/shared/contracts/settings.ts';
import t from 'tap';
import type { KnownVisitor } from '../../admission/known-visitor.ts';
import type { AddressRecord } from '../../traffic/address-book.ts';
import type { BlockEntry } from '../../traffic/block-copy.ts';
import { createJudge } from '../../traffic/judge.ts';

const known = { visitorId: 'known' } as KnownVisitor;
const cookie = 'visitor_id=known';
const strangeCookie = 'visitor_id=strange';

function set({ mode = 'on' as TrafficMode, block = undefined as BlockEntry | undefined, isAllowed = false } = {}) {
  const empty = new Set<'visitor' | 'net' | 'stranger'>();
  const state = { empty, booked: new Set<string>(), blocked: new Map<string, BlockEntry>(), peeks: 0, givenBack: 0 };
  const bucket = (kind: 'visitor' | 'net' | 'stranger') => ({
    take: () => !empty.has(kind),
    giveBack: () => {
      state.givenBack += 1;
    },
  });
  const from: AddressRecord = { network: '203.0.113.7/32', isAllowed, block, blocksRevision: 0 };
  const judge = createJudge({
    rule: () => ({ mode }),
    blocks: { ofVisitor: (visitorId) => state.blocked.get(visitorId) },
    visitorBuckets: bucket('visitor'),
    networkBuckets: bucket('net'),
    strangerBuckets: bucket('stranger'),
    peek: (header) => {
      state.peeks += 1;
      return header === cookie ? known : undefined;
    },
    isBooked: (visitorId) => state.booked.has(visitorId),
    redisNowMs: () => 1000,
  });
  return {
    state,
    arrival: (header?: string) => judge.judgeArrival(from, header),
    visitor: (visitor?: KnownVisitor, hasCookie = visitor !== undefined) =>
      judge.judgeVisitor(from, visitor, hasCookie),
  };
}

t.test('judge: whoever stays within the limits goes on', async (t) => {
  const { arrival, visitor, state } = set();
  t.equal(arrival(), undefined);
  t.equal(arrival(cookie), undefined);
  t.equal(visitor(known), undefined);
  t.equal(visitor(), undefined);
  t.equal(state.givenBack, 0);
  t.equal(arrival(strangeCookie), undefined);
  t.equal(visitor(known), undefined);
  t.equal(state.givenBack, 1, 'a cookie seen for the first time costs nothing when it is good');
});

t.test('judge: an operator blocks everybody, at once, in every mode, for as long as told', async (t) => {
  const block = { untilMs: 31_000, isAutomatic: false };
  for (const mode of ['on', 'watch', 'off'] as const) {
    const { arrival, visitor, state } = set({ mode, block, isAllowed: true });
    t.same(arrival(cookie), { reason: 'blockedNetwork', retryAfterSec: 30 });
    t.equal(state.peeks, 0, 'no cookie is checked');
    state.blocked.set('known', { untilMs: 1001, isAutomatic: false });
    t.same(visitor(known), { reason: 'blockedVisitor', retryAfterSec: 1 });
  }
  const over = set({ block: { untilMs: 1000, isAutomatic: false } });
  t.equal(over.arrival(), undefined);
});

t.test('judge: over the limit of the network only the booked go on', async (t) => {
  const { arrival, state } = set();
  state.empty.add('net');
  t.same(arrival(), { reason: 'networkLimit', retryAfterSec: 1 });
  t.match(arrival(cookie), { reason: 'networkLimit' });
  state.booked.add('known');
  t.equal(arrival(cookie), undefined);
  t.match(arrival(strangeCookie), { reason: 'networkLimit' });
});

t.test('judge: strangers share a limit of their own; a made-up cookie makes nobody known', async (t) => {
  const { arrival, visitor, state } = set();
  state.empty.add('stranger');
  t.match(arrival(), { reason: 'strangerLimit' });
  t.match(arrival(strangeCookie), { reason: 'strangerLimit' });
  t.equal(arrival(cookie), undefined);
  t.equal(visitor(known), undefined);
  state.empty.add('visitor');
  t.match(visitor(known), { reason: 'visitorLimit' });
});

t.test('judge: a rule blocks the strangers of a network; who is known keeps the place', async (t) => {
  const { arrival, visitor, state } = set({ block: { untilMs: 5000, isAutomatic: true } });
  t.same(arrival(), { reason: 'flood', retryAfterSec: 4 });
  t.equal(arrival(cookie), undefined);
  t.equal(visitor(known), undefined);
  t.equal(arrival(strangeCookie), undefined, 'checked, at the rate of strangers');
  t.match(visitor(undefined, true), { reason: 'flood' });
  state.empty.add('stranger');
  t.match(arrival(strangeCookie), { reason: 'flood' });
  t.equal(arrival(cookie), undefined);
});

t.test('judge: no limit where none is wished', async (t) => {
  for (const options of [{ mode: 'off' as const }, { isAllowed: true }]) {
    const { arrival, visitor, state } = set({ ...options, block: { untilMs: 5000, isAutomatic: true } });
    for (const kind of ['visitor', 'net', 'stranger'] as const) state.empty.add(kind);
    t.equal(arrival(), undefined);
    t.equal(visitor(known), undefined);
    t.equal(visitor(undefined, true), undefined);
  }
});
