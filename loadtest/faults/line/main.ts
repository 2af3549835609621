import { fork } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describeMachine, type Machine, readMachine, repositoryFile, writeResults } from '../../report/results.ts';
import { runScript, say } from '../../report/script.ts';
import { writeSection } from '../../report/section.ts';
import { type LineFault, lineFaults, steadySettings } from './faults.ts';
import { CannotRun, compileCache, lockTtlSeconds, startLineSite } from './line-site.ts';
import { planMixed } from './mixed-plan.ts';
import { formatSec, type KeptReport, renderFaults, renderMixed, renderSeconds } from './report.ts';
import { type FaultReport, maxRecoveryMs, runFaults } from './run-faults.ts';
import { noCodes } from './what-visitors-saw.ts';

const page = 'docs/reliability.md';
const historyFolder = join(tmpdir(), 'fairline-histories');
const mixedTimeoutMs = 4 * 60_000;

await runScript(
  {
    summary:
      'npm run fault:line: breaks one thing after another under a crowd of visitors, with real processes and a Redis of their own,\n' +
      'and checks the laws of the line and the time until service is back after each. Seeded; about half a minute a fault.\n' +
      '--mixed N runs N seeded scenarios of several faults at once instead. Histories stay in the temporary folder.\n' +
      'Code 1: a law or a limit is broken. Writes sections of docs/reliability.md and loadtest/results/fault-*.json; a run with\n' +
      '--only replaces what is known of that fault alone.',
    options: {
      seed: {
        default: 1,
        min: 0,
        max: 1_000_000_000,
        help: 'of everything left to chance; with --mixed the first one',
      },
      only: { default: 0, min: 0, max: lineFaults.length, help: 'only the fault of this number; 0 = all' },
      from: { default: 1, min: 1, max: lineFaults.length, help: 'begin with the fault of this number' },
      mixed: { default: 0, min: 0, max: 10_000, help: 'how many mixed runs; 0 = single faults' },
      'at-once': { default: 2, min: 1, max: 16, help: 'mixed runs side by side' },
      'per-site': { default: 5, min: 1, max: 100, help: 'runs that follow each other on one site and in one sale' },
      crowd: { default: 40, min: 1, max: 1000, help: 'visitors at once' },
      list: { default: false, help: 'say which faults there are, and run none' },
      'dry-run': { default: false, help: 'write no files' },
    },
  },
  async ({ options, after }) => {
    if (options.list) {
      for (const [index, { id, what }] of lineFaults.entries()) say(`${index + 1}  ${id}: ${what}`);
      return 'ok';
    }
    const machine = readMachine();
    return options.mixed > 0 ? runMixed(options, machine, after) : runSingle(options, machine);
  },
);

type RunOptions = {
  seed: number;
  only: number;
  from: number;
  mixed: number;
  'at-once': number;
  'per-site': number;
  crowd: number;
  'dry-run': boolean;
};

async function runSingle(options: RunOptions, machine: Machine): Promise<'ok' | 'broken'> {
  const wanted = lineFaults.filter((_, index) =>
    options.only === 0 ? index + 1 >= options.from : options.only === index + 1,
  );
  let isBroken = false;
  for (const faults of groupFaults(wanted, options['per-site'])) {
    try {
      const reports = await runFaults({
        runs: faults.map((fault) => ({ name: fault.id, seed: options.seed, lanes: [[{ fault, afterMs: 0 }]] })),
        crowdSize: options.crowd,
        folder: historyFolder,
        openSite: (t, needs) => startLineSite(t, needs, { ...steadySettings }),
      });
      for (const [index, report] of reports.entries()) {
        sayReport(report);
        isBroken ||= report.problems.length > 0;
        const kept = { ...report, what: faults[index]?.what ?? '', atMs: Date.now() };
        if (!options['dry-run']) await keepReport(kept, machine, options);
      }
    } catch (error) {
      if (!(error instanceof CannotRun)) throw error;
      for (const { id } of faults) say(`${id}: NOT RUN: ${error.message}`);
    }
  }
  return isBroken ? 'broken' : 'ok';
}

/** Those that need the same site follow each other on it, some at a time; a loss of all data begins a sale of its own. */
function groupFaults(faults: readonly LineFault[], most: number): LineFault[][] {
  const groups: LineFault[][] = [];
  const keyOf = ({ id, needs }: LineFault) => (id === 'data-lost' ? id : JSON.stringify(needs ?? {}));
  for (const fault of faults) {
    const group = groups.find(([first, ...rest]) => {
      return first !== undefined && keyOf(first) === keyOf(fault) && rest.length + 1 < most;
    });
    if (group) group.push(fault);
    else groups.push([fault]);
  }
  return groups;
}

function sayReport({ busyMs, name, seed, faults, problems, recovery, tookSec, served, file }: FaultReport): void {
  const what = name === 'mixed' ? `seed ${seed}: ${faults.join(' + ')}` : name;
  const back = `join ${formatSec(recovery.joinMs)} s, admission ${formatSec(recovery.admissionMs)} s after the end`;
  say(
    `${what}: ${problems.length === 0 ? 'all laws hold' : 'BROKEN'}; ${back}; ${served} served, took ${tookSec.toFixed(0)} s${busyMs > 0 ? `, the machine was busy for ${busyMs} ms` : ''}`,
  );
  for (const problem of problems) say(`${problem.replaceAll(/^/gm, '    ')}`);
  if (problems.length > 0) say(`    the history: ${file}`);
}

