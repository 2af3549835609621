/** What a stand-in is told over the channel to the process that started it. Each order replaces the one before. */
export type SickOrder = {
  /** Answers every request with this status at once. */
  status?: number;
  /** Takes this many times as long as it would. */
  slowFactor?: number;
};

/** What it tells in turn: when requests came, in ms of wall time, ten times a second when there were any. */
export type SickNote = { kind: 'asked'; atMs: number[] };
