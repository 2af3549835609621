import { median } from '../report/median.ts';
import { describeMachine, type Machine } from '../report/results.ts';
import { renderTable } from '../report/table.ts';
import { spikeShare } from './arrivals-curve.ts';
import type { CrowdResult } from './crowd.ts';
import type { RehearsalOptions } from './options.ts';
import { patienceSigma, thinkSigma } from './patience.ts';
import { clientKinds, directRatio } from './persona.ts';
import type { Plot } from './plots.ts';
import { type PromiseName, promises } from './promises.ts';
import { groups } from './requests.ts';
import { percent, type Verdict } from './verdict.ts';

export type ReportInput = {
  options: RehearsalOptions;
  result: CrowdResult;
  verdict: Verdict;
  machine: Machine;
  version: string;
  startedAt: Date;
  /** What was said of a site that was started for this. */
  site: string | undefined;
  plots: readonly Plot[];
  /** Where the report finds a plot. */
  imageOf(plot: Plot): string;
  /** Of its first heading. */
  level: 1 | 2;
};

const whole = (value: number) => Math.round(value).toLocaleString('en').replaceAll(',', ' ');
const ms = (value: number) => (value < 10 ? value.toFixed(1) : whole(value));
const mostFindingsTold = 20;
/** Above this the machine that plays the crowd is too busy for what it measures. */
const mostLatenessMs = 50;

