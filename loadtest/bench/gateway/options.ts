import { parseArgs } from 'node:util';

export type Options = {
  rounds: number;
  seconds: number;
  warmupSec: number;
  /** Once for each subject, before anything is measured. */
  firstWarmupSec: number;
  visitors: number;
  /** Names; empty: all. */
  cells: readonly string[];
  subjects: readonly string[];
  /** Writes the docs and the results. */
  isWritten: boolean;
};

export const help = `npm run bench:gateway -- [options]

CPU per request, requests per second and latency of the gateway beside its peers: one upstream, one load, interleaved
rounds, medians. Needs Linux, nginx, haproxy, wrk and redis-server (installed with apt-get when missing and permitted).

  --rounds N      rounds of the target cells, default 5; other cells get two
  --seconds N     measured seconds a subject in a round of a target cell, default 4; other cells half of it
  --warmup N      seconds of load before each measurement, default 1; before its first one a subject gets 5
  --visitors N    distinct visitors, default 1000000
  --cells LIST    only these, e.g. target,10k
  --subjects LIST only these, e.g. haproxy,gateway
  --quick         a smoke: one round of one second in the target cells, 10 000 visitors, nothing written
  --dry           writes neither docs/benchmarks.md nor loadtest/results/bench-gateway.json
  --help`;

/** undefined: help was asked for. Throws on options that make no sense. */
export function readOptions(args: readonly string[]): Options | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: 'string' },
      seconds: { type: 'string' },
      warmup: { type: 'string' },
      visitors: { type: 'string' },
      cells: { type: 'string', default: '' },
      subjects: { type: 'string', default: '' },
      quick: { type: 'boolean', default: false },
      dry: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  const { quick } = values;
  return {
    rounds: readCount('rounds', values.rounds, quick ? 1 : 5),
    seconds: readCount('seconds', values.seconds, quick ? 1 : 4),
    warmupSec: readCount('warmup', values.warmup, 1),
    firstWarmupSec: quick ? 1 : 5,
    visitors: readCount('visitors', values.visitors, quick ? 10_000 : 1_000_000),
    cells: values.cells === '' && quick ? ['target', 'few-visitors'] : readList(values.cells),
    subjects: readList(values.subjects),
    isWritten: !quick && !values.dry,
  };
}

function readCount(name: string, text: string | undefined, standard: number): number {
  if (text === undefined) return standard;
  const count = Number(text);
  if (!Number.isSafeInteger(count) || count < 1) throw new Error(`--${name} must be a whole number from 1`);
  return count;
}

function readList(text: string): string[] {
  return text.split(',').filter((name) => name !== '');
}
