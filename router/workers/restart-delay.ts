const firstDelayMs = 100;
const maxDelayMs = 10_000;
/** A worker that lived this long did not die of its start. */
const soundLifeMs = 10_000;

export type Deaths = {
  /** Deaths in a row, each soon after the start. */
  readonly inRow: number;
  readonly delayMs: number;
};

/** How long to wait before another worker takes the place of one that lived `livedMs`: 100 ms, doubled for each in a row. */
export function noteDeath(inRowBefore: number, livedMs: number): Deaths {
  const inRow = livedMs >= soundLifeMs ? 1 : inRowBefore + 1;
  return { inRow, delayMs: Math.min(maxDelayMs, firstDelayMs * 2 ** (inRow - 1)) };
}
