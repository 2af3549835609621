import { mkdir, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { createInstanceStore } from '@fairline/shared/stores/instances/store.ts';
import { eventKeys } from '@fairline/shared/stores/keys.ts';
import { createLineStore } from '@fairline/shared/stores/line/store.ts';
import { createScalingStore } from '@fairline/shared/stores/scaling/store.ts';
import { createSettingsStore } from '@fairline/shared/stores/settings/store.ts';
import { Redis } from 'ioredis';
import { checkLaws } from '../../shared/test/laws/laws.ts';
import type { RatePoint } from '../load/arrivals.ts';
import type { RequestKind } from '../load/plan.ts';
import { startLoad, wallTimeMs } from '../load/run-load.ts';
import { describeMachine, readMachine, repositoryFile, writeResults } from '../report/results.ts';
import { runScript, say } from '../report/script.ts';
import { writeSection } from '../report/section.ts';
import { bookVisitors } from '../visitors/booked-visitors.ts';
import { launchSite } from './launched-site.ts';
import { findScalingProblems, renderScalingPlot, renderScalingTable, type ScalingRun } from './scaling-report.ts';
import { watchReplicas } from './watch-replicas.ts';

const visitorCount = 500;
const least = 2;
const most = 8;
const capacity = 40;
const inAfterSec = 15;
const maxRunMs = 5 * 60_000;
/** The last instances leave after the load has become low for good. */
const patienceAfterMs = 30_000;

const navigation = { accept: 'text/html', 'accept-language': 'en', 'sec-fetch-mode': 'navigate' };
const json = { accept: 'application/json', 'content-type': 'application/json' };
const requests: readonly RequestKind[] = [
  { name: 'page', method: 'GET', path: '/ticketing', headers: navigation, weight: 6 },
  { name: 'state', method: 'GET', path: '/api/booking', headers: json, weight: 3 },
  // May not be sent twice: what a drain breaks off is an error that the visitor sees.
  {
    ...{ name: 'choice', method: 'POST', path: '/api/booking/choice', headers: json, weight: 1 },
    body: '{"section":"parterre","tickets":2}',
  },
];

await runScript(
  {
    summary:
      'npm run scaling:record: load rises and falls again; booking instances follow it from 2 to as many as it needs and back.\n' +
      '`npm start -- --autoscale` with a Redis of its own, on this machine only, under 4 minutes. Code 1: a limit is broken.\n' +
      'Writes docs/scaling.md, docs/images/scaling.svg and loadtest/results/scaling.json.',
    options: {
      low: { default: 40, min: 1, max: 500, help: 'requests a second at the start and at the end' },
      high: { default: 340, min: 2, max: 2000, help: 'requests a second at the top' },
      'service-ms': { default: 400, min: 10, max: 5000, help: 'ms that every answer takes, waiting' },
      'dry-run': { default: false, help: 'write no files' },
    },
  },
  async ({ options, after }) => {
    const machine = readMachine();
    const { low, high, 'service-ms': serviceMs } = options;
    const limit = setTimeout(() => process.kill(process.pid, 'SIGTERM'), maxRunMs);
    after(() => clearTimeout(limit));
    const site = await launchSite(after, {
      argv: ['--autoscale', '--booking-instances', String(least), '--booking-max', String(most)],
      env: {
        ...{ SERVICE_TIME_MS: String(serviceMs), CAPACITY: String(capacity), SCALING_IN_AFTER_S: String(inAfterSec) },
        // All visitors of this run come from one address.
        TRAFFIC_CONTROL: 'off',
      },
    });
    const redis = new Redis(site.redisUrl);
    after(() => redis.disconnect());
    const keys = eventKeys('default');
    await createSettingsStore({ redis, keys }).save({ maxBooking: String(visitorCount), leaseMinutes: '60' });
    const cookies = await bookVisitors(
      {
        secrets: { COOKIE_SECRETS: site.cookieSecret },
        line: createLineStore({ redis, keys }),
        ofRoom: () => [{ id: 'gateway-1', url: site.url }],
      },
      visitorCount,
    );

    const curve: RatePoint[] = [
      { atMs: 0, ratePerSec: low },
      { atMs: 15_000, ratePerSec: low },
      { atMs: 75_000, ratePerSec: high },
      { atMs: 105_000, ratePerSec: high },
      { atMs: 120_000, ratePerSec: low },
      { atMs: 195_000, ratePerSec: low },
    ];
    say(`${low} to ${high} requests a second and back, ${serviceMs} ms each …`);
    const load = startLoad({
      targets: [site.url],
      requests,
      cookies,
      shape: { kind: 'open', curve },
      keepsRecords: true,
    });
    after(() => load.stop());
    const startedAtMs = await load.started;
    const watch = watchReplicas({
      scaling: createScalingStore({ redis, keys }),
      instances: createInstanceStore({ redis }),
      nowMs: () => wallTimeMs() - startedAtMs,
    });
    const result = await load.done;
    const isBack = () => site.said.filter((line) => line.includes('has ended')).length;
    const endMs = performance.now() + patienceAfterMs;
    while (performance.now() < endMs && isBack() < countStarted(site.said)) await sleep(250);
    await sleep(1_000);
    const samples = await watch.stop();

    const statuses: Record<string, number> = {};
    for (const { status } of result.records) statuses[status] = (statuses[status] ?? 0) + 1;
    const run: ScalingRun = {
      ...{ answered: result.answered, failed: result.failed, failures: result.failures, statuses },
      ...{ latency: result.latency, seconds: result.seconds, samples },
      retries: await readRetries(site.internalUrl),
      steps: site.said.filter((line) => /booking/.test(line)),
      brokenLaws: await checkLaws(redis, keys),
      errors: site.errors,
    };
    const problems = findScalingProblems(run, { least, most });
    const table = renderScalingTable(run);
    say(`\n${table}\n\n${run.steps.join('\n')}\n`);
    for (const problem of problems) say(`LIMIT BROKEN  ${problem}`);
    const outcome = problems.length === 0 ? 'ok' : 'broken';
    if (options['dry-run']) return outcome;
    const path = await writeResults('scaling', machine, { options, problems, ...run });
    await mkdir(repositoryFile('docs/images/'), { recursive: true });
    await writeFile(repositoryFile('docs/images/scaling.svg'), renderScalingPlot(run));
    const text = [
      `Written by \`npm run scaling:record\` on ${describeMachine(machine)}.`,
      `${visitorCount} visitors with a place send ${low}, then ${high}, then again ${low} requests a second in an open loop, one in ten a ` +
        'POST that may not be sent twice, through one gateway with its defaults. A booking instance takes ' +
        `${capacity} requests at once and needs ${serviceMs} ms for each (it waits, it does not compute). ` +
        `Fewer instances must be enough for ${inAfterSec} s before one leaves (default 120). Latency counts from when a request was due.`,
      table,
      problems.length === 0 ? 'All limits were kept.' : problems.map((each) => `- Limit broken: ${each}.`).join('\n'),
      '![Load, booking instances and latency over time](images/scaling.svg)',
      'What the launcher said:',
      `\`\`\`\n${run.steps.map(withoutTime).join('\n')}\n\`\`\``,
    ].join('\n\n');
    await writeSection(repositoryFile('docs/scaling.md'), 'scaling:record', text, 'Scaling');
    say(`written: docs/scaling.md, docs/images/scaling.svg, ${path}`);
    return outcome;
  },
);

function countStarted(said: readonly string[]): number {
  return said.filter((line) => /^booking-\d+ is ready$/.test(withoutTime(line))).length;
}

function withoutTime(line: string): string {
  return line.replace(/^\d\d:\d\d:\d\d\S* +/, '');
}

async function readRetries(internalUrl: string): Promise<number> {
  const text = await (await fetch(`${internalUrl}/metrics`)).text();
  const counts = [...text.matchAll(/^fairline_gateway_retries_total\{[^}]*\} (\d+)/gm)].map(([, count]) =>
    Number(count),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}
