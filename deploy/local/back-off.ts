const shortestDelayMs = 500;
const longestDelayMs = 10_000;
/** A process that lived this long was well: its death counts as the first one. */
const wellAfterMs = 30_000;

export type RestartDecision = {
  /** Deaths in a row, this one included. */
  deaths: number;
  delayMs: number;
};

/** How long to wait before a dead process starts again: 0.5 s, doubled with every death in a row, at most 10 s. */
export function decideRestart(input: { deathsBefore: number; livedMs: number }): RestartDecision {
  const deaths = input.livedMs >= wellAfterMs ? 1 : input.deathsBefore + 1;
  // The exponent is bounded so that a process dying for days cannot reach Infinity.
  const delayMs = Math.min(longestDelayMs, shortestDelayMs * 2 ** Math.min(deaths - 1, 16));
  return { deaths, delayMs };
}
