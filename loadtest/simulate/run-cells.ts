import { Worker } from 'node:worker_threads';
import type { CellTask } from './cell-worker.ts';
import type { CellResult } from './cells.ts';

/** Works off tasks on so many threads; the results come in the order of the tasks, whoever was faster. */
export async function runCells(
  tasks: readonly CellTask[],
  threads: number,
  onProgress: (done: number) => void,
): Promise<CellResult[]> {
  const results: CellResult[] = [];
  let next = 0;
  let done = 0;
  const work = async () => {
    const worker = new Worker(new URL('cell-worker.ts', import.meta.url));
    try {
      for (let task = tasks[next]; task; task = tasks[next]) {
        next += 1;
        const { index, result } = await ask(worker, task);
        results[index] = result;
        done += 1;
        onProgress(done);
      }
    } finally {
      await worker.terminate();
    }
  };
  await Promise.all(Array.from({ length: threads }, work));
  return results;
}

function ask(worker: Worker, task: CellTask): Promise<{ index: number; result: CellResult }> {
  return new Promise((resolve, reject) => {
    worker.once('error', reject);
    worker.once('message', (message) => {
      worker.off('error', reject);
      resolve(message);
    });
    worker.postMessage(task);
  });
}
