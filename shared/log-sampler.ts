export type SamplingRule = {
  /** Lines of a second that are all written. */
  allPerSec: number;
  /** Beyond them one in so many. */
  oneIn: number;
};

export const defaultSamplingRule: SamplingRule = Object.freeze({ allPerSec: 100, oneIn: 100 });

export type SamplingState = {
  /** Whole seconds, monotonic. */
  second: number;
  /** Lines asked for within it. */
  count: number;
};

/**
 * How many lines the next one stands for: 1, it is written like all others; more, it stands for so many that are not; 0,
 * it is left out. `state` changes in place. Sums of what is written come out right, whatever the flood.
 */
export function weighLine(state: SamplingState, second: number, { allPerSec, oneIn }: SamplingRule): number {
  if (state.second !== second) {
    state.second = second;
    state.count = 0;
  }
  state.count += 1;
  if (state.count <= allPerSec) return 1;
  return (state.count - allPerSec) % oneIn === 0 ? oneIn : 0;
}
