import type { Clock } from '@fairline/shared/clock.ts';
import type { Logger } from '@fairline/shared/logger.ts';
import type { Change } from '@fairline/shared/redis/changes.ts';
import { findHighest } from '@fairline/shared/stores/line/numbers.ts';
import type { LineProgress, LineStore } from '@fairline/shared/stores/line/store.ts';
import { decideRecovery, pickHighest, type Seen } from './recovery-decision.ts';

export type RecoveryOutcome = 'none' | 'pending' | 'notLeader';

export type Recovery = {
  /** Remembers what a change tells; leader and standby both do, so that a new leader knows what the one before knew. */
  noteChange(change: Pick<Change, 'type' | 'seq' | 'visitors' | 'fields'>): void;
  /** The same for what a standby reads now and then: the changes began before it did. */
  noteProgress(runId: string, progress: LineProgress): void;
  /** The highest that this process has seen, for its report. */
  seen(): Seen;
  /**
   * Looks at the data that answers now and, when the server is another one than before, approves it for joins, lifting
   * the line's numbers above all that were seen. `pending` = look again with the next pass.
   */
  check(input: {
    token: string;
    runId: string;
    progress: LineProgress;
    others: readonly Seen[];
  }): Promise<RecoveryOutcome>;
};

/** Calls in one check: lifting the numbers of a large loss must not keep the gate waiting. */
const maxCalls = 20;

/** Guards against numbers drawn twice after Redis lost the end of its data. */
export function createRecovery({
  line,
  rewriteFile = async () => {},
  clock,
  logger,
}: {
  line: Pick<LineStore, 'recover'>;
  /** Has Redis write its append-only file anew. */
  rewriteFile?: () => Promise<void>;
  clock: Clock;
  logger: Logger;
}): Recovery {
  let own: Seen = { tail: 0, vipTail: 0, seq: 0 };
  let lastRunId = '';
  let run = { id: '', seenAtMs: 0 };
  let rewritten = '';
  let lossLogged = '';
  let sale: number | undefined;

  /** A new sale draws its numbers from 1 again: those seen before were never lost. */
  function noteSale(now: number): void {
    if (sale !== undefined && now !== sale) own = { tail: 0, vipTail: 0, seq: own.seq };
    sale = now;
  }

  /**
   * A crash may leave the first half of a script at the end of the file. Redis 7 mends it up to the last whole command, not to the
   * beginning of the script: the next start would find that half before what was written since, and execute it.
   */
  async function mendFile(runId: string): Promise<void> {
    if (rewritten === runId) return;
    rewritten = runId;
    try {
      await rewriteFile();
    } catch (error) {
      logger.warn({ err: error }, 'the append-only file is not written anew: have it done before Redis starts again');
    }
  }

  function noteSeen(seen: Seen): void {
    own = pickHighest(own, seen);
  }

  return {
    noteChange({ type, seq, visitors, fields }) {
      if (type === 'sale') noteSale(Number(fields.sale ?? 0));
      const highest = findHighest(type === 'joined' ? visitors : []);
      noteSeen({ tail: highest.public, vipTail: highest.vip, seq });
    },

    noteProgress(runId, progress) {
      // A run that no leader has approved may have lost what was seen: it proves nothing.
      if (runId === '' || runId !== progress.runId) return;
      noteSale(progress.counters.sale ?? 0);
      noteSeen(readNow(progress));
      lastRunId = runId;
    },

    seen: () => own,

    async check({ token, runId, progress, others }) {
      const nowMs = clock.monotonicMs();
      if (run.id !== runId) run = { id: runId, seenAtMs: nowMs };
      noteSale(progress.counters.sale ?? 0);
      const now = readNow(progress);
      const approvedRunId = progress.runId;
      const runAgeMs = nowMs - run.seenAtMs;
      const decision = decideRecovery({ runId, approvedRunId, lastRunId, now, own, others, runAgeMs });
      if (decision.kind !== 'none') await mendFile(runId);
      if (decision.kind === 'wait') return 'pending';
      if (decision.kind === 'none') {
        // The same server with less than before: somebody removed the data. What was seen then counts no more.
        if (now.seq < own.seq && lastRunId === runId) own = now;
        noteSeen(now);
        lastRunId = runId;
        return 'none';
      }

      const { tailSeen, vipTailSeen, seqSeen } = decision;
      for (let call = 0; call < maxCalls; call += 1) {
        const outcome = await line.recover({ token, runId, tailSeen, vipTailSeen, seqSeen });
        if (outcome.kind === 'notLeader') return 'notLeader';
        // The script compares with what Redis holds now: a change since the look above is no loss.
        if (outcome.epoch > progress.epoch && lossLogged !== runId) {
          logger.error({ runId, ...now, tailSeen, vipTailSeen, seqSeen }, 'Redis lost changes, a new epoch begins');
          lossLogged = runId;
        }
        if (outcome.left > 0) continue;
        logger.info({ runId, epoch: outcome.epoch }, 'joins go on with this run of Redis');
        lastRunId = runId;
        own = { tail: tailSeen, vipTail: vipTailSeen, seq: seqSeen };
        return 'none';
      }
      return 'pending';
    },
  };
}

function readNow({ tail, vip, seq }: LineProgress): Seen {
  return { tail, vipTail: vip.tail, seq };
}