/** The report as Markdown; GO or NO-GO is its first word. */
export function renderReport(input: ReportInput): string {
  const { options, result, verdict, plots, imageOf, level } = input;
  const heading = (text: string, below = 1) => `${'#'.repeat(level + below)} ${text}`;
  const { visitors, minutes, arrivals } = options;
  const broken = verdict.judgements.filter((each) => each.verdict === 'broken');
  return [
    heading(`${verdict.isGo ? 'GO' : 'NO-GO'}: ${whole(visitors)} visitors within ${minutes} min (${arrivals})`, 0),
    broken.length === 0
      ? 'Every limit was kept.'
      : broken
          .map(
            ({ name, value, limit, reason }) => `- ${name}: ${value}, wanted ${limit}${reason ? ` (${reason})` : ''}`,
          )
          .join('\n'),
    renderTable(
      ['limit', 'wanted', 'found', 'verdict'],
      verdict.judgements.map((each) => [
        each.name,
        each.limit,
        each.value,
        each.verdict === 'broken' ? '**broken**' : each.verdict,
      ]),
    ),
    renderNotes(input),
    heading('Over time'),
    ...plots.map((plot) => `![${plot.title}](${imageOf(plot)})`),
    heading('What people met'),
    renderLatencies(result),
    renderErrors(result),
    heading('What became of them'),
    renderOutcomes(result),
    heading('What the line promises'),
    renderPromises(result),
    heading('What was played'),
    renderAsked(input),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function renderNotes({ result, verdict }: ReportInput): string {
  const notes = verdict.judgements.flatMap(({ name, verdict: word, reason }) =>
    word === 'not judged' && reason !== undefined ? [`- ${name}: not judged, ${reason}.`] : [],
  );
  const unfinished = (['person', 'hammer'] as const).reduce(
    (sum, kind) => sum + (result.byKind[kind].outcomes.unfinished ?? 0),
    0,
  );
  if (unfinished > 0) notes.push(`- ${whole(unfinished)} were not through when it ended (${result.end}).`);
  if (result.latenessP99Ms > mostLatenessMs) {
    notes.push(
      `- The crowd itself was up to ${ms(result.latenessP99Ms)} ms late (p99): the machine that plays it is too busy, and latencies contain it.`,
    );
  }
  return notes.join('\n');
}

function renderLatencies({ latencies }: CrowdResult): string {
  return renderTable(
    ['ms from when it was due', 'requests', 'p50', 'p90', 'p99', 'slowest'],
    groups.map((group) => {
      const { count, p50Ms, p90Ms, p99Ms, maxMs } = latencies[group];
      return [group, whole(count), ...(count === 0 ? ['–', '–', '–', '–'] : [p50Ms, p90Ms, p99Ms, maxMs].map(ms))];
    }),
  );
}

function renderErrors({ errorsByCode }: CrowdResult): string {
  const rows = Object.entries(errorsByCode).toSorted(([, one], [, other]) => other - one);
  return rows.length === 0 ? 'No request failed.' : renderTable(['error', 'times'], rows);
}

function renderOutcomes({ byKind }: CrowdResult): string {
  const names = {
    person: 'people',
    cookieless: 'bots without cookies',
    hammer: 'bots that ask far too often',
  } as const;
  const kinds = clientKinds.filter((kind) => byKind[kind].clients > 0);
  const row = (name: string, read: (kind: (typeof clientKinds)[number]) => string) => [name, ...kinds.map(read)];
  const outcome = (name: string, ...keys: (keyof (typeof byKind)['person']['outcomes'])[]) =>
    row(name, (kind) => whole(keys.reduce((sum, key) => sum + (byKind[kind].outcomes[key] ?? 0), 0)));
  return renderTable(
    ['', ...kinds.map((kind) => names[kind])],
    [
      row('came', (kind) => whole(byKind[kind].clients)),
      row('stood in line', (kind) => whole(byKind[kind].inLine)),
      row('were let in', (kind) => whole(byKind[kind].admitted)),
      row('median wait of those who waited, s', (kind) => {
        const { waitsMs } = byKind[kind];
        return waitsMs.length === 0 ? '–' : (median(waitsMs) / 1000).toFixed(1);
      }),
      outcome('ordered', 'confirmed'),
      outcome('ran out of patience', 'gaveUp'),
      outcome('were let in and never entered', 'neverClaimed'),
      outcome('entered and never ordered', 'neverConfirmed'),
      outcome('gave the place back', 'gaveBack'),
      outcome('were turned away', 'turnedAway'),
      outcome('lost their turn', 'turnEnded'),
      outcome('gave up after errors', 'failed'),
      outcome('not through at the end', 'unfinished'),
      row('requests', (kind) => whole(byKind[kind].requests)),
      row('of these not served', (kind) => whole(byKind[kind].errors)),
      row('of these 429, 403', (kind) => `${whole(byKind[kind].slowedDown)}, ${whole(byKind[kind].refused)}`),
    ],
  );
}

function renderPromises({ promises: { counts, findings } }: CrowdResult): string {
  const table = renderTable(
    ['promise', 'broken'],
    Object.entries(promises).map(([name, text]) => [text, counts[name as PromiseName] ?? 0]),
  );
  const told = findings
    .slice(0, mostFindingsTold)
    .map(
      ({ promise, visitor, atMs, what }) =>
        `- ${(atMs / 1000).toFixed(1)} s, visitor ${visitor}: ${promises[promise]}: ${what}`,
    );
  return [table, told.join('\n')].filter((part) => part !== '').join('\n\n');
}

function renderAsked({ options, result, machine, version, startedAt, site }: ReportInput): string {
  const { habits, target } = options;
  const lines: (readonly [string, string])[] = [
    ['target', `${target.origin}${site === undefined ? '' : `, ${site}`}`],
    ['when', `${startedAt.toISOString()}, ${whole(result.durationMs / 1000)} s, ended because: ${result.end}`],
    ['played by', `Fairline ${version} on ${describeMachine(machine)}`],
    ['visitors', `${whole(options.visitors)}, bots ${percent(habits.botRatio)}, seed ${options.seed}`],
    [
      'arrivals',
      `${options.arrivals}${options.arrivals === 'spike' ? ` (${percent(spikeShare)} in the first tenth, at most 10 s)` : ''} within ${options.minutes} min; ${percent(directRatio)} come to /ticketing at once, the others by /`,
    ],
    ['patience', `median ${habits.patienceSec} s, log-normal, sigma ${patienceSigma}`],
    ['think time', `median ${habits.thinkSec} s, log-normal, sigma ${thinkSigma}`],
    ['drop-off', `${percent(habits.dropOffRatio)} of the admitted: never enter, never order, give back, a third each`],
    ['reload', `${percent(habits.reloadRatio)} of people, every 5 to 30 s`],
    [
      'connections',
      `at most ${options.connections}, kept; the crowd was up to ${ms(result.latenessP99Ms)} ms late (p99)`,
    ],
  ];
  return [['command', `\`${options.command}\``] as const, ...lines]
    .map(([name, text]) => `- ${name}: ${text}`)
    .join('\n');
}
