/**
 * What a waiting-room could see of one sale, in the order of time. A recording is a file of these, one JSON object a line.
 * `joined`, `passed` (admitted from the line or put aside at its head) and `left` carry the numbers of the visitors;
 * `hold` and `go` say when the line was stopped on purpose (paused, gate shut) and when it went on.
 */
export type SaleEvent = MoveEvent | { atMs: number; kind: 'hold' | 'go' };
export type MoveEvent = { atMs: number; kind: 'joined' | 'passed' | 'left'; numbers: readonly number[] };

export type Sale = {
  name: string;
  events: readonly SaleEvent[];
  newBookingsPerMinute: number;
  /** Moments at which the pace of the sale changed, ms; empty for one that never did. */
  changesAtMs: readonly number[];
};
