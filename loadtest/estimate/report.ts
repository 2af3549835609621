import { renderTable } from '../report/table.ts';
import { type KindResult, target, testSeeds } from './calibration.ts';
import { saleKinds } from './made-up-sales.ts';
import { type RehearsalName, rehearsals } from './rehearsals.ts';
import type { Score } from './scores.ts';

const percent = (ratio: number) => `${Math.round(ratio * 100)} %`;

/** The tables of docs/estimate.md. */
export function renderReport(
  results: readonly KindResult[],
  recordings: readonly { name: string; score: Score }[],
): string {
  const parts = [
    `${testSeeds.length} made-up sales of each kind, asked every 15 s for six of those waiting, drawn evenly. Wanted: at least ` +
      `${percent(target.insideRatio)} inside, and for steady and bursty sales a median width of at most ` +
      `${percent(target.medianWidthRatio)} of the wait. Stalls and changes of rate: asked a minute or more after the change.`,
    renderTable(
      ['sale', 'asks', 'answered', 'inside the range', 'earlier', 'later', 'median width', 'recovered after'],
      results.map(({ kind, score, recoverySec }) => [
        kind,
        ...cellsOf(score),
        recoverySec === null ? '–' : recoverySec === 0 ? 'at once' : `${recoverySec} s`,
      ]),
    ),
    results.map(({ kind }) => `- *${kind}*: ${saleKinds[kind]}.`).join('\n'),
    'By the true wait: inside the range, median width of the range over the wait.',
    renderTable(
      ['sale', ...(results[0]?.byWait ?? []).map(({ fromSec, toSec }) => waitName(fromSec, toSec))],
      results.map(({ kind, byWait }) => [
        kind,
        ...byWait.map(({ score }) => `${percent(score.insideRatio)}, ${percent(score.medianWidthRatio)}`),
      ]),
    ),
    'After a change, by the seconds since then: inside the range (share of the asks that were answered).',
    renderTable(
      ['sale', ...recoveryColumns.map((sec) => `${sec}–${sec + 15} s`)],
      results
        .filter(({ recoverySec }) => recoverySec !== null)
        .map(({ kind, recovery }) => [
          kind,
          ...recoveryColumns.map((sec) => {
            const score = recovery.find(({ fromSec }) => fromSec === sec)?.score;
            if (!score || score.told === 0) return 'nothing told';
            return `${percent(score.insideRatio)} (${percent(score.told / score.asks)})`;
          }),
        ]),
    ),
  ];
  if (recordings.length > 0) {
    parts.push(
      'Recordings of real runs, ten minutes each, with real processes and visitors of a script; asks of one run depend on each other.',
      renderTable(
        ['recording', 'asks', 'answered', 'inside the range', 'earlier', 'later', 'median width'],
        recordings.map(({ name, score }) => [name, ...cellsOf(score)]),
      ),
      recordings
        .flatMap(({ name }) => (isRehearsal(name) ? [`- *${name}*: ${rehearsals[name].what}.`] : []))
        .join('\n'),
    );
  }
  return parts.join('\n\n');
}

function isRehearsal(name: string): name is RehearsalName {
  return Object.hasOwn(rehearsals, name);
}

const recoveryColumns = [0, 15, 30, 45, 60, 90, 120, 240];

function cellsOf(score: Score): (string | number)[] {
  return [
    score.asks,
    percent(score.asks === 0 ? 0 : score.told / score.asks),
    percent(score.insideRatio),
    percent(score.earlierRatio),
    percent(score.laterRatio),
    percent(score.medianWidthRatio),
  ];
}

function waitName(fromSec: number, toSec: number): string {
  if (!Number.isFinite(toSec)) return `${fromSec / 60} min and more`;
  return fromSec < 60 ? `${fromSec}–${toSec} s` : `${fromSec / 60}–${toSec / 60} min`;
}
