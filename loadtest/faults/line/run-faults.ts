import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createSeededRandom } from '../../simulate/seeded-random.ts';
import { describeBreach } from '../history/breach.ts';
import { checkLaws } from '../history/check-laws.ts';
import { type Recorder, startRecorder } from '../history/recorder.ts';
import type { HistoryRecord } from '../history/records.ts';
import { startCrowd } from './crowd.ts';
import type { FaultRun, LineFault } from './faults.ts';
import { judgeRecovery, type Recovery } from './judge-recovery.ts';
import { type LineSite, lockTtlSeconds, type SiteNeeds } from './line-site.ts';
import { type CodeCounts, countCodes, type SecondOfCodes, sumCodes } from './what-visitors-saw.ts';

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

type After = { after(step: () => Promise<unknown> | unknown): void };

/**
 * One site and one crowd, and one run after another: the faults of each lane follow each other, the lanes come at the same time;
 * then service must be back. The laws are checked over the whole history, a breach counts for the run in which it showed. The
 * file stays.
 */
export async function runFaults({
  runs,
  crowdSize,
  folder,
  openSite,
}: {
  runs: readonly { name: string; seed: number; lanes: readonly Lane[] }[];
  crowdSize: number;
  folder: string;
  openSite: (t: After, needs: SiteNeeds) => Promise<LineSite>;
}): Promise<FaultReport[]> {
  const steps: (() => Promise<unknown> | unknown)[] = [];
  const { name, seed: firstSeed } = runs[0] ?? { name: 'nothing', seed: 0 };
  await mkdir(folder, { recursive: true });
  const file = join(folder, `${name}-${firstSeed}.jsonl`);
  const lanesOf = runs.flatMap(({ lanes }) => lanes);
  const needs: SiteNeeds = Object.assign({}, ...lanesOf.flat().map(({ fault }) => fault.needs ?? {}));
  try {
    const site = await openSite({ after: (step) => void steps.push(step) }, needs);
    const recorder = startRecorder({ redis: site.system.redisServer.connect(), keys: site.keys, file });
    recorder.note({ kind: 'run', name, seed: firstSeed, atMs: Date.now(), staleMs: null });
    const crowd = startCrowd({ recorder, urls: site.urls, size: crowdSize, random: createSeededRandom(firstSeed + 1) });
    const pieces: Piece[] = [];
    for (const { name: own, seed, lanes } of runs) {
      const isMixed = lanes.flat().length > 1;
      const from = recorder.history.length;
      const startedAtMs = performance.now();
      const servedBefore = crowd.served();
      await sleep(warmUpMs);
      const problems = await breakThings({ site, recorder, random: createSeededRandom(seed), isMixed }, lanes);
      await waitForService(recorder, from);
      const faults = lanes.flat().map(({ fault }) => fault.id);
      const served = crowd.served() - servedBefore;
      const tookSec = (performance.now() - startedAtMs) / 1000;
      pieces.push({ name: own, seed, faults, problems, from, to: recorder.history.length, served, tookSec });
    }
    await crowd.stop();
    await recorder.end();
    return judge({ file, pieces, history: recorder.history });
  } finally {
    for (let step = steps.pop(); step; step = steps.pop()) {
      await Promise.resolve()
        .then(step)
        .catch((error) => process.stderr.write(`tear-down: ${error}\n`));
    }
  }
}

/** A run's part of the history: records `from` up to `to`. */
type Piece = {
  name: string;
  seed: number;
  faults: readonly string[];
  problems: string[];
  from: number;
  to: number;
  served: number;
  tookSec: number;
};

/** Does all faults; what could not be done is said. */
async function breakThings(run: FaultRun, lanes: readonly Lane[]): Promise<string[]> {
  const { recorder } = run;
  const problems: string[] = [];
  const doLane = async (lane: Lane) => {
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
  };
  await Promise.all(lanes.map(doLane));
  return problems;
}

/** Until somebody joined and somebody was admitted, or it took too long. */
async function waitForService({ history }: Recorder, from: number): Promise<void> {
  const endedAtMs = performance.now();
  for (;;) {
    await sleep(250);
    const piece = history.slice(from);
    const { joinMs, admissionMs } = judgeRecovery(piece);
    if (joinMs !== undefined && admissionMs !== undefined) break;
    const isBusy = piece.some(({ kind }) => kind === 'late');
    if (performance.now() - endedAtMs > (isBusy ? 4 : 1) * giveUpMs) break;
  }
  await sleep(afterMs);
}

function judge({
  file,
  pieces,
  history,
}: {
  file: string;
  pieces: readonly Piece[];
  history: readonly HistoryRecord[];
}): FaultReport[] {
  const breaches = checkLaws(history);
  return pieces.map((piece, index) => {
    const isLast = index === pieces.length - 1;
    const to = isLast ? history.length : piece.to;
    const own = history.slice(piece.from, to);
    const recovery = judgeRecovery(own);
    const busyMs = Math.max(0, ...own.map((record) => (record.kind === 'late' ? record.lateMs : 0)));
    const shown = breaches.filter(({ events }) => {
      const at = Math.max(...events);
      return (at >= piece.from || index === 0) && at < to;
    });
    const problems = [...piece.problems, ...shown.map((breach) => describeBreach(breach, history))];
    for (const [what, ms] of Object.entries({ join: recovery.joinMs, admission: recovery.admissionMs })) {
      if (ms === undefined) problems.push(`no ${what} came any more after the end of the faults`);
      // Limits of time say nothing where the machine had no time for anybody.
      else if (ms > maxRecoveryMs && busyMs === 0) {
        problems.push(`the first ${what} came ${ms} ms after the end, ${maxRecoveryMs} are allowed`);
      }
    }
    const seconds = countCodes(own);
    const startMs = own[0]?.atMs ?? 0;
    const times = own.flatMap((record) => (record.kind === 'fault' ? [(record.atMs - startMs) / 1000] : []));
    const [fromSec, toSec] = [Math.min(...times), Math.max(...times)];
    const during = seconds.filter(({ second }) => second >= Math.floor(fromSec) && second <= toSec + 1);
    const count = (kind: string) => own.filter((record) => record.kind === kind).length;
    const { name, seed, faults, served, tookSec } = piece;
    return {
      ...{ name, seed, faults, problems, recovery, seconds, fromSec, toSec, file, served, tookSec, busyMs },
      codes: sumCodes(during),
      answers: count('answered'),
      changes: count('change'),
      epochs: count('epoch'),
    };
  });
}
