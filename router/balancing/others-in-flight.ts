/** How many reports, one a second, a value is averaged over. */
const memoryReports = 10;

export type OthersInFlight = {
  /** Of the last report counted. */
  readonly reportSeq: number;
  /** Mean of what others than this gateway had in hand there. */
  readonly mean: number;
};

/**
 * The mean after a look at a report. A report is up to a second old, many times what a request takes: the number in it
 * is chance that has passed, and gateways that all act on it run together to and fro. Its mean says what is lasting, such
 * as that others send less to one; what is going on now shows in the gateway's own requests.
 *
 * @param startMean for an instance seen for the first time: as much as others have in hand elsewhere
 */
export function averageOthers(
  before: OthersInFlight | undefined,
  reportSeq: number,
  inFlight: number,
  startMean: number,
): OthersInFlight {
  if (before?.reportSeq === reportSeq) return before;
  const mean = before?.mean ?? startMean;
  return { reportSeq, mean: mean + (Math.max(0, inFlight) - mean) / memoryReports };
}

/** Mean over instances; 0 when there are none. */
export function meanOthers(known: Iterable<OthersInFlight>): number {
  let sum = 0;
  let count = 0;
  for (const { mean } of known) {
    sum += mean;
    count += 1;
  }
  return count === 0 ? 0 : sum / count;
}
