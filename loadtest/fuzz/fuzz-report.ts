import { renderTable } from '../report/table.ts';
import { type Flatness, judgeFlatness, middleOf, type Point, summarise } from '../soak/flatness.ts';
import type { ProcessSample } from '../soak/process-sample.ts';
import type { Finding, KindResult } from './run-fuzz.ts';

export type MemorySample = { atMs: number; processes: Record<string, ProcessSample> };
export type MemoryJudgement = Flatness & { id: string; what: string };

const stretches = 20;
const shownFindings = 10;
const mebi = 2 ** 20;
const rss = { ratio: 0.15, absolute: 24 };
const descriptors = { ratio: 0.1, absolute: 20 };

/**
 * Memory and descriptors of every process that lived through the run: flat from `warmUpMs` on, or growing. Before, caches fill,
 * code is compiled, and the heap takes the room that each kind of work needs.
 */
export function judgeMemory(samples: readonly MemorySample[], warmUpMs: number): MemoryJudgement[] {
  const endMs = samples.at(-1)?.atMs ?? 0;
  const steady = samples.filter(({ atMs }) => atMs >= warmUpMs);
  const ids = Object.keys(samples[0]?.processes ?? {}).filter((id) => samples.at(-1)?.processes[id]);
  const judge = (id: string, read: (sample: ProcessSample) => number, tolerance: typeof rss) => {
    const points = steady.flatMap(({ atMs, processes }): Point[] => {
      const sample = processes[id];
      return sample ? [[atMs, read(sample)]] : [];
    });
    return judgeFlatness(summarise(points, Math.max(1, endMs / stretches), middleOf), tolerance);
  };
  return ids.flatMap((id) => [
    { id, what: 'RSS, MiB', ...judge(id, ({ rssBytes }) => rssBytes / mebi, rss) },
    { id, what: 'open descriptors', ...judge(id, ({ handles }) => handles, descriptors) },
  ]);
}

/** What was found, the first few of many. */
function listFindings(findings: readonly Finding[]): string {
  const lines = findings
    .slice(0, shownFindings)
    .map(({ kind, problem }) => `- Found in ${kind}: ${problem.slice(0, 300).replaceAll('\n', ' ')}`);
  const rest = findings.length - lines.length;
  return [...lines, ...(rest > 0 ? [`- and ${rest} more.`] : [])].join('\n');
}

export function renderFuzzReport({
  seed,
  machine,
  results,
  findings,
  memory,
}: {
  seed: number;
  machine: string;
  results: readonly KindResult[];
  findings: readonly Finding[];
  memory: readonly MemoryJudgement[];
}): string {
  const count = (value: number) => value.toLocaleString('en-US');
  const sum = results.reduce((total, { inputs }) => total + inputs, 0);
  const findingsOf = (name: string) => findings.filter(({ kind }) => kind === name).length;
  return [
    '## Fuzzing: what comes from outside',
    `Written by \`npm run fuzz\` on ${machine}.`,
    `${count(sum)} inputs with the seeds ${seed} and ${seed + 1}, given to one gateway, two booking instances, a waiting-room, a queue-processor and the ` +
      'console with a Redis of their own. After each: an answer in time and well formed, no 500 and of the other 5xx only 503 with a ' +
      'code that says why (any but 500 while reports lead to instances that are not ours), error bodies of the contract’s shape, nothing of our inside in them, no error in any log, no process ' +
      'died. After each kind: a new visitor gets from the first page to an order, and laws 1, 2, 3, 4 and 6 hold.',
    renderTable(
      ['kind', 'what', 'inputs', 'findings'],
      results.map(({ name, what, inputs }) => [name, what, count(inputs), findingsOf(name)]),
    ),
    findings.length === 0 ? 'Nothing was found.' : listFindings(findings),
    'All kinds came twice, with other inputs the second time. Memory and descriptors in the second round, when each process has done ' +
      'everything once (the same test as in the soak):',
    renderTable(
      ['process', 'level', 'trend', 'allowed', 'flat'],
      memory.map(({ id, what, level, growth, limit, isFlat }) => [
        `${id}: ${what}`,
        level.toFixed(0),
        `${growth > 0 ? '+' : ''}${growth.toFixed(1)}`,
        `+${limit.toFixed(1)}`,
        isFlat ? 'yes' : '**no**',
      ]),
    ),
  ].join('\n\n');
}