/** Puts a report among those of the other faults, and writes the page anew from all of them. */
async function keepReport(report: KeptReport, machine: Machine, options: RunOptions): Promise<void> {
  const before = await readKept();
  const reports = lineFaults.flatMap(({ id }) => {
    const kept = id === report.name ? report : before.find(({ name }) => name === id);
    return kept ? [{ ...kept, file: undefined }] : [];
  });
  await writeResults('fault-line', machine, { options, reports });
  const kept = reports as unknown as KeptReport[];
  const broken = kept.filter(({ problems }) => problems.length > 0);
  const text = [
    `Written by \`npm run fault:line\` on ${describeMachine(machine)}.`,
    `${options.crowd} visitors at a time join, wait, book, give back, leave or forget their place through two gateways, with two ` +
      `waiting-rooms, two booking instances and two queue-processors; \`bookingLockTTLSeconds\` ${lockTtlSeconds}. Whoever gets no ` +
      `answer asks another gateway. Service must be back by itself within ${maxRecoveryMs / 1000} s after the end of a fault.`,
    renderFaults(kept),
    broken.length === 0
      ? `All laws held in ${kept.length} of ${kept.length} runs, and service was back in time.`
      : broken.flatMap(({ name, problems }) => problems.map((each) => `- ${name}: ${each.split('\n')[0]}`)).join('\n'),
    `<details><summary>What visitors were answered, second by second</summary>\n\n${renderSeconds(kept)}\n\n</details>`,
  ].join('\n\n');
  await writeSection(repositoryFile(page), 'fault:line', text, 'Reliability');
}

async function readKept(): Promise<KeptReport[]> {
  try {
    const text = await readFile(repositoryFile('loadtest/results/fault-line.json'), 'utf8');
    return (JSON.parse(text) as { reports: KeptReport[] }).reports;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

async function runMixed(
  options: RunOptions,
  machine: Machine,
  after: (step: () => Promise<unknown> | unknown) => void,
): Promise<'ok' | 'broken'> {
  const seeds = Array.from({ length: options.mixed }, (_, index) => options.seed + index);
  const reports: FaultReport[] = [];
  const stop = new AbortController();
  after(() => stop.abort());
  await Promise.all(
    Array.from({ length: options['at-once'] }, async () => {
      for (
        let some = seeds.splice(0, options['per-site']);
        some.length > 0;
        some = seeds.splice(0, options['per-site'])
      ) {
        for (const report of await runInProcess(some, options.crowd, stop.signal)) {
          reports.push(report);
          sayReport(report);
        }
      }
    }),
  );
  const sorted = reports.toSorted((a, b) => a.seed - b.seed);
  const broken = sorted.filter(({ problems }) => problems.length > 0);
  say(`${sorted.length - broken.length} of ${sorted.length} runs without a broken law or limit`);
  if (!options['dry-run']) {
    const kept = sorted.map(({ seconds: _, file: __, ...report }) => report);
    await writeResults('fault-mixed', machine, { options, reports: kept });
    const text = [
      `Written by \`npm run fault:line -- --mixed ${options.mixed} --seed ${options.seed}\` on ${describeMachine(machine)}.`,
      'Each run draws from its seed one fault of Redis, two of processes one after the other, and now and then changing settings ' +
        `or jumping clocks, all at the same time, under a crowd of ${options.crowd}. ${options['per-site']} runs follow each other in one ` +
        'sale on one site, and the laws are checked over the whole of it. Left out is one combination: ' +
        ' the end of the file cut while a waiting-room is gone as well, since the waiting-rooms are who knows the lost numbers.',
      renderMixed(sorted),
    ].join('\n\n');
    await writeSection(repositoryFile(page), 'fault:mixed', text, 'Reliability');
  }
  return broken.length === 0 ? 'ok' : 'broken';
}

/** Runs that end without a report have failed: they are told by their seeds. */
async function runInProcess(seeds: readonly number[], crowd: number, signal: AbortSignal): Promise<FaultReport[]> {
  const worker = fileURLToPath(new URL('./mixed-worker.ts', import.meta.url));
  const child = fork(worker, [seeds.join(','), String(crowd), historyFolder], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: { ...process.env, NODE_COMPILE_CACHE: compileCache },
  });
  let errors = '';
  child.stderr?.on('data', (chunk) => {
    errors += chunk;
  });
  const end = () => child.kill('SIGKILL');
  const timer = setTimeout(end, mixedTimeoutMs * seeds.length);
  signal.addEventListener('abort', end, { once: true });
  let reports: FaultReport[] | undefined;
  child.on('message', (message) => {
    reports = message as FaultReport[];
  });
  await new Promise((resolve) => child.once('close', resolve));
  clearTimeout(timer);
  signal.removeEventListener('abort', end);
  const problem = errors.trim().slice(0, 2000) || 'it did not end in time';
  return reports ?? seeds.map((seed) => failedReport(seed, problem));
}

function failedReport(seed: number, problem: string): FaultReport {
  const faults = planMixed(seed)
    .flat()
    .map(({ fault }) => fault.id);
  const recovery = { joinMs: undefined, admissionMs: undefined, admissionPauseMs: 0, joinPauseMs: 0 };
  const times = { fromSec: 0, toSec: 0, tookSec: 0, busyMs: 0 };
  const counts = { answers: 0, changes: 0, epochs: 0, served: 0 };
  const problems = [`the run itself failed: ${problem}`];
  return {
    name: 'mixed',
    seed,
    faults,
    problems,
    recovery,
    codes: noCodes(),
    seconds: [],
    file: '',
    ...times,
    ...counts,
  };
}
