import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { onStopSignals } from '../../deploy/local/stop-signals.ts';
import { raiseDescriptorLimit } from '../bench/streams/descriptors.ts';
import { readMachine, repositoryFile } from '../report/results.ts';
import { writeSection } from '../report/section.ts';
import { shapeArrivals } from './arrivals-curve.ts';
import { type CrowdResult, playCrowd } from './crowd.ts';
import { type RehearsalOptions, readOptions } from './options.ts';
import { type OwnSite, startOwnSite } from './own-site.ts';
import { renderPlots } from './plots.ts';
import { findSiteProblem } from './preflight.ts';
import { showProgress } from './progress.ts';
import { type ReportInput, renderReport } from './report.ts';
import { bounds, mostErrorRatioElsewhere } from './target.ts';
import { judgeRehearsal } from './verdict.ts';

/** Of the process itself, beside its connections. */
const ownDescriptors = 200;
const exitCodes = { go: 0, impossible: 1, noGo: 2 } as const;

const say = (line: string) => process.stdout.write(`${line}\n`);

/** The life of a rehearsal, from the command line to the exit code: 0 GO, 2 NO-GO, 1 it could not be played. */
export async function runRehearsal(argv: readonly string[]): Promise<number> {
  const outcome = readOptions(argv);
  if (outcome.kind === 'help') {
    say(outcome.text);
    return exitCodes.go;
  }
  if (outcome.kind === 'refused') return refuse(outcome.problems);

  const stopping = new AbortController();
  const { signal } = stopping;
  const steps: (() => Promise<unknown> | unknown)[] = [];
  const endAll = async () => {
    for (let step = steps.pop(); step; step = steps.pop()) await step();
  };
  let isPlaying = false;
  onStopSignals({
    first() {
      stopping.abort();
      // What is being started is not waited for.
      if (!isPlaying) void endAll();
    },
    again: () => void endAll().finally(() => process.exit(exitCodes.impossible)),
  });
  try {
    const options = await prepare(outcome.options);
    if ('problem' in options) return refuse([options.problem]);
    const site = options.start ? await startSite(options, (step) => steps.push(step)) : undefined;
    const target = site ? { origin: site.origin, ownHost: undefined } : options.target;
    const problem = await findSiteProblem(target);
    if (signal.aborted) return refuse(['ended before it began']);
    if (problem !== undefined) return refuse([problem]);
    isPlaying = true;
    return await play({ ...options, target }, site, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
    return refuse(['ended before it began']);
  } finally {
    await endAll();
  }
}

async function prepare(options: RehearsalOptions): Promise<RehearsalOptions | { problem: string }> {
  const descriptors = await raiseDescriptorLimit(options.connections);
  if (descriptors >= options.connections + ownDescriptors) return options;
  const most = descriptors - ownDescriptors;
  return { problem: `--connections: this process may have ${most} beside its files (ulimit -n ${descriptors})` };
}

function startSite({ places }: RehearsalOptions, after: (step: () => Promise<unknown> | unknown) => void) {
  say('starting a site of its own …');
  return startOwnSite(after, { places });
}

async function play(options: RehearsalOptions, site: OwnSite | undefined, signal: AbortSignal): Promise<number> {
  const { target, visitors, minutes, afterMinutes, arrivals, habits, limits } = options;
  const machine = readMachine();
  const startedAt = new Date();
  const bound = target.ownHost === undefined ? bounds.loopback : bounds.elsewhere;
  say(
    `${visitors} visitors come to ${target.origin} within ${minutes} min (${arrivals}); Ctrl-C ends it early, with a report`,
  );
  let progress: ReturnType<typeof showProgress> | undefined;
  const result = await playCrowd(
    {
      ...{ target, habits, seed: options.seed, maxConnections: options.connections },
      curve: shapeArrivals({ shape: arrivals, visitors, durationMs: minutes * 60_000 }),
      hammerPerSec: bound.hammerPerSec,
      afterMs: afterMinutes * 60_000,
      maxErrorRatio: target.ownHost === undefined ? undefined : mostErrorRatioElsewhere,
    },
    {
      signal,
      onStart: (look) => {
        progress = showProgress(look, {
          ...{ output: process.stdout, isTerminal: process.stdout.isTTY, visitors },
          columns: () => process.stdout.columns || 80,
          wholeMs: (minutes + afterMinutes) * 60_000,
        });
      },
    },
  ).finally(() => progress?.stop());
  const verdict = judgeRehearsal(result, limits);
  const version = await readVersion();
  const plots = renderPlots(result);
  const input: Omit<ReportInput, 'imageOf' | 'level'> = {
    ...{ options, result, verdict, machine, version, startedAt, plots, site: site?.description },
  };
  const folder = options.out === '' ? defaultFolder(startedAt) : resolve(options.out);
  await writeReport(folder, input);
  if (options.sample) await writeSample(input);

  say('');
  say(verdict.isGo ? 'GO' : 'NO-GO');
  for (const { name, value, limit, verdict: word, reason } of verdict.judgements) {
    const why = reason !== undefined && word !== 'kept' ? ` (${reason})` : '';
    say(`  ${word.padEnd(10)}  ${name}: ${value}; ${limit}${why}`);
  }
  say(`report: ${join(folder, 'report.md')}`);
  return verdict.isGo ? exitCodes.go : exitCodes.noGo;
}

function defaultFolder(startedAt: Date): string {
  const name = startedAt.toISOString().slice(0, 19).replaceAll(':', '-');
  return repositoryFile(`.data/rehearsals/${name}`);
}

/** `report.md`, its plots, and `rehearsal.json` with all that the report was made from. */
async function writeReport(folder: string, input: Omit<ReportInput, 'imageOf' | 'level'>): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const { name, svg } of input.plots) await writeFile(join(folder, `${name}.svg`), svg);
  const report = renderReport({ ...input, imageOf: ({ name }) => `${name}.svg`, level: 1 });
  await writeFile(join(folder, 'report.md'), `${report}\n`);
  const { options, machine, startedAt, verdict, result } = input;
  const numbers = { startedAt, machine, options, verdict, result: withoutWaits(result) };
  await writeFile(join(folder, 'rehearsal.json'), `${JSON.stringify(numbers, null, 2)}\n`);
}

async function writeSample(input: Omit<ReportInput, 'imageOf' | 'level'>): Promise<void> {
  await mkdir(repositoryFile('docs/images/'), { recursive: true });
  for (const { name, svg } of input.plots) await writeFile(repositoryFile(`docs/images/rehearsal-${name}.svg`), svg);
  const report = renderReport({ ...input, imageOf: ({ name }) => `images/rehearsal-${name}.svg`, level: 2 });
  await writeSection(repositoryFile('docs/rehearsal.md'), 'rehearse', report, 'A rehearsal');
}

/** Each single wait is in its summary already. */
function withoutWaits({ byKind, ...result }: CrowdResult) {
  const summed = Object.entries(byKind).map(([kind, { waitsMs: _, ...totals }]) => [kind, totals]);
  return { ...result, byKind: Object.fromEntries(summed) };
}

async function readVersion(): Promise<string> {
  const { version } = JSON.parse(await readFile(repositoryFile('package.json'), 'utf8')) as { version: string };
  return version;
}

function refuse(problems: readonly string[]): number {
  process.stderr.write(`${problems.join('\n')}\n`);
  return exitCodes.impossible;
}
