import { mkdir, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { steadyRate } from '../load/arrivals.ts';
import type { RequestKind } from '../load/plan.ts';
import { startLoad, wallTimeMs } from '../load/run-load.ts';
import { describeMachine, readMachine, repositoryFile, writeResults } from '../report/results.ts';
import { runScript, say } from '../report/script.ts';
import { writeSection } from '../report/section.ts';
import { bookVisitors } from '../visitors/booked-visitors.ts';
import { type RunReport, renderFaultTable, renderSharePlot } from './fault-report.ts';
import { labelPattern, startFaultSite } from './fault-site.ts';
import { type FaultTimes, judgeFault } from './judge-fault.ts';
import { routerFaults } from './router-faults.ts';

const visitorCount = 500;
const settleMs = 5000;
const pauseMs = 2000;
const patienceMs = 10_000;
const maxRunMs = 5 * 60_000;

const navigation = { accept: 'text/html', 'accept-language': 'en', 'sec-fetch-mode': 'navigate' };
const requests: readonly RequestKind[] = [
  { name: 'GET', method: 'GET', path: '/ticketing', headers: navigation, weight: 19 },
  // Nobody listens to it there: 404 is its right answer. It may not be sent twice.
  { name: 'POST', method: 'POST', path: '/fault-run', headers: { accept: 'application/json' }, weight: 1 },
];
const idempotent = new Set([0]);

await runScript(
  {
    summary:
      'npm run fault:router: what visitors notice when booking instances die, hang, fail, slow down and restart.\n' +
      'Real processes and a Redis of their own, on this machine only. About 4 minutes. Code 1: a limit is broken.\n' +
      'Writes docs/routing-faults.md, docs/images/routing-faults-*.svg and loadtest/results/routing-faults.json.',
    options: {
      rate: { default: 200, min: 20, max: 2000, help: 'requests a second, in an open loop' },
      'service-ms': { default: 20, min: 0, max: 1000, help: 'ms that every instance needs for an answer' },
      gateways: { default: 0, min: 0, max: 4, help: 'only with this many gateways; 0 = once with 1 and once with 2' },
      fault: { default: 0, min: 0, max: routerFaults.length, help: 'only the fault of this number; 0 = all' },
      'dry-run': { default: false, help: 'write no files' },
    },
  },
  async ({ options, after }) => {
    const machine = readMachine();
    const counts = options.gateways === 0 ? [1, 2] : [options.gateways];
    const limit = setTimeout(() => {
      process.stderr.write('the run took too long\n');
      process.kill(process.pid, 'SIGTERM');
    }, maxRunMs);
    after(() => clearTimeout(limit));
    const runs: RunReport[] = [];
    for (const gateways of counts) runs.push(await runFaults(gateways, options, after));

    const table = renderFaultTable(runs);
    const problems = runs.flatMap(({ gateways, judgements }) =>
      judgements.flatMap(({ name, problems }) => problems.map((each) => `${name}, gateways: ${gateways}: ${each}`)),
    );
    say(`\n${table}\n`);
    for (const problem of problems) say(`LIMIT BROKEN  ${problem}`);
    if (options['dry-run']) return problems.length === 0 ? 'ok' : 'broken';
    const path = await writeResults('routing-faults', machine, { options, problems, runs });
    await mkdir(repositoryFile('docs/images/'), { recursive: true });
    const images = runs.map((run) => ({ file: `images/routing-faults-${run.gateways}.svg`, run }));
    for (const { file, run } of images) await writeFile(repositoryFile(`docs/${file}`), renderSharePlot(run));
    const text = [
      `Written by \`npm run fault:router\` on ${describeMachine(machine)}.`,
      describeRun(options.rate, options['service-ms']),
      table,
      problems.length === 0
        ? 'All limits were kept.'
        : problems.map((problem) => `- Limit broken: ${problem}.`).join('\n'),
      ...images.map(({ file, run }) => `![Pages a second by instance, gateways: ${run.gateways}](${file})`),
    ].join('\n\n');
    await writeSection(repositoryFile('docs/routing-faults.md'), 'fault:router', text, 'Faults of booking instances');
    say(`written: docs/routing-faults.md, ${path}`);
    return problems.length === 0 ? 'ok' : 'broken';
  },
);

type RunOptions = { rate: number; 'service-ms': number; fault: number };

async function runFaults(
  gateways: number,
  options: RunOptions,
  after: (step: () => Promise<unknown> | unknown) => void,
): Promise<RunReport> {
  const endings: (() => Promise<unknown> | unknown)[] = [];
  const endSite = async () => {
    for (let step = endings.pop(); step; step = endings.pop()) await step();
  };
  after(endSite);
  say(`gateways: ${gateways}`);
  const site = await startFaultSite(
    { after: (step) => endings.push(step) },
    { gateways, places: visitorCount, serviceTimeMs: options['service-ms'] },
  );
  const cookies = await bookVisitors(site.system, visitorCount);
  const load = startLoad({
    targets: site.system.ofRoom('router').map(({ url }) => url),
    requests,
    cookies,
    shape: { kind: 'open', curve: steadyRate(options.rate, maxRunMs) },
    patienceMs,
    labelPattern,
    keepsRecords: true,
  });
  endings.push(() => load.stop());
  const startedAtMs = await load.started;
  const nowMs = () => wallTimeMs() - startedAtMs;
  await sleep(settleMs);

  const faults: FaultTimes[] = [];
  for (const [index, fault] of routerFaults.entries()) {
    if (options.fault !== 0 && options.fault !== index + 1) continue;
    say(`  ${fault.name} …`);
    faults.push({ name: fault.name, ...(await fault.run({ site, gateways, nowMs })) });
    await sleep(pauseMs);
  }
  load.stop();
  const { records, seconds } = await load.done;
  const asked = site.asked.map(({ id, atMs }) => ({ id, atMs: atMs - startedAtMs }));
  const judgements = faults.map((times) => judgeFault(times, records, asked, idempotent));
  for (const problem of site.system.problems.slice(0, 5)) say(`  log: ${problem.trim().slice(0, 300)}`);
  const slots = site.slots.map(({ name, ids }) => ({ name, ids }));
  await endSite();
  return { gateways, ratePerSec: options.rate, faults, judgements, slots, seconds };
}

function describeRun(ratePerSec: number, serviceMs: number): string {
  return (
    `${visitorCount} visitors with a place send ${ratePerSec} requests a second in an open loop, one in twenty a POST that may ` +
    `not be repeated, to four booking instances that need ${serviceMs} ms an answer. A visitor waits ${patienceMs / 1000} s; ` +
    'what takes longer, breaks or is answered 5xx is an error. Latency counts from the moment a request was due. The gateway ' +
    'runs with its defaults. "Left out after": until the last request that the sick instance was asked for; "back after": ' +
    'from its recovery, or from when its replacement listens, to its first page. One that is slow is not left out: there the ' +
    'times are those until its share of the pages was half of what it had, and more than that again.'
  );
}
