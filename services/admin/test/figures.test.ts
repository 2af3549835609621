import { parseSettings } from '@fairline/shared/contracts/settings.ts';
import type { Change, ChangeType } from '@fairline/shared/redis/changes.ts';
import t from 'tap';
import { csvLine, csvSeconds, csvTime } from '../export/csv.ts';
import { expectWaitSec } from '../overview/wait-now.ts';
import { decideEffects } from '../settings/settings-effects.ts';
import { createDurationTally } from '../turns/durations.ts';
import { createJoinTimes } from '../turns/join-times.ts';
import { createTurnTracker } from '../turns/turn-tracker.ts';

let seq = 0;
const change = (type: ChangeType, from: Change['from'], atMs: number, ...numbers: number[]): Change => {
  seq += 1;
  const visitors = numbers.map((number) => ({ id: `v${number}`, number }));
  return { streamId: `${seq}-0`, seq, type, from, visitors, atMs, fields: {} };
};

t.test('durations: quantiles are at most 12 % too high, and never too low', async (t) => {
  const tally = createDurationTally();
  t.same(tally.summary(), { count: 0, p50Sec: null, p90Sec: null });
  for (let seconds = 1; seconds <= 1000; seconds += 1) tally.add(seconds * 1000);
  const { count, p50Sec, p90Sec } = tally.summary();
  t.equal(count, 1000);
  t.ok((p50Sec ?? 0) >= 500 && (p50Sec ?? 0) <= 560);
  t.ok((p90Sec ?? 0) >= 900 && (p90Sec ?? 0) <= 1008);
  tally.add(-5);
  tally.add(1e12);
  t.equal(tally.summary().count, 1002);
});

t.test('join times: when a number was drawn is known to a second, from the first that was seen on', async (t) => {
  const times = createJoinTimes({ maxSamples: 4 });
  times.note(11, 20, 1_000);
  times.note(21, 30, 1_500);
  times.note(31, 40, 5_000);
  t.same([10, 11, 30, 31, 40, 41].map(times.find), [null, 1_000, 1_000, 5_000, 5_000, null]);
  for (const second of [6, 7, 8]) times.note(second * 10, second * 10, second * 1_000);
  t.same([60, 80].map(times.find), [6_000, 8_000]);
  t.equal(times.find(11), null, 'the older half was forgotten');
});

t.test('turns: from the number to the order, also for who missed the first place', async (t) => {
  const tracker = createTurnTracker({ sinceMs: 0 });
  tracker.apply(change('joined', null, 10_000, 1, 2, 3));
  const [placed] = tracker.apply(change('admitted', 'line', 40_000, 1));
  t.match(placed, { visitorId: 'v1', number: 1, joinedAtMs: 10_000, admittedAtMs: 40_000, outcome: null });
  t.equal(tracker.measuredWaitSec(50_000), 30);
  t.equal(tracker.measuredWaitSec(200_000), null, 'a minute later it says nothing of now');
  tracker.apply(change('aside', 'booked', 100_000, 1));
  tracker.apply(change('admitted', 'aside', 110_000, 1));
  tracker.apply(change('claimed', 'booked', 111_000, 1));
  const [done] = tracker.apply(change('confirmed', 'booked', 130_000, 1));
  t.match(done, {
    admittedAtMs: 40_000,
    claimedAtMs: 111_000,
    endedAtMs: 130_000,
    admissions: 2,
    outcome: 'confirmed',
  });
  tracker.apply(change('left', 'line', 70_000, 2));
  tracker.apply(change('revoked', 'line', 70_000, 3));
  const twice = change('left', 'line', 70_000, 3);
  t.same(tracker.apply({ ...twice, seq: 1 }), [], 'a change that was seen before');
  const times = tracker.times();
  t.match(times, { toAdmission: { count: 1 }, toOrder: { count: 1 }, toDropOffWaiting: { count: 1 } });
  t.ok((times.toOrder.p50Sec ?? 0) >= 20 && (times.toOrder.p50Sec ?? 0) <= 22.4, 'from the place that was used');
  tracker.apply(change('sale', null, 200_000));
  t.equal(tracker.times().toOrder.count, 0);
  t.equal(tracker.findJoinedAtMs(1), null);
});

