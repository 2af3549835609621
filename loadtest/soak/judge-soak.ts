import { type Flatness, judgeFlatness, middleOf, type Point, summarise, type Tolerance } from './flatness.ts';
import type { ProcessSample } from './process-sample.ts';
import { isKept, type RedisSample } from './redis-sample.ts';

/** Everything at one moment, `atMs` since the start. `load1`: how busy the whole machine is, as its load average. */
export type SoakSample = {
  atMs: number;
  load1: number;
  processes: Record<string, ProcessSample>;
  redis: RedisSample;
};

export type Judgement = Flatness & { subject: string; what: string; unit: string; points: Point[] };

const mebi = 2 ** 20;
const least = (values: readonly number[]) => Math.min(...values);
const most = (values: readonly number[]) => Math.max(...values);

type Measure = {
  what: string;
  unit: string;
  read(sample: ProcessSample): number;
  /** What stands for a stretch of samples. */
  pick(values: readonly number[]): number;
  tolerance: Tolerance;
};

/** What is looked at in every process. The least heap of a stretch is close to what is really in use: garbage is above it. */
const measures: readonly Measure[] = [
  {
    ...{ what: 'RSS', unit: 'MiB', pick: middleOf, tolerance: { ratio: 0.1, absolute: 8 } },
    read: ({ rssBytes }) => rssBytes / mebi,
  },
  {
    ...{ what: 'heap in use', unit: 'MiB', pick: least, tolerance: { ratio: 0.1, absolute: 4 } },
    read: ({ heapUsedBytes }) => heapUsedBytes / mebi,
  },
  {
    ...{ what: 'open descriptors', unit: '', pick: middleOf, tolerance: { ratio: 0.1, absolute: 10 } },
    read: ({ handles }) => handles,
  },
  {
    ...{ what: 'timers', unit: '', pick: middleOf, tolerance: { ratio: 0.1, absolute: 10 } },
    read: ({ timers }) => timers,
  },
  {
    ...{ what: 'active resources', unit: '', pick: middleOf, tolerance: { ratio: 0.1, absolute: 10 } },
    read: ({ resources }) => resources,
  },
  {
    ...{ what: 'event-loop delay p99', unit: 'ms', pick: middleOf, tolerance: { ratio: 1, absolute: 20 } },
    read: ({ loopDelayP99Ms }) => loopDelayP99Ms,
  },
];

const redisMemory: Tolerance = { ratio: 0.05, absolute: 2 };
const redisCount: Tolerance = { ratio: 0.1, absolute: 20 };

/** Every series of a run after its warm-up, with whether it stays where it is. `stretchMs`: one point for each. */
export function judgeSoak(
  samples: readonly SoakSample[],
  { warmUpMs, stretchMs }: { warmUpMs: number; stretchMs: number },
): Judgement[] {
  const steady = samples.filter(({ atMs }) => atMs >= warmUpMs);
  const judge = (
    subject: string,
    { what, unit, pick, tolerance }: Omit<Measure, 'read'>,
    read: (sample: SoakSample) => number | undefined,
  ): Judgement => {
    const points = steady.map((sample) => [sample.atMs, read(sample) ?? 0] as const);
    const summary = summarise(points, stretchMs, pick);
    return { subject, what, unit, points: summary, ...judgeFlatness(summary, tolerance) };
  };
  const ids = [...new Set(samples.flatMap(({ processes }) => Object.keys(processes)))];
  const patterns = [...new Set(samples.flatMap(({ redis }) => Object.keys(redis.counts)))].toSorted();
  return [
    ...ids.flatMap((id) =>
      measures.map((measure) =>
        judge(id, measure, ({ processes }) => {
          const sample = processes[id];
          return sample ? measure.read(sample) : Number.NaN;
        }),
      ),
    ),
    judge(
      'Redis',
      { what: 'memory but what a sale keeps', unit: 'MiB', pick: middleOf, tolerance: redisMemory },
      ({ redis }) => (redis.usedBytes - redis.keptBytes) / mebi,
    ),
    judge(
      'Redis',
      { what: 'connections', unit: '', pick: middleOf, tolerance: { ratio: 0.1, absolute: 3 } },
      ({ redis }) => redis.connections,
    ),
    ...patterns
      .filter((pattern) => !isKept(pattern))
      .map((pattern) =>
        judge(
          'Redis',
          { what: `\`${pattern}\``, unit: '', pick: most, tolerance: redisCount },
          ({ redis }) => redis.counts[pattern],
        ),
      ),
  ];
}
