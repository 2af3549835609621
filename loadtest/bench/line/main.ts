import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readMachine, repositoryFile, writeResults } from '../../report/results.ts';
import { runScript, say } from '../../report/script.ts';
import { writeSection } from '../../report/section.ts';
import { measureBatchSizes } from './batch-sizes.ts';
import { measureHttpJoins } from './http-joins.ts';
import { measureMemory } from './memory.ts';
import { measurePolls } from './polls.ts';
import { checkTargets, type LineResults, renderReport } from './report.ts';
import { measureScriptJoins } from './script-joins.ts';
import { measureSizes } from './sizes.ts';

const summary =
  'Measures what the line costs: joins, admissions, polls, memory. Writes docs/benchmarks-line.md, unless --quick.';
const options = { quick: { default: false, help: 'a smoke of some seconds; writes nothing' } } as const;

await runScript({ summary, options }, async ({ options: { quick }, after }) => {
  const machine = readMachine();
  const folder = await mkdtemp(join(tmpdir(), 'fairline-bench-'));
  after(() => rm(folder, { recursive: true, force: true }));
  /** Servers and processes of a part end with it, so that they do not weigh on the next. */
  const part = async <T>(name: string, run: (t: { after(step: () => unknown): void }) => Promise<T>): Promise<T> => {
    const steps: (() => unknown)[] = [];
    const end = async () => {
      for (let step = steps.pop(); step; step = steps.pop()) await step();
    };
    after(end);
    say(`${name} …`);
    const result = await run({ after: (step) => void steps.push(step) });
    await end();
    return result;
  };
  const sizes = quick ? [1000, 10_000] : [1000, 10_000, 100_000, 1_000_000];
  const rounds = quick ? 1 : 5;

  const results: LineResults = {
    scriptJoins: await part('joins by the script', (t) =>
      measureScriptJoins(t, { rounds, joins: quick ? 10_000 : 50_000 }),
    ),
    batchSizes: await part('batches of the batcher', (t) =>
      measureBatchSizes(t, { rates: [1000, 10_000, 50_000], seconds: quick ? 0.5 : 3 }),
    ),
    httpJoins: await part('joins by HTTP', (t) =>
      measureHttpJoins(t, { rounds: quick ? 1 : 3, joins: quick ? 2000 : 40_000, seconds: quick ? 1 : 5, folder }),
    ),
    memory: await part('memory', (t) => measureMemory(t, { visitors: quick ? 10_000 : 100_000 })),
    sizes: await part('join and admission by length of the line', (t) => measureSizes(t, sizes)),
    polls: await part('polls by length of the line', (t) =>
      measurePolls(t, { sizes, rounds, seconds: quick ? 1 : 2, warmSeconds: quick ? 1 : 6, folder }),
    ),
  };
  const report = renderReport(machine, results);
  say(`\n${report}`);
  if (quick) return 'ok';
  await writeResults('line', machine, results);
  await writeSection(repositoryFile('docs/benchmarks-line.md'), 'bench:line', report, 'What the line costs');
  return checkTargets(results).every(({ isMet }) => isMet) ? 'ok' : 'broken';
});
