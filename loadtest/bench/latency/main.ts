import { steadyRate } from '../../load/arrivals.ts';
import type { LatencySummary } from '../../load/recorder.ts';
import { runLoad } from '../../load/run-load.ts';
import { median } from '../../report/median.ts';
import { describeMachine, readMachine, repositoryFile, writeResults } from '../../report/results.ts';
import { runScript, say } from '../../report/script.ts';
import { writeSection } from '../../report/section.ts';
import { renderTable } from '../../report/table.ts';
import { pageView, startOneGateway } from '../one-gateway.ts';

const maxAddedP99Ms = 2;
const connectionsAtMost = 64;
const warmUpMs = 1000;
const measureMaxMs = 5000;

type Round = { direct: LatencySummary; gateway: LatencySummary };
const columns = ['p50Ms', 'p90Ms', 'p99Ms', 'p999Ms'] as const;

await runScript(
  {
    summary:
      'npm run bench:latency: what the gateway adds to the latency of a page at half of the load it can take, in an open loop.\n' +
      'Real processes and a Redis of their own, on this machine only. About 2 minutes. Code 1: p99 adds more than 2 ms.\n' +
      'Writes a section of docs/benchmarks.md and loadtest/results/added-latency.json.',
    options: {
      rounds: { default: 7, min: 1, max: 50, help: 'direct and through the gateway, in turn' },
      seconds: { default: 6, min: 1, max: 60, help: 'of each part of a round' },
      visitors: { default: 10_000, min: 1, max: 200_000, help: 'visitors with a place, who come in turn' },
      rate: { default: 0, min: 0, max: 100_000, help: 'requests a second; 0 = half of the measured maximum' },
      'dry-run': { default: false, help: 'write no files' },
    },
  },
  async ({ options, after }) => {
    const machine = readMachine();
    const { gateway, upstreamUrl, cookies } = await startOneGateway({ after }, { visitors: options.visitors });
    const base = { requests: [pageView], cookies };
    const runClosed = (durationMs: number) =>
      runLoad({
        ...base,
        targets: [gateway.url],
        shape: { kind: 'closed', connections: connectionsAtMost, durationMs },
      });
    await runClosed(3 * warmUpMs);
    const full = await runClosed(measureMaxMs);
    const maxPerSec = Math.round(full.answered / (full.durationMs / 1000));
    const ratePerSec = options.rate > 0 ? options.rate : Math.floor(maxPerSec / 2);
    say(`the gateway's maximum: ${maxPerSec} requests/s; measured at ${ratePerSec}`);

    const runOpen = async (target: string) => {
      const shape = { kind: 'open', curve: steadyRate(ratePerSec, options.seconds * 1000 + warmUpMs) } as const;
      const { latency, failed } = await runLoad({ ...base, targets: [target], shape, warmUpMs });
      return { latency, failed };
    };
    await runOpen(upstreamUrl);
    const rounds: Round[] = [];
    let failed = full.failed;
    for (let index = 0; index < options.rounds; index += 1) {
      const direct = await runOpen(upstreamUrl);
      const through = await runOpen(gateway.url);
      failed += direct.failed + through.failed;
      rounds.push({ direct: direct.latency, gateway: through.latency });
      say(`round ${index + 1}: p99 ${direct.latency.p99Ms} ms direct, ${through.latency.p99Ms} ms through the gateway`);
    }

    const pick = (subject: keyof Round, column: (typeof columns)[number]) =>
      median(rounds.map((round) => round[subject][column]));
    const added = (column: (typeof columns)[number]) =>
      median(rounds.map((round) => round.gateway[column] - round.direct[column]));
    const table = renderTable(
      ['ms, median of rounds', 'p50', 'p90', 'p99', 'p99.9'],
      [
        ['direct', ...columns.map((column) => pick('direct', column).toFixed(2))],
        ['through the gateway', ...columns.map((column) => pick('gateway', column).toFixed(2))],
        ['added, median of differences', ...columns.map((column) => added(column).toFixed(2))],
      ],
    );
    const problems: string[] = [];
    if (added('p99Ms') > maxAddedP99Ms)
      problems.push(`p99 adds ${added('p99Ms').toFixed(2)} ms, at most ${maxAddedP99Ms} allowed`);
    if (failed > 0) problems.push(`${failed} requests failed`);
    say(`\n${table}\n`);
    for (const problem of problems) say(`LIMIT BROKEN  ${problem}`);
    if (options['dry-run']) return problems.length === 0 ? 'ok' : 'broken';

    await writeResults('added-latency', machine, { options, maxPerSec, ratePerSec, problems, rounds });
    const text = [
      '## Latency that the gateway adds',
      `Written by \`npm run bench:latency\` on ${describeMachine(machine)}.`,
      `An open loop of ${ratePerSec.toLocaleString('en-US')} page views a second, half of the ${maxPerSec.toLocaleString('en-US')} that one gateway ` +
        `process served at most beside its upstream and the load itself, by ${options.visitors.toLocaleString('en-US')} visitors with a ` +
        `place; ${options.rounds} rounds of ${options.seconds} s, direct and through the gateway in turn. Latency counts from the ` +
        `moment a request was due. Limit: p99 adds at most ${maxAddedP99Ms} ms.`,
      table,
    ].join('\n\n');
    await writeSection(repositoryFile('docs/benchmarks.md'), 'bench:latency', text, 'Benchmarks');
    return problems.length === 0 ? 'ok' : 'broken';
  },
);
