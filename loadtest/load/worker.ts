import { parentPort, workerData } from 'node:worker_threads';
import { generateLoad } from './generator.ts';
import type { LoadPlan } from './plan.ts';

const progressIntervalMs = 500;

if (!parentPort) throw new Error('runs as a worker of run-load.ts only');
const port = parentPort;
const stopping = new AbortController();
port.once('message', () => stopping.abort());

let progress: NodeJS.Timeout | undefined;
const summary = await generateLoad(workerData as LoadPlan, {
  signal: stopping.signal,
  onStart: (count) => {
    port.postMessage({ kind: 'started', atMs: performance.timeOrigin + performance.now() });
    progress = setInterval(() => port.postMessage({ kind: 'progress', count: count() }), progressIntervalMs);
  },
});
clearInterval(progress);
port.postMessage({ kind: 'done', summary });
port.close();
