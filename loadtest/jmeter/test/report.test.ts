import t from 'tap';
import type { Machine } from '../../report/results.ts';
import { lies } from '../lying-site.ts';
import { findUnnoticed } from '../prove-plan.ts';
import { isWholeScenario } from '../publish-run.ts';
import { findJmeterProblems, type JmeterRun, renderCsv, renderPlot, renderReport } from '../report.ts';
import type { Tally } from '../samples.ts';

const label = (count: number, failed = 0) => ({ count, failed, p50Ms: 5, p95Ms: 9, p99Ms: 20, maxMs: 50 });
const tally: Tally = {
  ...{ startedAtMs: 0, durationSec: 20, count: 60, failed: 0, failures: {}, codes: { 200: 60 } },
  labels: { confirm: label(20), landing: label(20), join: label(20) },
  intervals: [0, 10].map((atSec) => ({
    ...{ atSec, count: 30, failed: 0, threads: 10, errors: {} },
    labels: { confirm: { count: 10, p50Ms: 5, p95Ms: 9 } },
  })),
  ...{ sharedNumbers: 0, waited: 8, maxThreads: 10 },
};
const site = {
  settings: { maxBooking: 4, newBookingsPerMinute: 0, bookingInstances: 2, waitingRooms: 1 },
  slowDown: { atSec: 5, forSec: 10, newBookingsPerMinute: 60 },
  watch: {
    samples: [0, 10_000].map((atMs) => ({ atMs, waiting: 5, aside: 1, booked: 4, orders: 7 })),
    ...{ checks: 3, brokenLaws: [] },
  },
  ...{ orders: 20, errors: [] },
};
const run: JmeterRun = {
  scenario: {
    ...{ threads: 10, rampUpSec: 1, loops: 2, keepAlive: true },
    ...{ thinkTimeMs: 100, thinkTimeSpreadMs: 400, seeOrder: true },
  },
  ...{ site, tally, jmeter: 'JMeter', exitCode: 0, cutShort: undefined },
};
const machine: Machine = { cores: 2, cpu: 'one', memoryGiB: 1, node: 'v26', platform: 'linux x64', load1: 0 };

t.test('JMeter report: a good run has no problem, and is told in tables, a plot and lines', async (t) => {
  t.same(findJmeterProblems(run), []);
  const report = renderReport(machine, run, [], 'images/x.svg');
  t.match(report, '| visits that ended with an order | 20 of 20 |');
  t.match(report, 'from second 5 on only 60 a minute are let in, for 10 s');
  t.match(report, '| waiting at once, at most | 6 |');
  t.ok(report.indexOf('| landing |') < report.indexOf('| confirm |'), 'in the order of a visit');
  t.match(renderPlot(run, 10), /Throughput.*The line/s);
  t.notMatch(renderPlot({ ...run, site: undefined }, 10), 'The line');
  t.match(renderCsv(run, 10).split('\n'), [
    /^second,requests,failed,threads,waiting,/,
    /^0,30,0,10,5,4,7,0,,,0,,,10,5,9$/,
  ]);
});

t.test('JMeter report: what a run has to keep to', async (t) => {
  const broken: [Partial<JmeterRun>, RegExp][] = [
    [
      { tally: { ...tally, labels: { ...tally.labels, confirm: label(20, 1) } } },
      /^19 visits ended with an order, 20 wanted/,
    ],
    [{ cutShort: 'ended after 9 minutes' }, /^ended after 9 minutes: 20 of 20 visits were made/],
    [{ exitCode: 1 }, /JMeter ended with code 1/],
    [{ tally: { ...tally, failed: 2 } }, /2 of 60 requests failed/],
    [{ tally: { ...tally, sharedNumbers: 1 } }, /1 numbers were told to two visitors/],
    [{ site: { ...site, orders: 19 } }, /20 orders were told to visitors, Redis holds 19/],
    [{ site: { ...site, orders: 21 } }, /20 orders were told to visitors, Redis holds 21/],
    [{ site: { ...site, watch: { ...site.watch, brokenLaws: ['law 1: …'] } } }, /law 1/],
    [{ site: { ...site, errors: ['booking-1 │ ERROR'] } }, /in the log: booking-1/],
  ];
  for (const [over, expected] of broken) t.match(findJmeterProblems({ ...run, ...over })[0], expected);
});

t.test('the plan is proven only when each lie is noticed where it is told', async (t) => {
  const failed = lies.flatMap(({ notices }) =>
    notices ? [{ label: notices[0], code: '200', failure: `expected ${notices[1]}` }] : [],
  );
  t.same(findUnnoticed(failed), []);
  t.match(findUnnoticed(failed.slice(0, -1)), [/another order is not noticed by order: no failure/]);
  t.match(findUnnoticed([...failed, { label: 'poll', code: '200', failure: 'x' }]), [/noticed without a lie: poll/]);
});

t.test(
  'JMeter report: a run that ended early stands for the scenario only when nearly all visits were made',
  async (t) => {
    const ended = (ordered: number): JmeterRun => ({
      ...{ ...run, cutShort: 'ended after 85 minutes' },
      scenario: { ...run.scenario, threads: 1000, loops: 1 },
      tally: { ...tally, labels: { ...tally.labels, confirm: label(ordered + 1, 1) } },
    });
    t.equal(isWholeScenario(run), true, 'a run that came to its own end, whatever it made');
    t.equal(isWholeScenario(ended(999)), true);
    t.equal(isWholeScenario(ended(998)), false);
  },
);
