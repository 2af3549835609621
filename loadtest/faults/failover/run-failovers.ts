import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestRedis } from '@fairline/shared/testing/redis-server.ts';
import type { TestLike } from '@fairline/shared/testing/test-like.ts';
import { describeMachine, readMachine, repositoryFile, writeResults } from '../../report/results.ts';
import { runScript, say } from '../../report/script.ts';
import { writeSection } from '../../report/section.ts';
import { renderTable } from '../../report/table.ts';
import { parseHistory } from '../history/records.ts';
import type { LineFault } from '../line/faults.ts';
import { lockTtlSeconds, startLineSite } from '../line/line-site.ts';
import { formatSec, type KeptReport, renderFaults, renderSeconds } from '../line/report.ts';
import { runFaults, steadySettings } from '../line/run-faults.ts';
import { judgeLosses, type Losses } from './judge-losses.ts';

type KeptFailover = KeptReport & { losses: Losses };

const historyFolder = join(tmpdir(), 'fairline-histories');

/**
 * A script that fails over a Redis of one form under a crowd, a fault at a time, each with servers and rooms of its own, and
 * writes what came out into docs/reliability.md. Code 1 when a law or a limit is broken, or an order that was told is lost.
 */
export async function runFailovers<T extends TestRedis>({
  form,
  heading,
  intro,
  confirmReplicas,
  startRedis,
  faultsOf,
}: {
  form: 'cluster' | 'sentinel';
  heading: string;
  intro: string;
  confirmReplicas: number;
  startRedis(t: TestLike): Promise<T>;
  /** The same list each time, for another Redis. */
  faultsOf(redis: T): readonly LineFault[];
}): Promise<void> {
  await runScript(
    {
      summary: `npm run fault:${form}: fails over ${heading} under a crowd of visitors, with real processes, checks the laws, and counts what was lost.`,
      options: {
        seed: { default: 1, min: 0, max: 1_000_000_000, help: 'of everything left to chance' },
        only: { default: 0, min: 0, max: 10, help: 'only the fault of this number; 0 = all' },
        crowd: { default: 40, min: 1, max: 1000, help: 'visitors at once' },
        'dry-run': { default: false, help: 'write no files' },
      },
    },
    async ({ options }) => {
      const machine = readMachine();
      const reports: KeptFailover[] = [];
      let isBroken = false;
      for (let number = 1; ; number += 1) {
        let fault: LineFault | undefined;
        let isOver = false;
        const lane = { afterMs: 0, fault: {} as LineFault };
        // The faults are of a Redis that is started with the site: known only then.
        const names = faultsOf({} as T).map(({ id, what, isRedisAway }) => ({ id, what, isRedisAway }));
        const named = names[number - 1];
        if (!named) break;
        if (options.only !== 0 && options.only !== number) continue;
        Object.assign(lane.fault, named, {
          run: (run: Parameters<LineFault['run']>[0]) => {
            isOver = true;
            return fault?.run(run);
          },
        });
        const report = await runFaults({
          name: named.id,
          seed: options.seed,
          lanes: [[lane]],
          crowdSize: options.crowd,
          folder: historyFolder,
          openSite: async (t, needs) => {
            const redis = await startRedis(t);
            fault = faultsOf(redis)[number - 1];
            const env = { CONFIRM_REPLICAS: String(confirmReplicas) };
            return startLineSite(t, needs, { ...steadySettings }, { redis, env });
          },
        });
        if (!isOver) report.problems.push('the fault was not done');
        const losses = judgeLosses(parseHistory(await readFile(report.file, 'utf8')));
        if (losses.acknowledgedLost > 0)
          report.problems.push(`${losses.acknowledgedLost} orders that were told are lost`);
        if (losses.changedOrders > 0) report.problems.push(`${losses.changedOrders} visitors were told two orders`);
        reports.push({ ...report, what: named.what, atMs: Date.now(), losses });
        isBroken ||= report.problems.length > 0;
        const { joinPauseMs, admissionPauseMs } = report.recovery;
        say(
          `${named.id}: ${report.problems.length === 0 ? 'all laws hold' : 'BROKEN'}; ${formatSec(joinPauseMs)} s without a join, ` +
            `${formatSec(admissionPauseMs)} s without an admission; ${JSON.stringify(losses)}; took ${report.tookSec.toFixed(0)} s`,
        );
        for (const problem of report.problems) say(problem.replaceAll(/^/gm, '    '));
        if (report.problems.length > 0) say(`    the history: ${report.file}`);
      }
      if (options['dry-run'] || options.only !== 0) return isBroken ? 'broken' : 'ok';
      await writeResults(`fault-${form}`, machine, {
        options,
        reports: reports.map((each) => ({ ...each, file: undefined })),
      });
      const broken = reports.flatMap(({ name, problems }) =>
        problems.map((each) => `- ${name}: ${each.split('\n')[0]}`),
      );
      const text = [
        `## Failover: ${heading}`,
        `Written by \`npm run fault:${form}\` on ${describeMachine(machine)}.`,
        `${intro} ${options.crowd} visitors at a time, as above; \`bookingLockTTLSeconds\` ${lockTtlSeconds}, \`CONFIRM_REPLICAS\` ${confirmReplicas}.`,
        renderFaults(reports),
        'What the survivor did not know did not happen. Orders that were told, and what was lost:',
        renderLosses(reports),
        broken.length === 0 ? `All laws held in ${reports.length} of ${reports.length} runs.` : broken.join('\n'),
        `<details><summary>What visitors were answered, second by second</summary>\n\n${renderSeconds(reports)}\n\n</details>`,
      ].join('\n\n');
      await writeSection(repositoryFile('docs/reliability.md'), form, text, 'Reliability');
      return isBroken ? 'broken' : 'ok';
    },
  );
}

function renderLosses(reports: readonly KeptFailover[]): string {
  const heads = [
    'fault',
    'orders told',
    'of these lost',
    'answered `CONFIRM_NOT_SAFE`',
    'visitors of these told later',
    'told two orders',
    'changes lost',
    'joins among them',
  ];
  return renderTable(
    heads,
    reports.map(({ name, losses }) => [
      name,
      losses.acknowledged,
      losses.acknowledgedLost,
      losses.notSafe,
      losses.notSafeThenTold,
      losses.changedOrders,
      losses.changesLost,
      losses.joinsLost,
    ]),
  );
}
