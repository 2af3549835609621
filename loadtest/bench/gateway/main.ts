import { availableParallelism, loadavg } from 'node:os';
import { describeMachine, type Machine, readMachine, repositoryFile, writeResults } from '../../report/results.ts';
import { writeSection } from '../../report/section.ts';
import { splitCores } from '../cores.ts';
import { type Cell, listCells } from './cells.ts';
import { readCpuMs } from './cpu-time.ts';
import { help, type Options, readOptions } from './options.ts';
import { ensurePrograms, readVersion } from './programs.ts';
import { renderReport, type Sample } from './report.ts';
import { authRequest } from './subjects/auth-request.ts';
import { direct } from './subjects/direct.ts';
import { gateway } from './subjects/gateway.ts';
import { haproxy } from './subjects/haproxy.ts';
import { httpProxy } from './subjects/http-proxy.ts';
import { nginx } from './subjects/nginx.ts';
import type { StartedSubject, Subject } from './subjects/subject.ts';
import { waitForAnswer } from './wait-for-answer.ts';
import { openWorld } from './world.ts';
import { runLoad } from './wrk.ts';

const allSubjects: readonly Subject[] = [direct, haproxy, nginx, httpProxy, authRequest, gateway()];
const workerSubjects: readonly Subject[] = [gateway(), gateway({ workers: 2 })];
const otherRounds = 2;
const visitSec = 10;

type Measured = {
  subject: Subject;
  started: StartedSubject;
  /** Index of the first visitor who has not been there. */
  nextVisitor: number;
};
/** What a run has opened; closed in reverse order, whatever happens. */
type Closing = (() => Promise<void> | void)[];

const options = readOptions(process.argv.slice(2));
if (options) await run(options);
else say(help);

async function run(options: Options): Promise<void> {
  const subjects = pick(allSubjects, options.subjects);
  const cells = pick(listCells(options.visitors), options.cells);
  const needs = { nginx: 'nginx', wrk: 'wrk', 'redis-server': 'redis-server', taskset: 'util-linux' };
  ensurePrograms(Object.assign(needs, ...subjects.map((subject) => subject.needs)), say);
  const machine = readMachine();
  const closing: Closing = [];
  const stop = () => closeAll(closing).finally(() => process.exit(130));
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  try {
    const samples = await measureAll(options, subjects, cells, closing);
    const titles = new Map([...subjects, ...workerSubjects].map(({ name, title }) => [name, title]));
    const report = { samples, cells, subjects: titles, cores: availableParallelism() };
    const notes = describeRun(options, machine);
    const text = renderReport({ ...report, notes });
    say(text);
    if (options.isWritten) {
      await writeResults('bench-gateway', machine, { notes, samples });
      await writeSection(repositoryFile('docs/benchmarks.md'), 'bench:gateway', text, 'Benchmarks');
    }
  } finally {
    await closeAll(closing);
  }
}

