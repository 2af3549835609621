import type { Logger } from '@fairline/shared/logger.ts';
import { type DataMark, judgeData } from './data-loss.ts';

export type DataWatch = {
  /** A change was seen: it must never be missing later. */
  noteSeq(seq: number): void;
  /** Compares the data that answers now with all that was seen; calls `recover` once per loss, before it returns. */
  check(mark: DataMark): Promise<void>;
};

/**
 * Notices that Redis came back without changes that this process has seen. Leader and standby both watch, so that a new
 * leader knows what the one before it knew.
 */
export function createDataWatch({
  recover,
  logger,
}: {
  /** Mends the line after a loss: called with the highest `seq` that was ever seen. */
  recover: (seen: DataMark) => Promise<void>;
  logger: Logger;
}): DataWatch {
  let seen: DataMark | undefined;
  let seenSeq = 0;
  return {
    noteSeq(seq) {
      seenSeq = Math.max(seenSeq, seq);
    },
    async check(mark) {
      const known = seen && { runId: seen.runId, seq: Math.max(seen.seq, seenSeq) };
      const verdict = judgeData(known, mark);
      if (verdict.kind === 'restarted') {
        logger.warn({ runId: mark.runId, seq: mark.seq }, 'Redis was restarted with all changes that were seen');
      } else if (known && verdict.kind === 'lost') {
        const { lostChanges } = verdict;
        logger.error({ runId: mark.runId, seq: mark.seq, seenSeq: known.seq, lostChanges }, 'Redis lost changes');
        await recover(known);
      }
      seen = mark;
      seenSeq = mark.seq;
    },
  };
}
