import t from 'tap';
import type { Funnel } from '../contract/funnel.ts';
import type { LiveSnapshot } from '../contract/overview.ts';
import { addSnapshot, fromHistory, lastMinutes } from '../pages/assets/chart-data.js';
import { describeEffect } from '../pages/assets/effects.js';
import { createFormat } from '../pages/assets/format.js';
import { describeFunnel } from '../pages/assets/funnel.js';
import { sparkPoints } from '../pages/assets/instance-look.js';
import { describeSale } from '../pages/assets/sale-look.js';
import { moment } from '../pages/parts/moment.ts';
import { textsByLanguage } from '../pages/texts/texts.ts';
import { listSteps } from '../pages/views/visitor-history.ts';

const { en, ko } = textsByLanguage;
const format = createFormat('en', en.units);

t.test('numbers: unknown is a dash, durations have the two biggest units', async (t) => {
  t.equal(format.number(null), '–');
  t.equal(format.number(1234567), '1,234,567');
  const spoken = [0, 59.4, 61, 600, 3599, 3600, 9480, 90_000].map(format.duration);
  t.same(spoken, ['0 s', '59 s', '1 min 1 s', '10 min', '1 h', '1 h', '2 h 38 min', '1 d 1 h']);
  t.equal(createFormat('ko', ko.units).duration(9480), '2시간 38분');
});

t.test('moments: a record that somebody spoiled shows a dash', async (t) => {
  for (const atMs of [1e23, Number.NaN, Number.POSITIVE_INFINITY]) t.equal(String(moment({ format }, atMs)), '–');
  t.match(String(moment({ format }, 0)), 'datetime="1970-01-01T00:00:00.000Z"');
});

t.test('sale: what keeps people out comes first', async (t) => {
  const gate = { isOpen: true, isStale: false, reason: '' };
  const key = (changes: Partial<Parameters<typeof describeSale>[0]>) =>
    describeSale({ gate, admissions: 'open', isSoldOut: false, ...changes }).key;
  t.equal(key({}), 'open');
  t.equal(key({ isSoldOut: true }), 'soldOut');
  t.equal(key({ gate: { ...gate, isOpen: false } }), 'shut');
  t.equal(key({ admissions: 'paused', gate: { ...gate, isOpen: false } }), 'paused');
  t.equal(key({ admissions: 'closed', isSoldOut: true }), 'closed');
  t.equal(key({ admissions: 'closed', gate: { ...gate, isStale: true } }), 'stale');
});

t.test('effects: more places, with the pace that limits them', async (t) => {
  const effect = { code: 'admitsNow', visitors: 47 } as const;
  t.equal(describeEffect(effect, 240, en.effects, format), 'The next 47 waiting are let in at about 240 per minute.');
  t.equal(describeEffect(effect, 0, en.effects, format), 'The next 47 waiting are let in at once.');
  t.match(describeEffect({ code: 'pace', waitSec: 90, waiting: 6 }, 4, en.effects, format), /about 1 min 30 s/);
});

t.test('charts: snapshots go on where the history ends, a pause is a gap', async (t) => {
  const data = fromHistory({
    ...{ atSec: [100, 101], waiting: [5, 6], booked: [1, 1], admissionsPerMinute: [null, 0] },
    ...{ measuredWaitSec: [null, null], expectedWaitSec: [null, 9] },
  });
  const snapshot = (atSec: number, isLive = true) =>
    ({
      atMs: atSec * 1000,
      isLive,
      counts: { waiting: 7, booked: 2, admissionsPerMinute: 3 },
      wait: { measuredSec: 4, expectedSec: null },
    }) as LiveSnapshot;
  t.equal(addSnapshot(data, snapshot(101)), false, 'known already');
  t.equal(addSnapshot(data, snapshot(102)), true);
  t.equal(addSnapshot(data, snapshot(103, false)), false, 'Redis is away');
  t.equal(addSnapshot(data, snapshot(160)), true);
  t.same(data.atSec, [100, 101, 102, 103, 160]);
  t.same(data.waiting, [5, 6, 7, null, 7]);
  t.same(lastMinutes(data, ['waiting'], 0.5), [[160], [7]]);
});

t.test('sparkline: newest on the right, nothing out of one value', async (t) => {
  t.equal(sparkPoints([0.5], 1), '');
  t.equal(sparkPoints([0, 1], 1), '118.0,29.0 120.0,1.0');
});

t.test('funnel: shares of the step before, times only where there are some', async (t) => {
  const none = { count: 0, p50Sec: null, p90Sec: null };
  const funnel: Funnel = {
    ...{ visited: 200, joined: 100, admitted: 50, confirmed: 20, unclaimed: 0 },
    ...{ left: { waiting: 3, booked: 2 }, expired: { waiting: 1, booked: 0 }, revoked: { waiting: 0, booked: 1 } },
    times: {
      sinceMs: 0,
      toAdmission: { count: 50, p50Sec: 60, p90Sec: 120 },
      ...{ toDropOffWaiting: none, toOrder: none, toDropOffBooked: none },
    },
  };
  const { steps, dropOffs } = describeFunnel(funnel, en.funnel, format);
  t.same(
    steps.map(({ value, ratio }) => [value, ratio]),
    [
      ['200', 1],
      ['100', 0.5],
      ['50', 0.25],
      ['20', 0.1],
    ],
  );
  t.equal(steps[2]?.note, '50\u00a0% of those before · half within 1 min, nine in ten within 2 min');
  t.match(dropOffs, [
    { name: 'waiting', left: '3', expired: '1', revoked: '0', time: '–' },
    { name: 'booked', left: '2', revoked: '1' },
  ]);
});

t.test('history of a visitor: what changes and journey both tell is told once', async (t) => {
  const journey = {
    ...{ number: 7, joinedAtMs: 1_000, admittedAtMs: 50_000, claimedAtMs: null, endedAtMs: 90_000, admissions: 1 },
    outcome: 'left' as const,
  };
  const changes = [{ atMs: 50_100, type: 'admitted', from: 'line', number: 7 }];
  const steps = listSteps({ journey, changes });
  t.same(
    steps.map(({ type }) => type),
    ['left', 'admitted', 'joined'],
  );
});
