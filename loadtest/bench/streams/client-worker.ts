import { Agent, get } from 'node:http';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { parentPort, workerData } from 'node:worker_threads';
import type { ClientMessage, StreamPlan } from './client.ts';
import { pickLocalAddress } from './descriptors.ts';
import { createEventReader } from './event-reader.ts';

const stepMs = 10;
/** The loop is looked at so often; what it measures contains this. */
const lagStepMs = 5;
/** More at once than this wait for their turn: a queue of connections is not what is measured. */
const mostOpening = 200;

if (!parentPort) throw new Error('runs as a worker of client.ts only');
const port = parentPort;
const { origin, visitors, openPerSec, addressGroup } = workerData as StreamPlan;
const { hostname, port: originPort } = new URL(origin);
const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY });
const lag = monitorEventLoopDelay({ resolution: lagStepMs });
lag.enable();

let begun = 0;
let answered = 0;
let open = 0;
let statuses = 0;
let markedAtMs = performance.now();
const lost: Record<string, number> = {};
const admittedAtMs = new Map<string, number>();

const send = (message: ClientMessage) => port.postMessage(message);
const lose = (reason: string) => {
  lost[reason] = (lost[reason] ?? 0) + 1;
};

function openStream(index: number): void {
  const visitor = visitors[index];
  if (!visitor) return;
  let isAnswered = false;
  const settle = () => {
    if (isAnswered) return;
    isAnswered = true;
    answered += 1;
    if (answered === visitors.length) send({ kind: 'opened' });
  };
  const request = get({
    host: hostname,
    port: Number(originPort),
    path: '/queue/events',
    headers: { accept: 'text/event-stream', ...visitor.headers },
    localAddress: pickLocalAddress(index, addressGroup),
    agent,
  });
  request.on('error', (error: NodeJS.ErrnoException) => {
    if (!isAnswered) lose(error.code ?? error.message);
    settle();
  });
  request.on('response', (response) => {
    settle();
    if (response.statusCode !== 200) {
      lose(`status ${response.statusCode}`);
      response.resume();
      return;
    }
    open += 1;
    const read = createEventReader((name) => {
      if (name === 'status') statuses += 1;
      else if (name === 'admitted' && !admittedAtMs.has(visitor.id)) admittedAtMs.set(visitor.id, Date.now());
    });
    response.setEncoding('utf8');
    response.on('data', read);
    response.on('error', () => {});
    response.on('close', () => {
      open -= 1;
      lose('ended');
    });
  });
}

const startedAtMs = performance.now();
const opening = setInterval(() => {
  const due = Math.min(visitors.length, Math.floor(((performance.now() - startedAtMs) / 1000) * openPerSec));
  while (begun < due && begun - answered < mostOpening) {
    openStream(begun);
    begun += 1;
  }
  if (begun === visitors.length) clearInterval(opening);
}, stepMs);

port.on('message', (message: 'mark' | 'read') => {
  if (message === 'mark') {
    statuses = 0;
    markedAtMs = performance.now();
    lag.reset();
    return;
  }
  send({
    kind: 'counts',
    counts: {
      ...{ open, lost, statuses, admittedAtMs },
      durationMs: performance.now() - markedAtMs,
      clientLagP99Ms: Math.max(0, lag.percentile(99) / 1e6 - lagStepMs),
    },
  });
});
