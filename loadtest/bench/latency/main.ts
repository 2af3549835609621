import { steadyRate } from '../../load/arrivals.ts';
import type { LatencySummary } from '../../load/recorder.ts';
import { runLoad } from '../../load/run-load.ts';
import { median } from '../../report/median.ts';
import { describeMachine, readMachine, repositoryFile, writeResults } from '../../report/results.ts';
import { runScript, say } from '../../report/script.ts';
import { writeSection } from '../../report/section.ts';
import { watchStolenTime } from '../../report/stolen-time.ts';
import { pin, splitCores } from '../cores.ts';
import { listCells } from '../gateway/cells.ts';
import { ensurePrograms } from '../gateway/programs.ts';
import { direct } from '../gateway/subjects/direct.ts';
import { gateway } from '../gateway/subjects/gateway.ts';
import { haproxy } from '../gateway/subjects/haproxy.ts';
import { readCookies } from '../gateway/visitors.ts';
import { waitForAnswer } from '../gateway/wait-for-answer.ts';
import { openWorld } from '../gateway/world.ts';
import { runLoad as runClosedLoad } from '../gateway/wrk.ts';
import { pageView } from '../one-gateway.ts';
import { maxAddedP99Ms, type Round, readAdded, renderLatency, type SubjectName } from './report.ts';

const warmUpSec = 5;
const measureMaxSec = 3;
/** The load starts in a new thread each time, which has to compile it first. */
const warmUpMs = 2000;
const subjects = [direct, haproxy, gateway()] as const;

await runScript(
  {
    summary:
      'npm run bench:latency: what the gateway adds to the latency of a page at half of the load it can take, in an open loop,\n' +
      'and what HAProxy adds there. Real processes and a Redis of their own, on this machine only, what is measured alone on\n' +
      'one core. About 5 minutes. Code 1: p99 adds more than 2 ms.\n' +
      'Writes a section of docs/benchmarks.md and loadtest/results/added-latency.json.',
    options: {
      rounds: { default: 9, min: 1, max: 50, help: 'direct, through HAProxy and through the gateway, in turn' },
      seconds: { default: 6, min: 1, max: 60, help: 'of each part of a round' },
      visitors: { default: 100_000, min: 1, max: 200_000, help: 'visitors with a place, who come in turn' },
      rate: {
        default: 0,
        min: 0,
        max: 100_000,
        help: 'requests a second; 0 = half of the maximum, measured in each round',
      },
      'dry-run': { default: false, help: 'write no files' },
    },
  },
  async ({ options, after }) => {
    const needs = { nginx: 'nginx', wrk: 'wrk', 'redis-server': 'redis-server', taskset: 'util-linux' };
    ensurePrograms({ ...needs, ...haproxy.needs }, say);
    const machine = readMachine();
    const cores = splitCores();
    if (cores.otherCores !== '') pin(process.pid, cores.otherCores);
    const { bench, cookieFile } = await openWorld({ visitors: options.visitors, cores, after });
    const cookies = readCookies(cookieFile).map((value) => `visitor_id=${value}`);

    const [cell] = listCells(options.visitors).filter(({ isTarget }) => isTarget);
    if (!cell) throw new Error('there is no cell to measure the maximum with');
    const ports: Partial<Record<string, number>> = {};
    const runAtMost = async (name: string, seconds: number, seed: number) => {
      const load = { port: ports[name] ?? 0, cell, cookieFile, cores: cores.otherCores, seconds, seed };
      const { requests, durationUs } = await runClosedLoad(load);
      return Math.round((requests * 1e6) / durationUs);
    };
    for (const subject of subjects) {
      const started = await subject.start(bench);
      after(started.stop);
      await waitForAnswer(started.port, subject.name, cookieFile);
      ports[subject.name] = started.port;
      await runAtMost(subject.name, warmUpSec, 0);
    }

    const measure = async (name: string, ratePerSec: number): Promise<LatencySummary> => {
      const curve = steadyRate(ratePerSec, options.seconds * 1000 + warmUpMs);
      const { latency, failed } = await runLoad({
        targets: [`http://127.0.0.1:${ports[name]}`],
        requests: [pageView],
        cookies,
        shape: { kind: 'open', curve },
        isFine: true,
        // As many as the maximum is measured with: with hundreds more, it would be another one.
        maxConnections: cell.connections,
        warmUpMs,
      });
      if (failed > 0) throw new Error(`${failed} requests failed: ${name}`);
      return latency;
    };
    const rounds: Round[] = [];
    const maxima: number[] = [];
    const readStolen = watchStolenTime();
    for (let index = 0; index < options.rounds; index += 1) {
      const round: Partial<Round> = {};
      // Anew in each round: what a core can do changes with what else its machine does.
      const maxPerSec = await runAtMost('gateway', measureMaxSec, 1 + index);
      maxima.push(maxPerSec);
      const ratePerSec = options.rate > 0 ? options.rate : Math.floor(maxPerSec / 2);
      // The order turns with the rounds.
      for (let turn = 0; turn < subjects.length; turn += 1) {
        const name = subjects[(index + turn) % subjects.length]?.name as SubjectName;
        round[name] = await measure(name, ratePerSec);
      }
      rounds.push(round as Round);
      const told = Object.entries(round).map(([name, { p50Ms, p99Ms }]) => `${name} ${p50Ms}, ${p99Ms}`);
      say(`round ${index + 1}, ${ratePerSec} requests/s, p50 and p99 in ms: ${told.join('; ')}`);
    }
    const stolenShare = readStolen();

    const maxPerSec = median(maxima);
    const ratePerSec = options.rate > 0 ? options.rate : Math.floor(maxPerSec / 2);
    const results = { rounds, maxima, maxPerSec, ratePerSec, connections: cell.connections, stolenShare };
    const addedP99Ms = readAdded(rounds, 'gateway', 'p99Ms');
    const problem = `p99 adds ${addedP99Ms.toFixed(2)} ms, at most ${maxAddedP99Ms} allowed`;
    const problems = addedP99Ms > maxAddedP99Ms ? [problem] : [];
    const text = renderLatency({ ...options, ...results, machine: describeMachine(machine) });
    say(`\n${text}\n`);
    for (const line of problems) say(`LIMIT BROKEN  ${line}`);
    if (!options['dry-run']) {
      await writeResults('added-latency', machine, { options, ...results, problems });
      await writeSection(repositoryFile('docs/benchmarks.md'), 'bench:latency', text, 'Benchmarks');
    }
    return problems.length === 0 ? 'ok' : 'broken';
  },
);
