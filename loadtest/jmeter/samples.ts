import { countDuration, createHistogram, type Histogram, readQuantile } from '../simulate/histogram.ts';

/** A line of JMeter's results. */
export type Sample = {
  /** When it began, ms. */
  atMs: number;
  elapsedMs: number;
  label: string;
  code: string;
  isGood: boolean;
  failure: string;
  threads: number;
  /** Drawn when joining; null when unknown, as when let in at once. */
  number: number | null;
};

/** Reads lines as the first one names their columns. A field may be quoted and hold line breaks: such a line is undefined until whole. */
export function createSampleReader() {
  let columns: string[] | undefined;
  let unfinished = '';
  return (line: string): Sample | undefined => {
    const whole = unfinished === '' ? line : `${unfinished}\n${line}`;
    const fields = splitFields(whole);
    unfinished = fields ? '' : whole;
    if (!fields) return undefined;
    if (!columns) {
      columns = fields;
      return undefined;
    }
    const read = (name: string) => fields[columns?.indexOf(name) ?? -1] ?? '';
    const number = Number(read('number'));
    return {
      atMs: Number(read('timeStamp')),
      elapsedMs: Number(read('elapsed')),
      label: read('label'),
      code: read('responseCode'),
      isGood: read('success') === 'true',
      failure: read('failureMessage'),
      threads: Number(read('allThreads')),
      number: number > 0 ? number : null,
    };
  };
}

/** undefined while a quote is open. */
export function splitFields(line: string): string[] | undefined {
  if (!line.includes('"')) return line.split(',');
  const fields: string[] = [];
  let field = '';
  let isQuoted = false;
  for (let index = 0; index < line.length; index += 1) {
    const character = line[index];
    if (character === '"') {
      if (isQuoted && line[index + 1] === '"') {
        field += '"';
        index += 1;
      } else isQuoted = !isQuoted;
    } else if (character === ',' && !isQuoted) {
      fields.push(field);
      field = '';
    } else field += character;
  }
  return isQuoted ? undefined : [...fields, field];
}

export type LabelSummary = {
  count: number;
  failed: number;
  p50Ms: number;
  p95Ms: number;
  p99Ms: number;
  maxMs: number;
};
/** All requests that ended within one stretch of time. */
export type Interval = {
  atSec: number;
  count: number;
  failed: number;
  threads: number;
  /** By label. */
  labels: Record<string, { count: number; p50Ms: number; p95Ms: number }>;
  /** Failed ones by code. */
  errors: Record<string, number>;
};
export type Tally = {
  startedAtMs: number;
  durationSec: number;
  count: number;
  failed: number;
  labels: Record<string, LabelSummary>;
  /** What failed and how: `label code message`, the most frequent first. */
  failures: Record<string, number>;
  codes: Record<string, number>;
  intervals: Interval[];
  /** Numbers told to more than one visit. */
  sharedNumbers: number;
  /** Visits that were told a number, so that had to wait. */
  waited: number;
  maxThreads: number;
};

const longestReason = 120;
const mostReasons = 50;

/** Adds samples up as they come. `intervalSec` is the grain of what is drawn over time. */
export function createTally(intervalSec: number) {
  const numbers = new Set<number>();
  const labels = new Map<string, { histogram: Histogram; failed: number; count: number; maxMs: number }>();
  const failures = new Map<string, number>();
  const codes = new Map<string, number>();
  type Open = Omit<Interval, 'labels'> & { labels: Map<string, Histogram> };
  const intervals = new Map<number, Open>();
  let [startedAtMs, endedAtMs] = [Number.POSITIVE_INFINITY, 0];
  let [count, failed, sharedNumbers, maxThreads] = [0, 0, 0, 0];

  function add(sample: Sample): void {
    const { label, code, elapsedMs, isGood, threads } = sample;
    const endMs = sample.atMs + elapsedMs;
    startedAtMs = Math.min(startedAtMs, sample.atMs);
    endedAtMs = Math.max(endedAtMs, endMs);
    count += 1;
    maxThreads = Math.max(maxThreads, threads);
    raise(codes, code);
    const own = getOrMake(labels, label, () => ({ histogram: createHistogram(), failed: 0, count: 0, maxMs: 0 }));
    countDuration(own.histogram, elapsedMs);
    own.count += 1;
    own.maxMs = Math.max(own.maxMs, elapsedMs);
    const index = Math.floor(endMs / 1000 / intervalSec);
    const interval = getOrMake(
      intervals,
      index,
      (): Open => ({
        ...{ atSec: index * intervalSec, count: 0, failed: 0, threads: 0 },
        ...{ labels: new Map(), errors: {} },
      }),
    );
    interval.count += 1;
    interval.threads = Math.max(interval.threads, threads);
    countDuration(getOrMake(interval.labels, label, createHistogram), elapsedMs);
    if (label === 'join' && sample.number !== null) {
      if (numbers.has(sample.number)) sharedNumbers += 1;
      numbers.add(sample.number);
    }
    if (isGood) return;
    failed += 1;
    own.failed += 1;
    interval.failed += 1;
    interval.errors[code] = (interval.errors[code] ?? 0) + 1;
    const reason = `${label} ${code} ${sample.failure.replace(/\s+/g, ' ').slice(0, longestReason)}`.trim();
    if (failures.has(reason) || failures.size < mostReasons) raise(failures, reason);
  }

  function read(): Tally {
    return {
      ...{ startedAtMs, count, failed, sharedNumbers, waited: numbers.size, maxThreads },
      durationSec: Math.max(0, endedAtMs - startedAtMs) / 1000,
      labels: Object.fromEntries(
        [...labels].map(([label, { histogram, failed, count, maxMs }]) => {
          const at = (share: number) => Math.round(Math.min(maxMs, readQuantile(histogram, share)));
          return [label, { count, failed, p50Ms: at(0.5), p95Ms: at(0.95), p99Ms: at(0.99), maxMs }];
        }),
      ),
      failures: Object.fromEntries([...failures].sort(([, a], [, b]) => b - a)),
      codes: Object.fromEntries(codes),
      intervals: [...intervals.values()]
        .sort((a, b) => a.atSec - b.atSec)
        .map(({ labels, atSec, ...rest }) => ({
          ...rest,
          atSec: atSec - Math.floor(startedAtMs / 1000 / intervalSec) * intervalSec,
          labels: Object.fromEntries(
            [...labels].map(([label, histogram]) => [
              label,
              {
                count: histogram.reduce((sum, each) => sum + each, 0),
                p50Ms: Math.round(readQuantile(histogram, 0.5)),
                p95Ms: Math.round(readQuantile(histogram, 0.95)),
              },
            ]),
          ),
        })),
    };
  }

  return {
    add,
    read,
    /** Cheap, for progress. */
    now: () => ({ count, failed, visits: labels.get('confirm')?.count ?? 0 }),
  };
}

function raise(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

function getOrMake<V, K = string>(map: Map<K, V>, key: K, make: () => V): V {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = make();
  map.set(key, made);
  return made;
}
