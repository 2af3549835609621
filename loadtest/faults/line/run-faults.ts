import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createSeededRandom } from '../../simulate/seeded-random.ts';
import { describeBreach } from '../history/breach.ts';
import { checkLaws } from '../history/check-laws.ts';
import { startRecorder } from '../history/recorder.ts';
import { startCrowd } from './crowd.ts';
import { type FaultRun, type LineFault, steadySettings } from './faults.ts';
import { judgeRecovery, type Recovery } from './judge-recovery.ts';
import { type LineSite, lockTtlSeconds, type SiteNeeds } from './line-site.ts';
import { type CodeCounts, countCodes, noCodes, type SecondOfCodes, sumCodes } from './what-visitors-saw.ts';

export type Lane = readonly { fault: LineFault; afterMs: number }[];

export type FaultReport = {
  name: string;
  seed: number;
  faults: readonly string[];
  problems: string[];
  recovery: Recovery;
  /** While it was broken, and until a second after. */
  codes: CodeCounts;
  seconds: readonly SecondOfCodes[];
  /** Since the start, s: from the first fault to the end of the last. */
  fromSec: number;
  toSec: number;
  answers: number;
  changes: number;
  epochs: number;
  served: number;
  /** How late the recorder's timers were at worst, where that was much: then limits of time are not judged. */
  busyMs: number;
  tookSec: number;
  file: string;
};

/** Service must be back by itself within this time after a fault ends. */
export const maxRecoveryMs = Math.max(lockTtlSeconds + 2, 7) * 1000;
const warmUpMs = 2500;
const giveUpMs = 15_000;
const afterMs = 1500;

/**
 * One run: a site, a crowd, the faults of each lane one after another, the lanes at the same time; then service must be back, and
 * the history is checked. The file stays.
 */
export async function runFaults({
  name,
  seed,
  lanes,
  crowdSize,
  folder,
  openSite,
}: {
  name: string;
  seed: number;
  lanes: readonly Lane[];
  crowdSize: number;
  folder: string;
  openSite: (t: { after(step: () => Promise<unknown> | unknown): void }, needs: SiteNeeds) => Promise<LineSite>;
}): Promise<FaultReport> {
  const startedAtMs = performance.now();
  const steps: (() => Promise<unknown> | unknown)[] = [];
  const t = { after: (step: () => Promise<unknown> | unknown) => void steps.push(step) };
  await mkdir(folder, { recursive: true });
  const file = join(folder, `${name}-${seed}.jsonl`);
  const random = createSeededRandom(seed);
  const faults = lanes.flat().map(({ fault }) => fault);
  const needs: SiteNeeds = Object.assign({}, ...faults.map((fault) => fault.needs ?? {}));
  try {
    const site = await openSite(t, needs);
    const recorder = startRecorder({ redis: site.system.redisServer.connect(), keys: site.keys, file });
    recorder.note({ kind: 'run', name, seed, atMs: Date.now(), staleMs: null });
    const crowd = startCrowd({ recorder, urls: site.urls, size: crowdSize, random: createSeededRandom(seed + 1) });
    const problems: string[] = [];
    await sleep(warmUpMs);

    const run: FaultRun = { site, recorder, random, isMixed: lanes.flat().length > 1 };
    await Promise.all(
      lanes.map(async (lane) => {
        for (const { fault, afterMs: pauseMs } of lane) {
          await sleep(pauseMs);
          const words = { name: fault.id, ...(fault.isRedisAway ? { isRedisAway: true } : {}) };
          recorder.note({ kind: 'fault', atMs: Date.now(), phase: 'begin', ...words });
          try {
            await fault.run(run);
          } catch (error) {
            problems.push(`${fault.id} could not be done: ${error instanceof Error ? error.message : error}`);
          }
          recorder.note({ kind: 'fault', atMs: Date.now(), phase: 'end', ...words });
        }
      }),
    );
    const endedAtMs = performance.now();
    for (;;) {
      await sleep(250);
      const { joinMs, admissionMs } = judgeRecovery(recorder.history);
      if (joinMs !== undefined && admissionMs !== undefined) break;
      const isBusy = recorder.history.some(({ kind }) => kind === 'late');
      if (performance.now() - endedAtMs > (isBusy ? 4 : 1) * giveUpMs) break;
    }
    await sleep(afterMs);
    await crowd.stop();
    await recorder.end();

    const { history } = recorder;
    const recovery = judgeRecovery(history);
    const breaches = checkLaws(history);
    problems.push(...breaches.map((breach) => describeBreach(breach, history)));
    // Limits of time say nothing where the machine had no time for anybody.
    const busyMs = Math.max(0, ...history.map((record) => (record.kind === 'late' ? record.lateMs : 0)));
    for (const [what, ms] of Object.entries({ join: recovery.joinMs, admission: recovery.admissionMs })) {
      if (ms === undefined) problems.push(`no ${what} came any more after the end of the faults`);
      else if (ms > maxRecoveryMs && busyMs === 0)
        problems.push(`the first ${what} came ${ms} ms after the end, ${maxRecoveryMs} are allowed`);
    }
    const seconds = countCodes(history);
    const startMs = history[0]?.atMs ?? 0;
    const times = history.flatMap((record) => (record.kind === 'fault' ? [(record.atMs - startMs) / 1000] : []));
    const [fromSec, toSec] = [Math.min(...times), Math.max(...times)];
    const during = seconds.filter(({ second }) => second >= Math.floor(fromSec) && second <= toSec + 1);
    const count = (kind: string) => history.filter((record) => record.kind === kind).length;
    return {
      ...{ name, seed, faults: faults.map(({ id }) => id), problems, recovery, seconds, fromSec, toSec, file },
      codes: during.length > 0 ? sumCodes(during) : noCodes(),
      answers: count('answered'),
      changes: count('change'),
      epochs: count('epoch'),
      busyMs,
      served: crowd.served(),
      tookSec: (performance.now() - startedAtMs) / 1000,
    };
  } finally {
    for (let step = steps.pop(); step; step = steps.pop()) {
      await Promise.resolve()
        .then(step)
        .catch((error) => process.stderr.write(`tear-down: ${error}\n`));
    }
  }
}

export { steadySettings };
