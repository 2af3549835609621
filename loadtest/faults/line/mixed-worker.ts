import { startLineSite } from './line-site.ts';
import { planMixed } from './mixed-plan.ts';
import { runFaults, steadySettings } from './run-faults.ts';

// One seeded run in a process of its own: what it measures must not wait for the run beside it.
const [seedText, crowdText, folder] = process.argv.slice(2);
if (!seedText || !crowdText || !folder) throw new Error('usage: mixed-worker.ts SEED CROWD FOLDER');
const seed = Number(seedText);
const report = await runFaults({
  name: 'mixed',
  seed,
  lanes: planMixed(seed),
  crowdSize: Number(crowdText),
  folder,
  openSite: (t, needs) => startLineSite(t, needs, { ...steadySettings }),
});
await new Promise((resolve) => process.send?.(report, resolve));
process.exit(0);
