/**
 * `GET /system/api/history?minutes=60` (1–60). Columns of the same length, oldest first, as charts want them; of
 * this process since it started. A time without readings (Redis away) is one moment with null in every column.
 */
export type HistoryAnswer = {
  stepSec: number;
  /** Seconds of Redis time. */
  atSec: readonly number[];
  activeVisitors: readonly (number | null)[];
  waiting: readonly (number | null)[];
  booked: readonly (number | null)[];
  confirmed: readonly (number | null)[];
  admissionsPerMinute: readonly (number | null)[];
  measuredWaitSec: readonly (number | null)[];
  expectedWaitSec: readonly (number | null)[];
  /** The last 60 readings by instance, oldest first; one a second. */
  instances: Readonly<Record<string, InstanceTrail>>;
};

export type InstanceTrail = {
  loadRatio: readonly number[];
  latencyP95Ms: readonly number[];
  requestsPerSec: readonly number[];
  errorRatio: readonly number[];
};
