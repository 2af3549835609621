import { Worker } from 'node:worker_threads';
import { isLoopback } from '../../load/loopback.ts';

export type StreamPlan = {
  /** On this machine. */
  origin: string;
  /** One stream each. */
  visitors: readonly { id: string; headers: Readonly<Record<string, string>> }[];
  openPerSec: number;
  /** Of local addresses. */
  addressGroup: number;
};

/** What the streams brought since the last `mark`. */
export type StreamCounts = {
  open: number;
  /** Streams that ended, or never began, since the start: by reason. */
  lost: Record<string, number>;
  statuses: number;
  durationMs: number;
  /** By visitor: wall ms at which `admitted` was read. */
  admittedAtMs: ReadonlyMap<string, number>;
  /** How late the client itself was, p99 in ms: it counts in every delay. */
  clientLagP99Ms: number;
};

export type ClientMessage = { kind: 'opened' } | { kind: 'counts'; counts: StreamCounts };

/** Holds event streams open in a thread of its own. They end with `close`. */
export function startStreams(plan: StreamPlan) {
  if (!isLoopback(plan.origin)) throw new Error(`${plan.origin} is not on this machine`);
  const worker = new Worker(new URL('./client-worker.ts', import.meta.url), { workerData: plan });
  const opened = Promise.withResolvers<void>();
  let counts = Promise.withResolvers<StreamCounts>();
  counts.promise.catch(() => {});
  worker.on('message', (message: ClientMessage) => {
    if (message.kind === 'opened') opened.resolve();
    else counts.resolve(message.counts);
  });
  const fail = (error: unknown) => {
    opened.reject(error);
    counts.reject(error);
  };
  worker.on('error', fail);
  worker.on('exit', () => fail(new Error('the streams ended before their counts were read')));
  return {
    /** Each stream was answered, or refused. */
    opened: opened.promise,
    /** Counts begin anew. */
    mark: () => worker.postMessage('mark'),
    read(): Promise<StreamCounts> {
      counts = Promise.withResolvers();
      worker.postMessage('read');
      return counts.promise;
    },
    async close(): Promise<void> {
      await worker.terminate();
    },
  };
}
