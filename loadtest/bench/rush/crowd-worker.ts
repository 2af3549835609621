import { createHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { ticketCookieName } from '@fairline/shared/ticket-cookie.ts';
import { createRecorder } from '../../load/recorder.ts';
import { createSender, type SendResult } from '../../load/sender.ts';
import { createAgenda } from './agenda.ts';
import type { CrowdMessage, CrowdPlan, CrowdResult } from './crowd.ts';
import { percentileOf } from './find-lost.ts';
import { readRetryMs, readStatusAnswer } from './read-answer.ts';

/** Visitors share kept connections: a process may not have as many of its own. */
const maxConnections = 4000;
const patienceMs = 30_000;
const retryMs = 2000;
/** The loop is looked at so often; what it measures contains this. */
const lagStepMs = 5;
const kinds = ['join', 'poll', 'order'] as const;
type Kind = (typeof kinds)[number];
const requests: Record<Kind, string> = {
  join: 'POST /apply',
  poll: 'GET /queue/status',
  order: 'POST /api/booking/confirm',
};

if (!parentPort) throw new Error('runs as a worker of crowd.ts only');
const port = parentPort;
const { origin, cookies, joinMs, pollMs, pollEveryMs } = workerData as CrowdPlan;
const { host } = new URL(origin);
const sender = createSender({ origin, maxConnections, keepsText: true });
const recorders = {
  join: createRecorder({ kindNames: kinds, keepsRecords: true, warmUpMs: 0 }),
  poll: createRecorder({ kindNames: kinds, keepsRecords: false, warmUpMs: 0 }),
  order: createRecorder({ kindNames: kinds, keepsRecords: false, warmUpMs: 0 }),
};
const newSeconds = () => createHistogram({ lowest: 1, highest: 3_600_000, figures: 3 });
const [told, intervals] = [newSeconds(), newSeconds()];
const lag = monitorEventLoopDelay({ resolution: lagStepMs });

/** `sinceMs`: when the visitor first wanted it, from which its latency counts. */
type Turn = { visitor: number; kind: Kind; sinceMs: number };
const agenda = createAgenda<Turn>();
const tickets: (string | undefined)[] = [];
const polledAtMs = new Float64Array(cookies.length).fill(Number.NaN);
const numbers = new Int32Array(cookies.length);
const failures: Record<string, number> = {};
let changedNumbers = 0;
let lastJoinAtMs = 0;
let inHand = 0;

let startMs = 0;
const elapsedMs = () => performance.now() - startMs;

function send(turn: Turn): void {
  const { visitor, kind } = turn;
  const ticket = tickets[visitor];
  const cookie = ticket === undefined ? cookies[visitor] : `${cookies[visitor]}; ${ticketCookieName}=${ticket}`;
  const length = kind === 'poll' ? '' : 'content-length: 0\r\n';
  const nowMs = elapsedMs();
  if (kind === 'poll') {
    const lastMs = polledAtMs[visitor] ?? Number.NaN;
    if (!Number.isNaN(lastMs)) intervals.record(Math.max(1, Math.round(nowMs - lastMs)));
    polledAtMs[visitor] = nowMs;
  }
  inHand += 1;
  sender.send({
    method: kind === 'poll' ? 'GET' : 'POST',
    bytes: `${requests[kind]} HTTP/1.1\r\nhost: ${host}\r\naccept: application/json\r\ncookie: ${cookie}\r\n${length}\r\n`,
    deadlineMs: startMs + nowMs + patienceMs,
    onDone(result) {
      inHand -= 1;
      take(turn, result);
    },
  });
}

function take(turn: Turn, result: SendResult): void {
  const { visitor, kind, sinceMs } = turn;
  const nowMs = elapsedMs();
  const text = result.kind === 'answered' ? result.answer.text : '';
  const status = result.kind === 'answered' ? result.answer.status : 0;
  const answer = status === 200 && kind !== 'order' ? readStatusAnswer(text) : undefined;
  if (kind === 'order' ? status !== 200 : answer === undefined) {
    const code = /"code":"(\w+)"/.exec(text)?.[1];
    const reason = result.kind === 'failed' ? result.reason : `status ${status}${code ? ` ${code}` : ''}`;
    failures[`${kind}: ${reason}`] = (failures[`${kind}: ${reason}`] ?? 0) + 1;
    // Nobody gives up, but what is refused for good stays refused.
    if (status === 0 || status >= 500 || status === 200) agenda.add(nowMs + (readRetryMs(text) ?? retryMs), turn);
    return;
  }
  recorders[kind].note({
    ...{ kind: kinds.indexOf(kind), intendedMs: sinceMs, latencyMs: nowMs - sinceMs, status },
    ...{ failure: undefined, label: undefined },
  });
  if (!answer) return;
  if (answer.ticket !== undefined) tickets[visitor] = answer.ticket;
  if (kind === 'join') {
    numbers[visitor] = answer.number ?? 0;
    lastJoinAtMs = nowMs;
  } else if (answer.number !== numbers[visitor]) changedNumbers += 1;
  if (answer.status === 'booked') {
    agenda.add(nowMs, { visitor, kind: 'order', sinceMs: nowMs });
    return;
  }
  told.record(answer.refreshAfterSeconds * 1000);
  const atMs = nowMs + (pollEveryMs > 0 ? pollEveryMs : answer.refreshAfterSeconds * 1000);
  agenda.add(atMs, { visitor, kind: 'poll', sinceMs: atMs });
}

for (let visitor = 0; visitor < cookies.length; visitor += 1) {
  const atMs = (visitor / cookies.length) * joinMs;
  agenda.add(atMs, { visitor, kind: 'join', sinceMs: atMs });
}
lag.enable();
startMs = performance.now();
let isJoined = false;
while (elapsedMs() < joinMs + pollMs) {
  for (const { item } of agenda.take(elapsedMs())) send(item);
  if (!isJoined && elapsedMs() >= joinMs) {
    isJoined = true;
    port.postMessage({ kind: 'joined' } satisfies CrowdMessage);
  }
  await sleep(1);
}
// Those whose join is still being tried get their answer, for as long as anybody would wait.
while (elapsedMs() < joinMs + pollMs + patienceMs) {
  for (const { item } of agenda.take(elapsedMs())) if (item.kind === 'join') send(item);
  if (inHand === 0 && recorders.join.count() >= cookies.length) break;
  await sleep(1);
}
sender.close();
lag.disable();

const joins = recorders.join.read();
const seconds = (histogram: typeof told) =>
  histogram.count === 0
    ? { p50: 0, p99: 0 }
    : { p50: histogram.percentile(50) / 1000, p99: histogram.percentile(99) / 1000 };
const result: CrowdResult = {
  joins: {
    ...joins.latency,
    p95Ms: percentileOf(
      joins.records.map(({ latencyMs }) => latencyMs),
      95,
    ),
  },
  joinSeconds: joins.seconds,
  polls: recorders.poll.read().latency,
  orders: recorders.order.read().latency,
  ...{ failures, lastJoinAtMs, numbers, changedNumbers },
  toldS: seconds(told),
  intervalS: seconds(intervals),
  clientLagP99Ms: Math.max(0, lag.percentile(99) / 1e6 - lagStepMs),
};
port.postMessage({ kind: 'done', result } satisfies CrowdMessage);
port.close();
