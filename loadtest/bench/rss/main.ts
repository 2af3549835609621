import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { runLoad } from '../../load/run-load.ts';
import { renderChart } from '../../plot/chart.ts';
import { describeMachine, readMachine, repositoryFile, writeResults } from '../../report/results.ts';
import { runScript, say } from '../../report/script.ts';
import { writeSection } from '../../report/section.ts';
import { pageView, startOneGateway } from '../one-gateway.ts';
import { listLeftOvers, type RssSample, slopeMiBPerMillion } from './slope.ts';

const maxSlopeMiBPerMillion = 2;
const maxDurationMs = 30 * 60_000;
const saidEvery = 250_000;
const plotFile = 'images/gateway-rss.svg';
const watchExit = new URL('./watch-exit.ts', import.meta.url).href;

await runScript(
  {
    summary:
      "npm run bench:rss: does the gateway's memory grow with the requests it has served, and what is left when it stops?\n" +
      'Real processes and a Redis of their own, on this machine only. Some minutes: it ends with the last request.\n' +
      'Code 1: the slope or what is left is over its limit. Writes a section of docs/benchmarks.md, docs/images/gateway-rss.svg\n' +
      'and loadtest/results/gateway-rss.json.',
    options: {
      requests: { default: 2_000_000, min: 1000, max: 9_000_000, help: 'requests to measure' },
      'warm-up': { default: 200_000, min: 0, max: 1_000_000, help: 'requests before' },
      visitors: { default: 10_000, min: 1, max: 200_000, help: 'visitors with a place, who come in turn' },
      connections: { default: 64, min: 1, max: 2000, help: 'kept connections, each with one request at a time' },
      'dry-run': { default: false, help: 'write no files' },
    },
  },
  async ({ options, after }) => {
    const machine = readMachine();
    const folder = await mkdtemp(join(tmpdir(), 'fairline-rss-'));
    after(() => rm(folder, { recursive: true, force: true }));
    const exitFile = join(folder, 'left-over.json');
    const { gateway, cookies } = await startOneGateway(
      { after },
      {
        visitors: options.visitors,
        gateway: { execArgv: ['--import', watchExit], env: { WATCH_EXIT_FILE: exitFile } },
      },
    );
    const samples: RssSample[] = [];
    let said = 0;
    const takeSample = async (requests: number) => {
      const rssBytes = await readRssBytes(gateway.child.pid ?? 0);
      samples.push({ requests, rssBytes });
      if (requests < said) return;
      say(`${requests} requests: ${(rssBytes / 2 ** 20).toFixed(1)} MiB`);
      said += saidEvery;
    };
    let sampling: Promise<void> | undefined;
    const { answered, failed, failures, durationMs } = await runLoad(
      {
        targets: [gateway.url],
        requests: [pageView],
        cookies,
        shape: {
          kind: 'closed',
          connections: options.connections,
          durationMs: maxDurationMs,
          maxRequests: options['warm-up'] + options.requests,
        },
      },
      (count) => {
        // A slow look must not be taken for a later one.
        sampling ??= takeSample(count).finally(() => {
          sampling = undefined;
        });
      },
    );
    await sampling;
    await gateway.end('SIGTERM');
    const leftOvers = listLeftOvers(JSON.parse(await readFile(exitFile, 'utf8')) as string[]);

    const measured = samples.filter(({ requests }) => requests >= options['warm-up']);
    const slope = slopeMiBPerMillion(measured);
    const problems: string[] = [];
    if (measured.length < 3) problems.push('too few samples: ask for more requests');
    if (answered < options['warm-up'] + options.requests)
      problems.push(`${answered} answers only ${JSON.stringify(failures)}`);
    if (slope >= maxSlopeMiBPerMillion) problems.push(`${slope.toFixed(2)} MiB a million requests`);
    if (leftOvers.length > 0) problems.push(`left after stop: ${leftOvers.join(', ')}`);
    const first = measured[0]?.rssBytes ?? 0;
    const last = measured.at(-1)?.rssBytes ?? 0;
    const line =
      `${formatMiB(first)} MiB after ${options['warm-up'].toLocaleString('en-US')} requests, ${formatMiB(last)} MiB after ` +
      `${answered.toLocaleString('en-US')}: **${slope.toFixed(2)} MiB a million requests** (least squares over ` +
      `${measured.length} samples; limit ${maxSlopeMiBPerMillion}). Left after stop: ${leftOvers.join(', ') || 'no socket, no timer'}.`;
    say(line);
    for (const problem of problems) say(`LIMIT BROKEN  ${problem}`);
    if (options['dry-run']) return problems.length === 0 ? 'ok' : 'broken';

    const results = { options, slopeMiBPerMillion: slope, leftOvers, answered, failed, durationMs, problems, samples };
    await writeResults('gateway-rss', machine, results);
    await mkdir(repositoryFile('docs/images/'), { recursive: true });
    await writeFile(repositoryFile(`docs/${plotFile}`), renderRssPlot(samples));
    const text = [
      '## Memory of the gateway over time',
      `Written by \`npm run bench:rss\` on ${describeMachine(machine)}.`,
      `${options.visitors.toLocaleString('en-US')} visitors with a place, ${options.connections} connections, as fast as it goes ` +
        `(${Math.round(answered / (durationMs / 1000)).toLocaleString('en-US')} requests/s). ${line}`,
      `![RSS of the gateway by requests](${plotFile})`,
    ].join('\n\n');
    await writeSection(repositoryFile('docs/benchmarks.md'), 'bench:rss', text, 'Benchmarks');
    return problems.length === 0 ? 'ok' : 'broken';
  },
);

/** Of one process; `ps` tells it in KiB on every Unix. */
async function readRssBytes(pid: number): Promise<number> {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(pid)]);
  return Number(stdout.trim()) * 1024;
}

function renderRssPlot(samples: readonly RssSample[]): string {
  return renderChart({
    title: 'Memory of one gateway process',
    kind: 'line',
    xLabel: 'million requests served',
    yLabel: 'RSS, MiB',
    series: [
      { name: 'RSS', points: samples.map(({ requests, rssBytes }) => [requests / 1e6, rssBytes / 2 ** 20] as const) },
    ],
  });
}

function formatMiB(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(1);
}
