import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { defaultBalancingRule } from '@fairline/router/balancing/balancer.ts';
import { readMachine, repositoryFile, writeResults } from '../report/results.ts';
import { runScript, say } from '../report/script.ts';
import { writeSection } from '../report/section.ts';
import type { CellTask } from './cell-worker.ts';
import { allCells, type CellResult, comparedPolicies } from './cells.ts';
import type { CellRow } from './regret.ts';
import { rankByWorstRegret } from './regret.ts';
import { findUnexplained, renderCells, renderRegretPlot, renderRegrets } from './report.ts';
import { runCells } from './run-cells.ts';

const docs = 'docs/routing.md';
const plot = 'docs/images/routing-regret.svg';
const title = 'How an instance is chosen';

await runScript(
  {
    summary: `Plays every routing rule through the same made-up days, the same every time, and writes ${docs} and ${plot}.
Ends with code 1 when the default has not the smallest worst regret, or a regret above the limit has no reason.`,
    options: {
      seeds: { default: 20, min: 1, max: 1000, help: 'days a situation is played for' },
      'measured-s': { default: 8, min: 1, max: 600, help: 'length of a day in simulated seconds' },
      threads: { default: Math.min(2, availableParallelism()), min: 1, max: 64, help: 'threads that work' },
      'dry-run': { default: false, help: 'write no files' },
    },
  },
  async ({ options }) => {
    const machine = readMachine();
    const { seeds, threads } = options;
    const measuredMs = options['measured-s'] * 1000;
    const tasks: CellTask[] = allCells
      .flatMap((cell) => comparedPolicies.map((policy) => ({ cell, policy, seeds, measuredMs })))
      .map((task, index) => ({ index, ...task }));
    const results = await runCells(tasks, threads, (done) => {
      if (done % 50 === 0) say(`${done} of ${tasks.length}`);
    });
    const rows = allCells.map((cell, row): CellRow => {
      const ofCell = comparedPolicies.map((policy, column) => [
        policy,
        results[row * comparedPolicies.length + column],
      ]);
      return { cell, results: Object.fromEntries(ofCell) as CellRow['results'] };
    });
    const regrets = renderRegrets(rows);
    say(regrets);
    if (!options['dry-run']) {
      const requests = results.reduce((sum, result: CellResult) => sum + result.requests, 0);
      const facts = `${allCells.length} situations, ${seeds} seeds, ${(requests / 1e6).toFixed(0)} million requests measured.`;
      const image = '![How far each rule is from the best one](images/routing-regret.svg)';
      await writeSection(repositoryFile(docs), 'simulate:regrets', [facts, regrets, image].join('\n\n'), title);
      await writeSection(repositoryFile(docs), 'simulate:cells', renderCells(rows), title);
      await mkdir(repositoryFile('docs/images/'), { recursive: true });
      await writeFile(repositoryFile(plot), renderRegretPlot(rows));
      say(await writeResults('routing-simulation', machine, { seeds, measuredMs, rows }));
    }
    const unexplained = findUnexplained(rows);
    for (const { policy, scenario } of unexplained) say(`no reason is given for ${policy} in ${scenario}`);
    const winner = rankByWorstRegret(rows)[0]?.policy;
    if (winner !== defaultBalancingRule.policy) say(`${winner} beats the default, ${defaultBalancingRule.policy}`);
    return winner === defaultBalancingRule.policy && unexplained.length === 0 ? 'ok' : 'broken';
  },
);
