import { Worker } from 'node:worker_threads';
import { findPlanProblem, type LoadPlan } from './plan.ts';
import type { LoadSummary } from './recorder.ts';

export type LoadResult = LoadSummary & {
  /** Wall time in ms at which the first request was due; times in records count from here. */
  startedAtMs: number;
  /** From the first request to the last answer. */
  durationMs: number;
};

export type RunningLoad = {
  /** Wall time of the start, once it has started. */
  started: Promise<number>;
  done: Promise<LoadResult>;
  /** Ends it early; `done` settles with what there is. */
  stop(): void;
};

type Message =
  | { kind: 'started'; atMs: number }
  | { kind: 'progress'; count: number }
  | { kind: 'done'; summary: LoadSummary };

/** Wall time that is finer than a ms and comparable between threads. */
export function wallTimeMs(): number {
  return performance.timeOrigin + performance.now();
}

/**
 * Generates load in a thread of its own, so that nothing this one does delays a request. Throws on a plan without
 * bounds or with a target elsewhere. `onProgress` gets the number of requests that are over, twice a second.
 */
export function startLoad(plan: LoadPlan, onProgress?: (count: number) => void): RunningLoad {
  const problem = findPlanProblem(plan);
  if (problem !== undefined) throw new Error(`this load is refused: ${problem}`);
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: plan });
  const started = Promise.withResolvers<number>();
  const done = Promise.withResolvers<LoadResult>();
  let startedAtMs = 0;
  worker.on('message', (message: Message) => {
    if (message.kind === 'progress') onProgress?.(message.count);
    if (message.kind === 'started') {
      startedAtMs = message.atMs;
      started.resolve(startedAtMs);
    }
    if (message.kind === 'done') {
      done.resolve({ ...message.summary, startedAtMs, durationMs: wallTimeMs() - startedAtMs });
    }
  });
  const fail = (error: unknown) => {
    started.reject(error);
    done.reject(error);
  };
  worker.on('error', fail);
  worker.on('exit', () => fail(new Error('the load ended before its result')));
  started.promise.catch(() => {});
  done.promise.catch(() => {});
  return { started: started.promise, done: done.promise, stop: () => worker.postMessage('stop') };
}

/** Starts it and waits for its end. */
export function runLoad(plan: LoadPlan, onProgress?: (count: number) => void): Promise<LoadResult> {
  return startLoad(plan, onProgress).done;
}
