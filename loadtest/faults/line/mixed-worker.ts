import { steadySettings } from './faults.ts';
import { startLineSite } from './line-site.ts';
import { planMixed } from './mixed-plan.ts';
import { runFaults } from './run-faults.ts';

// Seeded runs in a process of their own: what they measure must not wait for those beside them.
const [seedsText, crowdText, folder] = process.argv.slice(2);
if (!seedsText || !crowdText || !folder) throw new Error('usage: mixed-worker.ts SEED,SEED,… CROWD FOLDER');
const reports = await runFaults({
  runs: seedsText.split(',').map((text) => ({ name: 'mixed', seed: Number(text), lanes: planMixed(Number(text)) })),
  crowdSize: Number(crowdText),
  folder,
  openSite: (t, needs) => startLineSite(t, needs, { ...steadySettings }),
});
await new Promise((resolve) => process.send?.(reports, resolve));
process.exit(0);
