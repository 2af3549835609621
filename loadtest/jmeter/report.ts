import { type Point, renderChart, type Series } from '../plot/chart.ts';
import { stackCharts } from '../plot/stack-charts.ts';
import { describeMachine, type Machine } from '../report/results.ts';
import { renderTable } from '../report/table.ts';
import type { Interval, Tally } from './samples.ts';
import type { LineWatch } from './watch-line.ts';

/** What was asked for. */
export type Scenario = {
  threads: number;
  rampUpSec: number;
  loops: number;
  keepAlive: boolean;
  thinkTimeMs: number;
  thinkTimeSpreadMs: number;
  seeOrder: boolean;
};
/** The site that was started for it. */
export type SiteSettings = {
  maxBooking: number;
  newBookingsPerMinute: number;
  bookingInstances: number;
  waitingRooms: number;
};
/** A while in which fewer are let in, from a second on. */
export type SlowDown = { atSec: number; forSec: number; newBookingsPerMinute: number };
export type JmeterRun = {
  scenario: Scenario;
  /** undefined: a site that was there already, of which only the outside is seen. */
  site: { settings: SiteSettings; slowDown: SlowDown; watch: LineWatch; orders: number; errors: string[] } | undefined;
  tally: Tally;
  jmeter: string;
  exitCode: number;
  /** Why it was ended before all visits were made. */
  cutShort: string | undefined;
};

/** In the order of a visit. */
const labelOrder = ['landing', 'join', 'poll', 'enter', 'confirm', 'order'];
const whole = (value: number) => Math.round(value).toLocaleString('en-US');
const byVisit = (a: string, b: string) => labelOrder.indexOf(a) - labelOrder.indexOf(b);

export function countVisits({ labels }: Pick<Tally, 'labels'>): { begun: number; ordered: number } {
  const { landing, confirm } = labels;
  return { begun: landing?.count ?? 0, ordered: (confirm?.count ?? 0) - (confirm?.failed ?? 0) };
}

/** What a run has to keep to; each line names what was broken. Response times are told, not judged. */
export function findJmeterProblems(run: JmeterRun): string[] {
  const { tally, scenario, site, exitCode, cutShort } = run;
  const problems: string[] = [];
  const { ordered } = countVisits(tally);
  const wanted = scenario.threads * scenario.loops;
  if (cutShort) problems.push(`${cutShort}: ${whole(ordered)} of ${whole(wanted)} visits were made`);
  else if (ordered !== wanted) problems.push(`${whole(ordered)} visits ended with an order, ${whole(wanted)} wanted`);
  if (exitCode !== 0 && !cutShort) problems.push(`JMeter ended with code ${exitCode}`);
  if (tally.failed > 0) problems.push(`${whole(tally.failed)} of ${whole(tally.count)} requests failed`);
  if (tally.sharedNumbers > 0) problems.push(`${tally.sharedNumbers} numbers were told to two visitors`);
  if (!site) return problems;
  if (site.orders < ordered || (!cutShort && tally.failed === 0 && site.orders !== ordered)) {
    problems.push(`${whole(ordered)} orders were told to visitors, Redis holds ${whole(site.orders)}`);
  }
  problems.push(...site.watch.brokenLaws.slice(0, 5));
  if (site.watch.brokenLaws.length > 5) problems.push(`and ${site.watch.brokenLaws.length - 5} more broken laws`);
  problems.push(...site.errors.slice(0, 5).map((line) => `in the log: ${line}`));
  return problems;
}

export function renderReport(machine: Machine, run: JmeterRun, problems: readonly string[], plot: string): string {
  const { scenario, site, tally } = run;
  const { begun, ordered } = countVisits(tally);
  const minutes = (tally.durationSec / 60).toFixed(1);
  const spread = (ms: number) => (ms / 1000).toLocaleString('en-US');
  const { thinkTimeMs: least, thinkTimeSpreadMs: more } = scenario;
  const top = (read: (sample: LineWatch['samples'][number]) => number) =>
    Math.max(0, ...(site?.watch.samples ?? []).map(read));
  const failures = Object.entries(tally.failures);
  return [
    `Written by \`npm run jmeter\` on ${describeMachine(machine)}. ${run.jmeter}, the site and its Redis share the machine, other ` +
      'work went on beside them: throughput, errors and the laws count here, response times are told and judge nothing.',
    `${whole(scenario.threads)} threads (ramp-up ${scenario.rampUpSec} s) of ${scenario.loops} visits each, keep-alive ${scenario.keepAlive ? 'on' : 'off'}. ` +
      `Each visit is somebody new, without cookies: \`/\`, \`/ticketing\`, polls of \`/queue/status\` as \`refreshAfterSeconds\` says ` +
      `until let in, \`/ticketing\`, \`POST /api/booking/confirm\`${scenario.seeOrder ? ', `/order`' : ''}; ` +
      `${spread(least)} to ${spread(least + more)} s of thought before the landing page, after it and before confirming.` +
      (site
        ? ` One gateway, ${site.settings.waitingRooms} waiting-room, ${site.settings.bookingInstances} booking instances, two queue-processors; ` +
          `\`maxBooking\` ${whole(site.settings.maxBooking)}, \`newBookingsPerMinute\` ${whole(site.settings.newBookingsPerMinute)}; ` +
          describeSlowDown(site.slowDown, tally.durationSec) +
          'traffic control off, since all visitors come from one address, and request logs off.'
        : ' The site was there already; what its Redis holds was not looked at.'),
    renderTable(
      ['', 'measured'],
      [
        ['visits begun', whole(begun)],
        ['visits that ended with an order', `${whole(ordered)} of ${whole(scenario.threads * scenario.loops)}`],
        ['visitors who had to wait in line', whole(tally.waited)],
        ['requests', whole(tally.count)],
        ['failed requests (status or assertion)', whole(tally.failed)],
        ['minutes', minutes],
        ['visits a second, on average', (ordered / (tally.durationSec || 1)).toFixed(1)],
        ['requests a second, on average', (tally.count / (tally.durationSec || 1)).toFixed(0)],
        ['threads at once, at most', whole(tally.maxThreads)],
        ...(site
          ? ([
              ['waiting at once, at most', whole(top(({ waiting, aside }) => waiting + aside))],
              [
                'places held at once, at most',
                `${whole(top(({ booked }) => booked))} of ${whole(site.settings.maxBooking)}`,
              ],
              ['orders in Redis', whole(site.orders)],
              ['checks of all laws on Redis while it ran', site.watch.checks],
              ['laws broken', site.watch.brokenLaws.length],
            ] as [string, string | number][])
          : []),
      ],
    ),
    problems.length === 0
      ? 'No request failed; no number changed or was told twice, no position rose, every visitor let in got an order; all laws hold.'
      : problems.map((problem) => `- Not as wanted: ${problem}.`).join('\n'),
    renderTable(
      ['request', 'count', 'failed', 'p50 ms', 'p95 ms', 'p99 ms', 'slowest ms'],
      Object.entries(tally.labels)
        .sort(([a], [b]) => byVisit(a, b))
        .map(([label, each]) => [
          label,
          ...[each.count, each.failed, each.p50Ms, each.p95Ms, each.p99Ms, each.maxMs].map(whole),
        ]),
    ),
    ...(failures.length === 0
      ? []
      : [
          renderTable(
            ['what failed', 'times'],
            failures.slice(0, 12).map(([reason, count]) => [reason, whole(count)]),
          ),
        ]),
    `![Throughput, errors, response times, and the line over time](${plot})`,
  ].join('\n\n');
}

