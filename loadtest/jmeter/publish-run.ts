import { mkdir, writeFile } from 'node:fs/promises';
import { type Machine, repositoryFile, writeResults } from '../report/results.ts';
import { say } from '../report/script.ts';
import { writeSection } from '../report/section.ts';
import { countVisits, findJmeterProblems, type JmeterRun, renderCsv, renderPlot, renderReport } from './report.ts';

/** The last visits of the slowest threads change no figure; what is missing is told as a broken limit all the same. */
const leastPartOfVisits = 0.999;

/** As the document names it. */
export const plotPath = 'images/jmeter.svg';

/** Whether a run may stand in the docs as the scenario that it was asked to play. */
export function isWholeScenario({ scenario, tally, cutShort }: JmeterRun): boolean {
  return cutShort === undefined || countVisits(tally).ordered >= leastPartOfVisits * scenario.threads * scenario.loops;
}

/** Writes docs/loadtest-jmeter.md, docs/images/jmeter.svg and loadtest/results/jmeter.{json,csv}. */
export async function publishRun(machine: Machine, run: JmeterRun, intervalSec: number): Promise<void> {
  const { scenario, site, exitCode, cutShort } = run;
  const { intervals: _, ...tally } = run.tally;
  const problems = findJmeterProblems(run);
  const path = await writeResults('jmeter', machine, {
    ...{ problems, scenario, exitCode, cutShort, tally },
    site: site && {
      settings: site.settings,
      slowDown: site.slowDown,
      orders: site.orders,
      checks: site.watch.checks,
      brokenLaws: site.watch.brokenLaws,
    },
  });
  await writeFile(repositoryFile('loadtest/results/jmeter.csv'), renderCsv(run, intervalSec));
  await mkdir(repositoryFile('docs/images/'), { recursive: true });
  await writeFile(repositoryFile(`docs/${plotPath}`), renderPlot(run, intervalSec));
  const report = renderReport(machine, run, problems, plotPath);
  await writeSection(repositoryFile('docs/loadtest-jmeter.md'), 'jmeter', report, 'A sale, played by JMeter');
  say(`written: docs/loadtest-jmeter.md, docs/${plotPath}, ${path}, loadtest/results/jmeter.csv`);
}
