import { type CodedError, createCodedError } from '@fairline/shared/errors.ts';
import { isRedisUnavailable } from '@fairline/shared/http-errors.ts';
import type { JoinOutcome, JoinRequest, LineStore } from '@fairline/shared/stores/line/store.ts';

export type JoinBatcher = {
  /**
   * The visitor's own answer. Rejects with REDIS_UNAVAILABLE when the batch could not be sent or answered and with
   * TRY_AGAIN when it was refused or too many are pending; joining is idempotent, so trying again costs no number.
   */
  join(request: JoinRequest): Promise<JoinOutcome>;
};

type Waiting = { request: JoinRequest; resolve(outcome: JoinOutcome): void; reject(error: unknown): void };

export type JoinBatcherOptions = {
  store: Pick<LineStore, 'join'>;
  /** How long the first join of a batch waits for company, ms. */
  gatherMs?: number;
  /** Joins in one script call. */
  mostInBatch?: number;
  /** Joins that wait for an answer; more are told to try again. */
  mostPending?: number;
  /** Script calls under way at once; further joins gather meanwhile, so that batches grow with the load. */
  mostCalls?: number;
};

/** Gathers the joins of a few milliseconds into one script call. */
export function createJoinBatcher({
  store,
  gatherMs = 3,
  mostInBatch = 500,
  mostPending = 20_000,
  mostCalls = 2,
}: JoinBatcherOptions): JoinBatcher {
  const gathered: Waiting[] = [];
  let pending = 0;
  let calls = 0;
  let timer: NodeJS.Timeout | undefined;

  function schedule(): void {
    if (calls >= mostCalls || gathered.length === 0) return;
    if (gathered.length >= mostInBatch) {
      clearTimeout(timer);
      timer = undefined;
      void send(gathered.splice(0, mostInBatch));
      schedule();
    } else {
      timer ??= setTimeout(() => {
        timer = undefined;
        if (calls < mostCalls) void send(gathered.splice(0, mostInBatch));
        schedule();
      }, gatherMs);
    }
  }

  async function send(batch: Waiting[]): Promise<void> {
    if (batch.length === 0) return;
    calls++;
    try {
      const outcomes = await store.join(batch.map((waiting) => waiting.request));
      batch.forEach((waiting, index) => {
        const outcome = outcomes[index];
        if (outcome) waiting.resolve(outcome);
        else waiting.reject(createCodedError('TRY_AGAIN'));
      });
    } catch (error) {
      for (const waiting of batch) waiting.reject(asStoreFailure(error));
    } finally {
      calls--;
      pending -= batch.length;
      schedule();
    }
  }

  return {
    join(request) {
      if (pending >= mostPending) return Promise.reject(createCodedError('TRY_AGAIN'));
      pending++;
      return new Promise((resolve, reject) => {
        gathered.push({ request, resolve, reject });
        schedule();
      });
    },
  };
}

/** What a failed store call means to the visitor: no answer at all, or an answer that said no. Both may be tried again. */
export function asStoreFailure(cause: unknown): CodedError {
  return createCodedError(isRedisUnavailable(cause) ? 'REDIS_UNAVAILABLE' : 'TRY_AGAIN', { cause });
}
