/** `booking:scaling`, as it stands. */
export type ScalingView = {
  /** Who starts and stops instances by it; null: nobody does, it is advice. */
  actor: { name: string; atMs: number } | null;
  rooms: readonly ScalingLine[];
};

export type ScalingLine = {
  room: string;
  /** Instances that shall run and take requests. */
  desired: number;
  /** Ready and enabled ones, and those that are starting, when it was decided. */
  running: number;
  starting: number;
  /** 0..1, above 1 when more than they can take; null: unknown. */
  utilization: number | null;
  min: number;
  max: number;
  /** What operators set by hand; null: the signal decides. */
  wish: number | null;
  /** A code: `steady` `load` `queue` `latency` `admissions` `idle` `coolDown` `hold` `wish` `atMin` `atMax` `noReports`. */
  cause: string;
  /** The same as an English sentence. */
  reason: string;
  /** Of the last evaluation: older than 10 s means that no leader evaluates. */
  atMs: number;
  changedAtMs: number;
};

/** `POST /system/api/scaling/<room>`: replicas by hand, 400 BAD_REPLICAS out of bounds; null gives it back to the signal. */
export type ScalingBody = { replicas: number | null };