t.test('turns: times go on after a restart, nothing counts twice, and a new sale begins anew', async (t) => {
  const changes = [
    change('joined', null, 10_000, 1, 2),
    change('admitted', 'line', 20_000, 1),
    change('confirmed', 'booked', 30_000, 1),
  ];
  const first = createTurnTracker({ sinceMs: 5 });
  t.equal(first.keep(), undefined, 'of which sale is not known');
  first.noteSale(0);
  for (const each of changes) first.apply(each);
  const kept = first.keep();
  const second = createTurnTracker({ sinceMs: 999 });
  second.noteDrawn({ tail: 0, vipTail: 0 }, { tail: 2, vipTail: 1 }, 10_500);
  second.noteDrawn({ tail: 2, vipTail: 1 }, { tail: 5, vipTail: 1 }, 12_500);
  if (kept) second.restore(kept);
  for (const each of [...changes, change('admitted', 'line', 32_500, 4)]) second.apply(each);
  t.match(second.times(), { sinceMs: 5, toAdmission: { count: 2 }, toOrder: { count: 1 } });
  t.same([2, 4, 9_000_000_001, 6].map(second.findJoinedAtMs), [10_500, 12_500, 10_500, null]);
  second.apply({ ...change('sale', null, 40_000), fields: { sale: '1' } });
  t.match(second.keep(), { sale: 1, sinceMs: 40_000 });
  t.equal(second.times().toAdmission.count, 0);
});

t.test('expected wait: nothing is said that cannot be known', async (t) => {
  const facts = { waiting: 59, booked: 3, maxBooking: 3, admissionsPerMinute: 60, canAdmit: true };
  t.equal(expectWaitSec(facts), 60);
  t.equal(expectWaitSec({ ...facts, canAdmit: false }), null);
  t.equal(expectWaitSec({ ...facts, admissionsPerMinute: 0 }), null);
  t.equal(expectWaitSec({ ...facts, waiting: 0, booked: 1, admissionsPerMinute: null }), 0);
});

t.test('effects: what saving means for those who are there', async (t) => {
  const good = parseSettings({});
  const effectsOf = (after: object, counts = { waiting: 10, booked: 3, confirmed: 5 }) =>
    decideEffects(good, { ...good, ...after }, counts);
  t.same(effectsOf({}), []);
  t.same(effectsOf({ maxBooking: 8 }), [{ code: 'admitsNow', visitors: 5 }]);
  t.same(effectsOf({ maxBooking: 100 }), [{ code: 'admitsNow', visitors: 10 }]);
  t.same(effectsOf({ maxBooking: 1 }), [{ code: 'overLimit', visitors: 2 }]);
  t.same(effectsOf({ maxBooking: 100, ticketStock: 10 }), [{ code: 'admitsNow', visitors: 2 }], 'the stock ends first');
  t.same(effectsOf({ ticketStock: 5 }), [{ code: 'soldOut', waiting: 10 }]);
  t.same(effectsOf({ admissions: 'paused' }), [{ code: 'nobodyAdmitted', waiting: 10 }]);
  t.same(effectsOf({ newBookingsPerMinute: 30 }), [{ code: 'pace', waiting: 10, waitSec: 20 }]);
  t.same(
    effectsOf({ message: 'x', maxQueue: 5 }).map(({ code }) => code),
    ['lineFull', 'messageShown'],
  );
});

t.test('csv: text that a spreadsheet would run is text, and quotes are doubled', async (t) => {
  t.equal(
    csvLine(['=1+1', '+1', '-1', '@x', '\tx', 'a,b', 'a"b', 'a\nb', -5, null]),
    `'=1+1,'+1,'-1,'@x,'\tx,"a,b","a""b","a\nb",-5,\r\n`,
  );
  t.equal(csvTime(0), '1970-01-01T00:00:00.000Z');
  t.equal(csvTime(null) + csvTime(1e20), '');
  t.equal(csvSeconds(1_000, 3_600), 3);
  t.equal(csvSeconds(null, 1), null);
});
