import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readMachine } from '../../report/results.ts';
import { runScript, say } from '../../report/script.ts';
import { lineFaults } from './faults.ts';
import { CannotRun, startLineSite } from './line-site.ts';
import { type FaultReport, runFaults, steadySettings } from './run-faults.ts';

await runScript(
  {
    summary: 'npm run fault:line',
    options: {
      seed: { default: 1, min: 0, max: 1_000_000_000, help: 'of everything that is left to chance' },
      only: { default: 0, min: 0, max: lineFaults.length, help: 'only the fault of this number; 0 = all' },
      list: { default: false, help: 'say which there are, and run none' },
      crowd: { default: 40, min: 1, max: 1000, help: 'visitors at once' },
      'dry-run': { default: false, help: 'write no files' },
    },
  },
  async ({ options }) => {
    if (options.list) {
      for (const [index, { id, what }] of lineFaults.entries()) say(`${index + 1}  ${id}: ${what}`);
      return 'ok';
    }
    readMachine();
    const reports: FaultReport[] = [];
    for (const [index, fault] of lineFaults.entries()) {
      if (options.only !== 0 && options.only !== index + 1) continue;
      try {
        const report = await runFaults({
          name: fault.id,
          seed: options.seed,
          lanes: [[{ fault, afterMs: 0 }]],
          crowdSize: options.crowd,
          folder: join(tmpdir(), 'fairline-histories'),
          openSite: (t, needs) => startLineSite(t, needs, { ...steadySettings }),
        });
        reports.push(report);
        const { seconds: _, ...rest } = report;
        say(JSON.stringify(rest, null, 1));
      } catch (error) {
        if (!(error instanceof CannotRun)) throw error;
        say(error.message);
      }
    }
    return reports.every(({ problems }) => problems.length === 0) ? 'ok' : 'broken';
  },
);
