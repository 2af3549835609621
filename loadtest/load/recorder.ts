import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';

/** One request, as its visitor saw it. */
export type LoadRecord = {
  /** Index of its kind in the plan. */
  kind: number;
  /** Ms since the start of the load. */
  intendedMs: number;
  /** How late the load itself was; absent where nothing was due. */
  sentLateMs?: number;
  latencyMs: number;
  /** 0 when there was no answer. */
  status: number;
  failure: string | undefined;
  /** Who answered, when it says so. */
  label: string | undefined;
};

export type LatencySummary = {
  count: number;
  meanMs: number;
  p50Ms: number;
  p90Ms: number;
  p99Ms: number;
  p999Ms: number;
  maxMs: number;
};

export type SecondSummary = {
  /** Since the start of the load; a request counts in the second in which it was meant to be sent. */
  second: number;
  answered: number;
  failed: number;
  p50Ms: number;
  p99Ms: number;
  /** Of those answered. */
  byLabel: Record<string, number>;
};

export type LoadSummary = {
  /** Requests of the time before anything else was counted. */
  warmUp: number;
  answered: number;
  failed: number;
  /** By kind of request and reason: `page: status 500`. */
  failures: Record<string, number>;
  /** Of everything, answered or not. */
  latency: LatencySummary;
  /** How late requests were sent, after the moment at which they were due: the load's own doing, part of `latency`. */
  sentLate: LatencySummary;
  seconds: SecondSummary[];
  records: LoadRecord[];
};

const maxLatencyUs = 3_600_000_000;
const newHistogram = () => createHistogram({ lowest: 1, highest: maxLatencyUs, figures: 3 });

const toUs = (ms: number) => Math.min(maxLatencyUs, Math.max(1, Math.round(ms * 1000)));

type Second = { answered: number; failed: number; histogram: RecordableHistogram; byLabel: Record<string, number> };

/** Sums up what came of the requests; memory grows with the seconds, and with the requests only when records are kept. */
export function createRecorder({
  kindNames,
  keepsRecords,
  warmUpMs,
}: {
  kindNames: readonly string[];
  keepsRecords: boolean;
  warmUpMs: number;
}) {
  const whole = newHistogram();
  const late = newHistogram();
  const seconds: Second[] = [];
  const failures: Record<string, number> = {};
  const records: LoadRecord[] = [];
  let warmUp = 0;
  let answered = 0;
  let failed = 0;

  return {
    note(record: LoadRecord): void {
      if (record.intendedMs < warmUpMs) {
        warmUp += 1;
        return;
      }
      const second = Math.max(0, Math.floor(record.intendedMs / 1000));
      while (seconds.length <= second) {
        seconds.push({ answered: 0, failed: 0, histogram: newHistogram(), byLabel: {} });
      }
      const slot = seconds[second];
      if (!slot) return;
      const latencyUs = toUs(record.latencyMs);
      if (record.sentLateMs !== undefined) late.record(toUs(record.sentLateMs));
      whole.record(latencyUs);
      slot.histogram.record(latencyUs);
      if (record.failure === undefined) {
        answered += 1;
        slot.answered += 1;
        if (record.label !== undefined) slot.byLabel[record.label] = (slot.byLabel[record.label] ?? 0) + 1;
      } else {
        failed += 1;
        slot.failed += 1;
        const name = `${kindNames[record.kind]}: ${record.failure}`;
        failures[name] = (failures[name] ?? 0) + 1;
      }
      if (keepsRecords) records.push(record);
    },

    count: () => warmUp + answered + failed,

    read: (): LoadSummary => ({
      ...{ warmUp, answered, failed, failures, records },
      latency: summarize(whole),
      sentLate: summarize(late),
      seconds: seconds.map(({ histogram, ...rest }, second) => {
        const { p50Ms, p99Ms } = summarize(histogram);
        return { second, ...rest, p50Ms, p99Ms };
      }),
    }),
  };
}

/** A histogram of µs in ms; all zero when it is empty. */
export function summarize(histogram: RecordableHistogram): LatencySummary {
  const { count } = histogram;
  const at = (percentile: number) => (count === 0 ? 0 : histogram.percentile(percentile) / 1000);
  return {
    count,
    meanMs: count === 0 ? 0 : Math.round(histogram.mean) / 1000,
    p50Ms: at(50),
    p90Ms: at(90),
    p99Ms: at(99),
    p999Ms: at(99.9),
    maxMs: count === 0 ? 0 : histogram.max / 1000,
  };
}
