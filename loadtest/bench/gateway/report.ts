import type { Cell } from './cells.ts';

/** One subject under one load in one round. */
export type Sample = {
  cell: string;
  subject: string;
  round: number;
  /** NaN for `direct`, which has no process of its own. */
  cpuUsPerRequest: number;
  requestsPerSec: number;
  p50Ms: number;
  p99Ms: number;
  /** Failed connections and answers of status 400 and above. */
  failures: number;
};

export type Row = Omit<Sample, 'cell' | 'round'> & {
  /** CPU over the base's in the same round. */
  ratio: number;
};

/** The median; the mean of the two in the middle when there are two. NaN for nothing. */
export function median(values: readonly number[]): number {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const low = sorted[Math.ceil(middle) - 1] ?? Number.NaN;
  const high = sorted[Math.floor(middle)] ?? Number.NaN;
  return sorted.length === 0 ? Number.NaN : (low + high) / 2;
}

/** CPU of a subject over that of another one, the median of the rounds that have both. */
export function ratioOf(samples: readonly Sample[], cell: string, subject: string, base: string): number {
  const ofCell = samples.filter((sample) => sample.cell === cell);
  const ratios = ofCell
    .filter((sample) => sample.subject === subject)
    .map(({ round, cpuUsPerRequest }) => {
      const other = ofCell.find((sample) => sample.subject === base && sample.round === round);
      return cpuUsPerRequest / (other?.cpuUsPerRequest ?? Number.NaN);
    });
  return median(ratios);
}

export function summarize(samples: readonly Sample[], cell: string, subjects: readonly string[]): Row[] {
  return subjects.flatMap((subject) => {
    const own = samples.filter((sample) => sample.cell === cell && sample.subject === subject);
    if (own.length === 0) return [];
    const medianOf = (field: 'cpuUsPerRequest' | 'requestsPerSec' | 'p50Ms' | 'p99Ms') =>
      median(own.map((sample) => sample[field]));
    return {
      subject,
      cpuUsPerRequest: medianOf('cpuUsPerRequest'),
      requestsPerSec: medianOf('requestsPerSec'),
      p50Ms: medianOf('p50Ms'),
      p99Ms: medianOf('p99Ms'),
      failures: own.reduce((sum, { failures }) => sum + failures, 0),
      ratio: ratioOf(samples, cell, subject, 'haproxy'),
    };
  });
}

export type Target = { base: string; atMost: number; ratio: number; isMet: boolean };

const targets = [
  { base: 'haproxy', atMost: 2.5 },
  { base: 'http-proxy', atMost: 0.4 },
  { base: 'auth-request', atMost: 0.6 },
];

/** What the gateway may cost beside its peers, and what it does cost. */
export function judgeTargets(samples: readonly Sample[], cell: string): Target[] {
  return targets.map(({ base, atMost }) => {
    const ratio = ratioOf(samples, cell, 'gateway', base);
    return { base, atMost, ratio, isMet: ratio <= atMost };
  });
}

/** Two processes should serve so many times what one serves, on a machine with cores for them, the load and the upstream. */
const workersAtLeast = 1.7;
const coresForWorkers = 4;

/** Requests per second of two workers over those of one; the median of the rounds. */
export function speedUpOf(samples: readonly Sample[], cell: string): number {
  const ofCell = samples.filter((sample) => sample.cell === cell);
  const ratios = ofCell
    .filter(({ subject }) => subject === 'gateway-2-workers')
    .map(({ round, requestsPerSec }) => {
      const one = ofCell.find((sample) => sample.subject === 'gateway' && sample.round === round);
      return requestsPerSec / (one?.requestsPerSec ?? Number.NaN);
    });
  return median(ratios);
}

function renderSpeedUp(ratio: number, cores: number): string {
  const canTell = cores >= coresForWorkers;
  const verdict = canTell ? (ratio >= workersAtLeast ? 'met' : '**missed**') : `not to be shown on ${cores} cores`;
  return `- requests/s of two workers at least ${workersAtLeast} × one: ${format(ratio, 2)}, ${verdict}`;
}

export type ReportFacts = {
  samples: readonly Sample[];
  cells: readonly Cell[];
  /** Titles by name, in the order of the tables. */
  subjects: ReadonlyMap<string, string>;
  /** Lines about the run: machine, versions, load. */
  notes: readonly string[];
  /** Of the machine. */
  cores: number;
};

/** The whole section for the docs. */
export function renderReport({ samples, cells, subjects, notes, cores }: ReportFacts): string {
  const parts = [notes.map((note) => `- ${note}`).join('\n')];
  for (const cell of cells) {
    const rows = summarize(samples, cell.name, [...subjects.keys()]);
    if (rows.length === 0) continue;
    parts.push(`**${cell.title}**, ${cell.connections} connections, ${cell.visitors} visitors`);
    parts.push(renderTable(rows, subjects));
    if (cell.isOfWorkers) parts.push(renderSpeedUp(speedUpOf(samples, cell.name), cores));
    if (cell.isTarget)
      parts.push(
        judgeTargets(samples, cell.name)
          .map((target) => renderTarget(target, subjects))
          .join('\n'),
      );
  }
  return parts.join('\n\n');
}

function renderTable(rows: readonly Row[], subjects: ReadonlyMap<string, string>): string {
  const lines = rows.map((row) => {
    const cells = [
      subjects.get(row.subject) ?? row.subject,
      format(row.cpuUsPerRequest, 1),
      format(row.ratio, 2),
      format(row.requestsPerSec, 0),
      format(row.p50Ms, 2),
      format(row.p99Ms, 2),
      String(row.failures),
    ];
    return `| ${cells.join(' | ')} |`;
  });
  const head = '| subject | CPU µs a request | × HAProxy | requests/s | p50 ms | p99 ms | failures |';
  return [head, '|---|--:|--:|--:|--:|--:|--:|', ...lines].join('\n');
}

function renderTarget({ base, atMost, ratio, isMet }: Target, subjects: ReadonlyMap<string, string>): string {
  const verdict = Number.isFinite(ratio) ? (isMet ? 'met' : '**missed**') : 'not measured';
  return `- CPU of the gateway at most ${atMost} × ${subjects.get(base) ?? base}: ${format(ratio, 2)}, ${verdict}`;
}

function format(value: number, digits: number): string {
  return Number.isFinite(value) ? value.toFixed(digits) : '–';
}
