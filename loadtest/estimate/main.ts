import { repositoryFile } from '../report/results.ts';
import { runScript, say } from '../report/script.ts';
import { writeSection } from '../report/section.ts';
import { calibrateAll, calibrateRecording, target, testSeeds } from './calibration.ts';
import { readRecordings } from './recordings.ts';
import { renderReport } from './report.ts';

await runScript(
  { summary: 'Measures how well the told waits come true and writes the table of docs/estimate.md', options: {} },
  async () => {
    const results = calibrateAll(testSeeds);
    const recordings = (await readRecordings()).map((sale) => ({ name: sale.name, score: calibrateRecording(sale) }));
    const report = renderReport(results, recordings);
    say(report);
    await writeSection(repositoryFile('docs/estimate.md'), 'estimate:calibrate', report, 'How the wait is estimated');
    const isKept = results.every(({ kind, score }) => {
      const isNarrow =
        kind === 'stalls' || kind === 'rate changes' || score.medianWidthRatio <= target.medianWidthRatio;
      return score.insideRatio >= target.insideRatio && isNarrow;
    });
    const isKeptByRuns = recordings.every(({ score }) => score.insideRatio >= target.insideRatio);
    return isKept && isKeptByRuns ? 'ok' : 'broken';
  },
);