async function measureAll(
  options: Options,
  subjects: readonly Subject[],
  cells: readonly Cell[],
  closing: Closing,
): Promise<Sample[]> {
  const cores = splitCores();
  say(`signs ${options.visitors} cookies`);
  const { bench, cookieFile } = await openWorld({
    visitors: options.visitors,
    cores,
    after: (step) => closing.push(step),
  });
  const visit = async (to: Measured, cell: Cell, seed: number, seconds: number) => {
    const from = cell.isOfFirstVisits ? to.nextVisitor : undefined;
    const load = { port: to.started.port, cell, cookieFile, cores: cores.otherCores, seed, seconds };
    const result = await runLoad({ ...load, ...(from !== undefined && { from }) });
    // Those under way at the end have been there as well.
    if (from !== undefined) to.nextVisitor = from + result.requests + cell.connections;
    return result;
  };
  const startAll = async (wanted: readonly Subject[], subjectCores: string, cell: Cell) => {
    const measured: Measured[] = [];
    for (const subject of wanted) {
      const started = await subject.start({ ...bench, cores: subjectCores });
      closing.push(started.stop);
      await waitForAnswer(started.port, subject.name, cookieFile);
      const one = { subject, started, nextVisitor: 0 };
      // Programs that compile themselves while they run are measured once they have.
      await visit(one, cell, 999, options.firstWarmupSec);
      measured.push(one);
    }
    return measured;
  };
  const letEverybodyVisit = async (one: Measured, cell: Cell) => {
    const firstVisits = { ...cell, isOfFirstVisits: true };
    while (one.subject.remembersVisitors && one.nextVisitor < cell.visitors) {
      say(`${one.subject.title} has seen ${one.nextVisitor} of ${cell.visitors} visitors`);
      await visit(one, firstVisits, 0, visitSec);
    }
  };
  const samples: Sample[] = [];
  let peers: Measured[] | undefined;
  for (const cell of cells) {
    if (!cell.isOfWorkers) peers ??= await startAll(subjects, cores.subjectCores, cell);
    const measured = cell.isOfWorkers ? await startAll(workerSubjects, '', cell) : (peers ?? []);
    if (!cell.isOfFirstVisits && !cell.isOfWorkers) for (const one of measured) await letEverybodyVisit(one, cell);
    const rounds = cell.isTarget ? options.rounds : Math.min(options.rounds, otherRounds);
    const seconds = cell.isTarget ? options.seconds : Math.ceil(options.seconds / 2);
    for (let round = 1; round <= rounds; round += 1) {
      // The order turns with the rounds, so that nobody always comes after the same neighbour.
      for (let index = 0; index < measured.length; index += 1) {
        const turn = measured[(index + round) % measured.length];
        if (!turn) continue;
        await visit(turn, cell, 1000 + round, options.warmupSec);
        const cpuBeforeMs = readCpuMs(turn.started.pids);
        const result = await visit(turn, cell, round, seconds);
        const cpuMs = readCpuMs(turn.started.pids) - cpuBeforeMs;
        const sample: Sample = {
          cell: cell.name,
          subject: turn.subject.name,
          round,
          cpuUsPerRequest: turn.started.pids.length === 0 ? Number.NaN : (cpuMs * 1000) / result.requests,
          requestsPerSec: (result.requests * 1e6) / result.durationUs,
          p50Ms: result.p50Us / 1000,
          p99Ms: result.p99Us / 1000,
          failures: result.failedSockets + result.failedAnswers,
        };
        samples.push(sample);
        say(describeSample(sample));
      }
    }
  }
  return samples;
}

function describeSample({ cell, round, subject, cpuUsPerRequest, requestsPerSec, p99Ms, failures }: Sample): string {
  const cpu = Number.isFinite(cpuUsPerRequest) ? `${cpuUsPerRequest.toFixed(1)} µs` : '–';
  const words = [cell.padEnd(18), String(round), subject.padEnd(14), cpu.padStart(9), `${requestsPerSec.toFixed(0)}/s`];
  return `${words.join(' ')} p99 ${p99Ms.toFixed(2)} ms${failures > 0 ? `, ${failures} failures` : ''}`;
}

function describeRun({ rounds, seconds, visitors, firstWarmupSec }: Options, machine: Machine): string[] {
  const { subjectCores } = splitCores();
  const load = loadavg().map((value) => value.toFixed(1));
  return [
    `${new Date().toISOString().slice(0, 10)}, ${describeMachine(machine)}, HAProxy ${readVersion('haproxy', '-v')}, nginx ${readVersion('nginx', '-v')}`,
    subjectCores === ''
      ? 'one core for everything: not a measurement to rely on'
      : 'the subject alone on one core; load (wrk), upstream (nginx) and Redis on the others',
    `medians of ${rounds} interleaved rounds of ${seconds} s in the target cells, ${Math.min(rounds, otherRounds)} of ${Math.ceil(seconds / 2)} s elsewhere; ${visitors} visitors with signed cookies, all booked; no access log anywhere; ${firstWarmupSec} s of load for each subject before anything is measured; but for first visits, every visitor has been at the gateway once before`,
    `load average at the end: ${load.join(', ')}`,
  ];
}

function pick<T extends { name: string }>(all: readonly T[], names: readonly string[]): readonly T[] {
  if (names.length === 0) return all;
  const unknown = names.filter((name) => !all.some((item) => item.name === name));
  if (unknown.length > 0) throw new Error(`${unknown.join(', ')}: not among ${all.map(({ name }) => name).join(', ')}`);
  return all.filter(({ name }) => names.includes(name));
}

async function closeAll(closing: Closing): Promise<void> {
  for (const close of closing.splice(0).reverse()) await close();
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
