import { renderTable } from '../../report/table.ts';
import type { FaultReport } from './run-faults.ts';
import { type CodeCounts, codeNames, type SecondOfCodes } from './what-visitors-saw.ts';

/** What is kept of a run. */
export type KeptReport = FaultReport & { what: string; atMs: number };

export function renderFaults(reports: readonly KeptReport[]): string {
  const rows = reports.map((report) => [
    report.name,
    report.what,
    describeCodes(report.codes),
    formatSec(report.recovery.joinPauseMs),
    formatSec(report.recovery.admissionPauseMs),
    formatSec(report.recovery.joinMs),
    formatSec(report.recovery.admissionMs),
    describeLaws(report),
    report.seed,
  ]);
  return renderTable(
    [
      'fault',
      'what is done',
      'answers meanwhile',
      'longest time without a join, s',
      'without an admission, s',
      'after its end: first join, s',
      'first admission, s',
      'laws',
      'seed',
    ],
    rows,
  );
}

/** What visitors were answered, second by second: one block a fault, and a row for each kind of answer that came. */
export function renderSeconds(reports: readonly KeptReport[]): string {
  const blocks = reports.map(({ name, seconds, fromSec, toSec }) => {
    const marks = seconds.map(({ second }) => (second >= Math.floor(fromSec) && second <= toSec ? '*' : ''));
    const shown = codeNames.filter((code) => seconds.some(({ counts }) => counts[code] > 0));
    return [
      name,
      row(
        'second',
        seconds.map(({ second }) => String(second)),
      ),
      row('broken', marks),
      ...shown.map((code) => codesRow(code, seconds)),
    ].join('\n');
  });
  return `\`\`\`\n${blocks.join('\n\n')}\n\`\`\``;
}

function codesRow(code: keyof CodeCounts, seconds: readonly SecondOfCodes[]): string {
  return row(
    code,
    seconds.map(({ counts }) => String(counts[code] || '·')),
  );
}

function row(name: string, cells: readonly string[]): string {
  return `  ${name.padEnd(10)}${cells.map((cell) => cell.padStart(4)).join('')}`;
}

export function describeCodes(codes: CodeCounts): string {
  return codeNames
    .filter((name) => codes[name] > 0)
    .map((name) => `${codes[name]} ${name}`)
    .join(', ');
}

function describeLaws({ problems, epochs, busyMs }: FaultReport): string {
  const loss = `${epochs > 0 ? ', in a new epoch' : ''}${busyMs > 0 ? ' (the machine was busy)' : ''}`;
  return problems.length === 0 ? `all hold${loss}` : `**${problems.length} broken**`;
}

export function formatSec(ms: number | undefined): string {
  return ms === undefined ? 'never' : (ms / 1000).toFixed(1);
}

export function renderMixed(reports: readonly FaultReport[]): string {
  const counts = new Map<string, number>();
  for (const { faults } of reports) for (const id of faults) counts.set(id, (counts.get(id) ?? 0) + 1);
  const most = (read: (report: FaultReport) => number | undefined) =>
    formatSec(Math.max(...reports.map((report) => read(report) ?? Number.POSITIVE_INFINITY)));
  const sum = (read: (report: FaultReport) => number) => reports.reduce((total, report) => total + read(report), 0);
  const codes = Object.fromEntries(codeNames.map((name) => [name, sum((report) => report.codes[name])])) as CodeCounts;
  const broken = reports.filter(({ problems }) => problems.length > 0);
  const facts = [
    ['runs', reports.length],
    ['seeds', describeSeeds(reports.map(({ seed }) => seed))],
    ['answers checked', sum(({ answers }) => answers)],
    ['changes checked', sum(({ changes }) => changes)],
    ['new epochs after a loss', sum(({ epochs }) => epochs)],
    ['answers while something was broken', describeCodes(codes)],
    ['first join after the last fault, at most, s', most(({ recovery }) => recovery.joinMs)],
    ['first admission after it, at most, s', most(({ recovery }) => recovery.admissionMs)],
    [
      'runs with a broken law or limit',
      broken.length === 0 ? 'none' : broken.map(({ seed }) => `seed ${seed}`).join(', '),
    ],
  ] as const;
  const done = [...counts].toSorted(([, a], [, b]) => b - a);
  return [
    renderTable(['', 'over all runs'], facts),
    renderTable(['fault', 'how often'], done),
    ...broken.flatMap(({ seed, problems }) => problems.map((problem) => `- Seed ${seed}: ${problem.split('\n')[0]}`)),
  ].join('\n\n');
}

function describeSeeds(seeds: readonly number[]): string {
  const sorted = seeds.toSorted((a, b) => a - b);
  const [first, last] = [sorted[0], sorted.at(-1)];
  if (first === undefined || last === undefined) return 'none';
  return last - first + 1 === sorted.length ? `${first}–${last}` : sorted.join(', ');
}
