import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestRedis } from '@fairline/shared/testing/redis-server.ts';
import type { TestLike } from '@fairline/shared/testing/test-like.ts';
import { readMachine } from '../../report/results.ts';
import { runScript, say } from '../../report/script.ts';
import { parseHistory } from '../history/records.ts';
import { type FaultRun, type LineFault, steadySettings } from '../line/faults.ts';
import { startLineSite } from '../line/line-site.ts';
import { formatSec } from '../line/report.ts';
import { type FaultReport, runFaults } from '../line/run-faults.ts';
import { judgeLosses, type Losses } from './judge-losses.ts';
import { type FailoverPage, keepFailover } from './report.ts';

const historyFolder = join(tmpdir(), 'fairline-histories');

/** What is done to a Redis of a form; `run` gets the one that was started for it. */
export type Failover<T> = Pick<LineFault, 'id' | 'what' | 'isRedisAway'> & { run(redis: T): Promise<void> };

/**
 * A script that fails over a Redis of one form under a crowd, a fault at a time, each with servers and rooms of its own, and
 * writes what came out into docs/reliability.md. Code 1 when a law or a limit is broken, or an order that was told is lost.
 */
export async function runFailovers<T extends TestRedis>({
  failovers,
  startRedis,
  ...page
}: Omit<FailoverPage, 'names'> & {
  failovers: readonly Failover<T>[];
  startRedis(t: TestLike): Promise<T>;
}): Promise<void> {
  const { form, heading, confirmReplicas } = page;

  async function runOne(failover: Failover<T>, seed: number, crowdSize: number): Promise<FaultReport> {
    let redis: T | undefined;
    const run = async (_: FaultRun) => {
      if (!redis) throw new Error('there is no Redis');
      await failover.run(redis);
    };
    const [report] = await runFaults({
      runs: [{ name: failover.id, seed, lanes: [[{ afterMs: 0, fault: { ...failover, run } }]] }],
      crowdSize,
      folder: join(historyFolder, form),
      openSite: async (t, needs) => {
        redis = await startRedis(t);
        const env = { CONFIRM_REPLICAS: String(confirmReplicas) };
        return startLineSite(t, needs, { ...steadySettings }, { redis, env });
      },
    });
    if (!report) throw new Error('there is no report');
    return report;
  }

  await runScript(
    {
      summary:
        `npm run fault:${form}: fails over ${heading} under a crowd of visitors, with real processes, checks the laws of the\n` +
        'line and counts what was lost; about half a minute a fault. Histories stay in the temporary folder. Code 1: a law or a limit\n' +
        `is broken, or an order that was told is lost. Writes a section of docs/reliability.md and loadtest/results/fault-${form}.json;\n` +
        'a run with --only replaces what is known of that fault alone.',
      options: {
        seed: { default: 1, min: 0, max: 1_000_000_000, help: 'of everything left to chance' },
        only: { default: 0, min: 0, max: failovers.length, help: 'only the fault of this number; 0 = all' },
        crowd: { default: 40, min: 1, max: 1000, help: 'visitors at once' },
        list: { default: false, help: 'say which faults there are, and run none' },
        'dry-run': { default: false, help: 'write no files' },
      },
    },
    async ({ options }) => {
      let isBroken = false;
      for (const [index, failover] of failovers.entries()) {
        if (options.list) {
          say(`${index + 1}  ${failover.id}: ${failover.what}`);
          continue;
        }
        if (options.only !== 0 && options.only !== index + 1) continue;
        const machine = readMachine();
        const report = await runOne(failover, options.seed, options.crowd);
        const losses = judgeLosses(parseHistory(await readFile(report.file, 'utf8')));
        report.problems.push(...findLossProblems(losses));
        isBroken ||= report.problems.length > 0;
        sayReport(report, losses);
        if (options['dry-run']) continue;
        const kept = { ...report, what: failover.what, atMs: Date.now(), losses, load1: machine.load1 };
        await keepFailover({ ...page, names: failovers.map(({ id }) => id) }, kept, machine, options.crowd);
      }
      return isBroken ? 'broken' : 'ok';
    },
  );
}

function findLossProblems({ acknowledgedLost, changedOrders }: Losses): string[] {
  return [
    ...(acknowledgedLost > 0 ? [`${acknowledgedLost} orders that were told are lost`] : []),
    ...(changedOrders > 0 ? [`${changedOrders} visitors were told two orders`] : []),
  ];
}

function sayReport({ name, problems, recovery, tookSec, file }: FaultReport, losses: Losses): void {
  const { joinPauseMs, admissionPauseMs } = recovery;
  const pauses = `${formatSec(joinPauseMs)} s without a join, ${formatSec(admissionPauseMs)} s without an admission`;
  say(`${name}: ${problems.length === 0 ? 'all laws hold' : 'BROKEN'}; ${pauses}; took ${tookSec.toFixed(0)} s`);
  say(`    ${JSON.stringify(losses)}`);
  for (const problem of problems) say(problem.replaceAll(/^/gm, '    '));
  if (problems.length > 0) say(`    the history: ${file}`);
}
