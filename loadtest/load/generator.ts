import { setTimeout as sleep } from 'node:timers/promises';
import { arrivals, type RatePoint } from './arrivals.ts';
import { waitAhead } from './pace.ts';
import type { LoadPlan, RequestKind } from './plan.ts';
import { createRecorder, type LoadSummary } from './recorder.ts';
import { createSender, type SendResult } from './sender.ts';

const defaultPatienceMs = 10_000;
const defaultMaxConnections = 1000;

/** Sends what the plan says and sums up the answers. An aborted signal ends it early, with what there is. */
export async function generateLoad(
  plan: LoadPlan,
  { signal, onStart }: { signal: AbortSignal; onStart(count: () => number): void },
): Promise<LoadSummary> {
  const { targets, requests, cookies, shape, patienceMs = defaultPatienceMs } = plan;
  const label = plan.labelPattern === undefined ? undefined : new RegExp(plan.labelPattern);
  const recorder = createRecorder({
    kindNames: requests.map(({ name }) => name),
    keepsRecords: plan.keepsRecords ?? false,
    warmUpMs: plan.warmUpMs ?? 0,
  });
  const perTarget = shape.kind === 'closed' ? shape.connections : (plan.maxConnections ?? defaultMaxConnections);
  const senders = targets.map((origin) => ({
    host: new URL(origin).host,
    sender: createSender({ origin, maxConnections: perTarget, keepsText: label !== undefined }),
  }));
  const kinds = spreadKinds(requests);
  let sent = 0;
  let inHand = 0;
  const startMs = performance.now();

  function sendNext(intendedMs: number, onDone?: () => void): void {
    const index = sent;
    sent += 1;
    inHand += 1;
    const to = senders[index % senders.length];
    const kind = kinds[index % kinds.length] ?? 0;
    const request = requests[kind];
    if (!to || !request) return;
    const sentLateMs = Math.max(0, elapsed() - intendedMs);
    const cookie = cookies.length > 0 ? cookies[index % cookies.length] : undefined;
    to.sender.send({
      method: request.method,
      bytes: writeRequest(request, to.host, cookie),
      deadlineMs: startMs + intendedMs + patienceMs,
      onDone: (result) => {
        inHand -= 1;
        const latencyMs = performance.now() - startMs - intendedMs;
        recorder.note({ kind, intendedMs, sentLateMs, latencyMs, ...readResult(result, label) });
        onDone?.();
      },
    });
  }

  onStart(recorder.count);
  try {
    if (shape.kind === 'open') await runOpen(shape.curve);
    else await runClosed(shape);
    // The last ones are answered, or their visitors have gone.
    while (inHand > 0 && !signal.aborted) await sleep(5);
  } finally {
    for (const { sender } of senders) sender.close();
  }
  return recorder.read();

  async function runOpen(curve: readonly RatePoint[]): Promise<void> {
    for (const atMs of arrivals(curve)) {
      for (let aheadMs = atMs - elapsed(); aheadMs > 0; aheadMs = atMs - elapsed()) {
        await waitAhead(aheadMs, plan.isFine ?? false);
        if (signal.aborted) return;
      }
      sendNext(atMs);
    }
  }

  async function runClosed({ connections, durationMs, maxRequests = Number.POSITIVE_INFINITY }: ClosedShape) {
    const canSend = () => sent < maxRequests && elapsed() < durationMs && !signal.aborted;
    const { promise, resolve } = Promise.withResolvers<void>();
    let active = 0;
    const next = () => {
      if (canSend()) sendNext(elapsed(), next);
      else {
        active -= 1;
        if (active === 0) resolve();
      }
    };
    for (let index = 0; index < connections * senders.length; index += 1) {
      active += 1;
      next();
    }
    signal.addEventListener('abort', () => resolve(), { once: true });
    await promise;
  }

  function elapsed(): number {
    return performance.now() - startMs;
  }
}

type ClosedShape = Extract<LoadPlan['shape'], { kind: 'closed' }>;

/** Indexes of the kinds in an order that keeps their weights also over a short time. */
export function spreadKinds(requests: readonly Pick<RequestKind, 'weight'>[]): number[] {
  const weights = requests.map(({ weight = 1 }) => Math.max(0, Math.round(weight)));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const credit = weights.map(() => 0);
  return Array.from({ length: total }, () => {
    for (const [index, weight] of weights.entries()) credit[index] = (credit[index] ?? 0) + weight;
    const chosen = credit.indexOf(Math.max(...credit));
    credit[chosen] = (credit[chosen] ?? 0) - total;
    return chosen;
  });
}

function writeRequest({ method, path, headers = {}, body }: RequestKind, host: string, cookie: string | undefined) {
  let head = `${method} ${path} HTTP/1.1\r\nhost: ${host}\r\n`;
  for (const name in headers) head += `${name}: ${headers[name]}\r\n`;
  if (cookie !== undefined) head += `cookie: ${cookie}\r\n`;
  if (body !== undefined) head += `content-length: ${Buffer.byteLength(body, 'latin1')}\r\n`;
  return `${head}\r\n${body ?? ''}`;
}

/** A refusal by the visitor's own doing is an answer; what a server could not do is a failure. */
function readResult(result: SendResult, label: RegExp | undefined) {
  if (result.kind === 'failed') return { status: 0, failure: result.reason, label: undefined };
  const { status, text } = result.answer;
  return {
    status,
    failure: status >= 500 ? `status ${status}` : undefined,
    label: label?.exec(text)?.[1],
  };
}