export function renderPlot({ tally, site }: Pick<JmeterRun, 'tally' | 'site'>, intervalSec: number): string {
  const xLabel = 'minutes';
  // The first and the last one are not whole.
  const intervals = tally.intervals.length > 3 ? tally.intervals.slice(0, -1) : tally.intervals;
  const over = (read: (interval: Interval) => number): Point[] =>
    intervals.map((each) => [each.atSec / 60, read(each)]);
  const labels = Object.keys(tally.labels).sort(byVisit);
  const codes = [...new Set(intervals.flatMap(({ errors }) => Object.keys(errors)))].sort();
  const errors: Series[] =
    codes.length > 0
      ? codes.map((code) => ({ name: code || 'no answer', points: over((each) => each.errors[code] ?? 0) }))
      : [{ name: 'none', points: over(() => 0) }];
  const line = (read: (sample: LineWatch['samples'][number]) => number): Point[] =>
    (site?.watch.samples ?? []).map((sample) => [sample.atMs / 60_000, read(sample)]);
  return stackCharts([
    renderChart({
      ...{ title: 'Throughput', kind: 'stacked', xLabel, yLabel: 'requests a second' },
      series: labels.map((name) => ({ name, points: over((each) => (each.labels[name]?.count ?? 0) / intervalSec) })),
    }),
    renderChart({
      ...{ title: 'Errors', kind: 'line', xLabel, yLabel: `failed requests in ${intervalSec} s, by code` },
      series: errors,
    }),
    renderChart({
      ...{ title: 'Response times', kind: 'line', xLabel, yLabel: 'ms, p95 (not judged)' },
      series: labels.map((name) => ({ name, points: over((each) => each.labels[name]?.p95Ms ?? Number.NaN) })),
    }),
    ...(site
      ? [
          renderChart({
            ...{ title: 'The line', kind: 'line', xLabel, yLabel: 'visitors' },
            series: [
              { name: 'waiting', points: line(({ waiting, aside }) => waiting + aside) },
              { name: 'booked', points: line(({ booked }) => booked) },
              { name: 'threads', points: over(({ threads }) => threads) },
            ],
          }),
        ]
      : []),
  ]);
}

/** One line for each interval, for other programs. */
export function renderCsv({ tally, site }: Pick<JmeterRun, 'tally' | 'site'>, intervalSec: number): string {
  const labels = Object.keys(tally.labels).sort(byVisit);
  const head = ['second', 'requests', 'failed', 'threads', 'waiting', 'booked', 'orders'];
  const perLabel = labels.flatMap((label) => [`${label}_count`, `${label}_p50_ms`, `${label}_p95_ms`]);
  let index = 0;
  const samples = site?.watch.samples ?? [];
  const rows = tally.intervals.map((each) => {
    while ((samples[index + 1]?.atMs ?? Number.POSITIVE_INFINITY) <= (each.atSec + intervalSec) * 1000) index += 1;
    const line = samples[index];
    return [
      ...[
        each.atSec,
        each.count,
        each.failed,
        each.threads,
        line?.waiting ?? '',
        line?.booked ?? '',
        line?.orders ?? '',
      ],
      ...labels.flatMap((label) => {
        const found = each.labels[label];
        return [found?.count ?? 0, found?.p50Ms ?? '', found?.p95Ms ?? ''];
      }),
    ].join(',');
  });
  return `${[[...head, ...perLabel].join(','), ...rows].join('\n')}\n`;
}

function describeSlowDown({ atSec, forSec, newBookingsPerMinute }: SlowDown, durationSec: number): string {
  if (forSec === 0 || atSec > durationSec) return '';
  const pace = `${whole(newBookingsPerMinute)} a minute`;
  return `from second ${whole(atSec)} on only ${pace} are let in, for ${forSec} s, so that a line builds up; `;
}
