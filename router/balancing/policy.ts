import type { Upstream } from './upstream-set.ts';

/** An instance as a policy sees it. Values may change between two requests, never while one is being placed. */
export type Candidate = {
  readonly upstream: Upstream;
  /** Requests in hand (this gateway's and, as reported, those of others) per request it can take: 1 is full. */
  readonly load: number;
  /** This gateway's own estimate; NaN while it knows nothing. */
  readonly latencyMs: number;
  /** Share of the usual traffic that it should get, 0..1: below 1 while it starts slowly. */
  readonly weight: number;
};

export type Hints = {
  /** Above this load an instance is hot; Infinity while too few loads were seen. */
  readonly hotLoad: number;
};

/**
 * A rule that chooses among instances. It knows nothing of health: whoever asks leaves out those that must not get the
 * request. Made per room, since some remember their last choice; otherwise pure.
 */
export type Policy = {
  readonly name: string;
  /**
   * Yields every candidate once, the best first; the first costs little, the rest only when asked for. Read it before
   * the next request is placed.
   */
  rank(candidates: readonly Candidate[], hints: Hints, random: () => number): Iterable<Candidate>;
};
