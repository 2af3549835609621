import type { InstanceReport } from '@fairline/shared/contracts/instance-report.ts';

export type ReportAge = { reportSeq: number; startedAtMs: number; seenMs: number };

/**
 * When each report last changed, by this process's own monotonic clock: clocks of machines are never compared. Only
 * call it after a successful read, so that time without Redis ages nobody more than the first read afterwards mends.
 */
export function noteReports(
  ages: ReadonlyMap<string, ReportAge>,
  reports: readonly InstanceReport[],
  monotonicMs: number,
): ReadonlyMap<string, ReportAge> {
  return new Map(
    reports.map(({ id, reportSeq, startedAtMs }): [string, ReportAge] => {
      const before = ages.get(id);
      const isSame = before?.reportSeq === reportSeq && before.startedAtMs === startedAtMs;
      return [id, isSame ? before : { reportSeq, startedAtMs, seenMs: monotonicMs }];
    }),
  );
}
