import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeMachine, readMachine, repositoryFile, writeResults } from '../../report/results.ts';
import { runScript, say } from '../../report/script.ts';
import { writeSection } from '../../report/section.ts';
import { renderTable } from '../../report/table.ts';
import { type Mutant, mutants } from './mutants.ts';
import { openBench } from './run-mutant.ts';

type Result = {
  script: string;
  name: string;
  caughtBy: string;
  words: string;
  events: number;
  runs: number;
  seed: number;
};

/** What is broken only now and then needs more than one run to show. */
const maxRuns = 4;

await runScript(
  {
    summary:
      'npm run fault:mutations: breaks the scripts of the line in a copy, one way at a time, runs a short concurrent workload on\n' +
      'a real Redis, and shows that the checker of histories finds each of them, and nothing when nothing is broken.\n' +
      'About 3 minutes. Code 1: one was not found, or a law was broken by the scripts as they are.\n' +
      'Writes a section of docs/reliability.md and loadtest/results/fault-mutations.json.',
    options: {
      seed: { default: 1, min: 0, max: 1_000_000_000, help: 'of the workload' },
      only: { default: 0, min: 0, max: mutants.length, help: 'only the mutant of this number; 0 = all' },
      sound: { default: 5, min: 1, max: 100, help: 'runs with nothing broken' },
      list: { default: false, help: 'say which there are, and run none' },
      'dry-run': { default: false, help: 'write no files' },
    },
  },
  async ({ options, after }) => {
    if (options.list) {
      for (const [index, { script, name }] of mutants.entries()) say(`${index + 1}  ${script}: ${name}`);
      return 'ok';
    }
    const machine = readMachine();
    const benches = await Promise.all([openBench({ after }), openBench({ after })]);
    const wanted = mutants.filter((_, index) => options.only === 0 || options.only === index + 1);
    const problems: string[] = [];
    let sound = { answers: 0, changes: 0 };

    const rest: (Mutant | undefined)[] = [...Array.from({ length: options.sound }, () => undefined), ...wanted];
    const results = new Map<Mutant, Result>();
    await Promise.all(
      benches.map(async (bench, index) => {
        for (let count = 0; rest.length > 0; count += 1) {
          const mutant = rest.shift();
          if (mutant === undefined) {
            const verdict = await bench.run(undefined, options.seed + 1000 * index + count);
            sound = { answers: sound.answers + verdict.answers, changes: sound.changes + verdict.changes };
            if (verdict.breach) problems.push(`with nothing broken: ${verdict.text}`);
            say(`nothing broken: ${verdict.breach ? verdict.text : 'all laws hold'}`);
            continue;
          }
          const result = await catchMutant(bench, mutant, options.seed);
          results.set(mutant, result);
          if (result.caughtBy === '') problems.push(`${mutant.script}: ${mutant.name}: not found`);
          say(`${mutant.script}: ${mutant.name}: ${result.caughtBy || 'NOT FOUND'} ${result.words}`);
        }
      }),
    );
    const all = wanted.flatMap((mutant) => results.get(mutant) ?? []);
    const found = all.filter(({ caughtBy }) => caughtBy !== '').length;
    say(`${found} of ${all.length} found`);
    if (options['dry-run'] || options.only !== 0) return problems.length === 0 ? 'ok' : 'broken';
    await writeResults('fault-mutations', machine, { options, problems, sound, results: all });
    const text = [
      `Written by \`npm run fault:mutations\` on ${describeMachine(machine)}; seed ${options.seed}.`,
      `Each of ${all.length} errors was put into a script of the line, in a copy of the tree; a workload of thirteen kinds of visits ` +
        '(three sales: one led steadily; one with two leaders who lose the lock, and settings changed all the time; one that loses its ' +
        `last changes) ran on a real Redis for about four seconds, and its history was checked. **${found} of ${all.length} were ` +
        `found.** With nothing broken, ${options.sound} runs with ${sound.answers} answers and ${sound.changes} changes: ` +
        `${problems.some((each) => each.startsWith('with nothing')) ? 'a law was broken' : 'all laws hold'}. Not tried, as no law ` +
        'speaks of it: `read-moves`, which only tells the recent pace.',
      renderTable(
        ['script', 'what is wrong with it', 'found by', 'as', 'events shown', 'runs needed'],
        all.map((each) => [
          `\`${each.script}\``,
          each.name,
          each.caughtBy || '**not found**',
          each.words,
          each.events,
          each.runs,
        ]),
      ),
    ].join('\n\n');
    await writeSection(repositoryFile('docs/reliability.md'), 'fault:mutations', text, 'Reliability');
    return problems.length === 0 ? 'ok' : 'broken';
  },
);

async function catchMutant(
  bench: Awaited<ReturnType<typeof openBench>>,
  mutant: Mutant,
  firstSeed: number,
): Promise<Result> {
  const { script, name } = mutant;
  for (let runs = 1; runs <= maxRuns; runs += 1) {
    const seed = firstSeed + runs - 1;
    const verdict = await bench.run(mutant, seed).catch((error: Error) => {
      // No whole history, no verdict: the next seed.
      say(`${script}: ${name}: ${error.message}`);
      return undefined;
    });
    if (!verdict?.breach) continue;
    const { breach, text } = verdict;
    if (process.env.SHOW_BREACHES) {
      const folder = process.env.SHOW_BREACHES;
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, `${script.replaceAll('/', '-')}-${name.replaceAll(/\W+/g, '-')}.txt`), `${text}\n`);
    }
    const caughtBy = breach.law === 'rule' ? 'the rule' : `law ${breach.law}`;
    return { script, name, caughtBy, words: breach.words, events: new Set(breach.events).size, runs, seed };
  }
  return { script, name, caughtBy: '', words: '', events: 0, runs: maxRuns, seed: firstSeed };
}
