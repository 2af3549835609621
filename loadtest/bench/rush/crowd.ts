import { Worker } from 'node:worker_threads';
import { isLoopback } from '../../load/loopback.ts';
import type { LatencySummary, SecondSummary } from '../../load/recorder.ts';

export type CrowdPlan = {
  /** The gateway, on this machine. */
  origin: string;
  /** Each visitor's cookie of an earlier visit: the value of a Cookie header. */
  cookies: readonly string[];
  /** The time over which they join, evenly. */
  joinMs: number;
  /** How long polling goes on after the last join was due. */
  pollMs: number;
  /** Ms between polls of a visitor; 0 = as the answers say. */
  pollEveryMs: number;
};

export type CrowdResult = {
  /** From the time at which each was due to the answer that counts, tries that failed included. */
  joins: LatencySummary & { p95Ms: number };
  joinSeconds: SecondSummary[];
  polls: LatencySummary;
  orders: LatencySummary;
  /** By kind of request and reason; each is tried again. */
  failures: Record<string, number>;
  /** Ms from the start to the answer to the last join. */
  lastJoinAtMs: number;
  /** What visitors were told to wait, and how long it really took from one poll to the next. */
  toldS: { p50: number; p99: number };
  intervalS: { p50: number; p99: number };
  /** By visitor: the number told when joining, 0 for none. */
  numbers: Int32Array;
  /** Polls that told another number than the join. */
  changedNumbers: number;
  /** How late the load itself was, p99 in ms: it counts in every latency. */
  clientLagP99Ms: number;
};

export type CrowdMessage = { kind: 'joined' } | { kind: 'done'; result: CrowdResult };

/** Plays the visitors in a thread of its own. `onJoined` is called when the last join is due. */
export function runCrowd(plan: CrowdPlan, onJoined: () => void): { done: Promise<CrowdResult>; stop(): Promise<void> } {
  if (!isLoopback(plan.origin)) throw new Error(`${plan.origin} is not on this machine`);
  const worker = new Worker(new URL('./crowd-worker.ts', import.meta.url), { workerData: plan });
  const done = Promise.withResolvers<CrowdResult>();
  done.promise.catch(() => {});
  worker.on('message', (message: CrowdMessage) => {
    if (message.kind === 'joined') onJoined();
    else done.resolve(message.result);
  });
  worker.on('error', done.reject);
  worker.on('exit', () => done.reject(new Error('the crowd ended before its result')));
  return {
    done: done.promise,
    async stop() {
      await worker.terminate();
    },
  };
}
