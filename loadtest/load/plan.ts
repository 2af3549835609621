import { countArrivals, type RatePoint } from './arrivals.ts';
import { isLoopback } from './loopback.ts';

export type RequestKind = {
  /** Failures of each kind are counted apart. */
  name: string;
  method: string;
  path: string;
  headers?: Readonly<Record<string, string>>;
  body?: string;
  /** How often it is sent, against the weights of the others. */
  weight?: number;
};

export type LoadShape =
  /** Requests come when they come, whatever became of those before. Latency counts from the intended time. */
  | { kind: 'open'; curve: readonly RatePoint[] }
  /** Each connection sends its next request once it has the answer: finds the most that a server can do. */
  | { kind: 'closed'; connections: number; durationMs: number; maxRequests?: number };

export type LoadPlan = {
  /** Origins on this machine, asked in turn. */
  targets: readonly string[];
  requests: readonly RequestKind[];
  /** Values of the Cookie header, used in turn: one a visitor. Empty: none is sent. */
  cookies: readonly string[];
  shape: LoadShape;
  /** Ms from the intended time after which a visitor has gone; default 10 000. */
  patienceMs?: number;
  /** To each target; default 1000. */
  maxConnections?: number;
  /** What matches its first group in the text of an answer names who gave it. */
  labelPattern?: string;
  /** Requests due before this many ms count in nothing but `warmUp`: the load itself has to get going as well. */
  warmUpMs?: number;
  /** An open loop sends within about 0.1 ms of the time, not 1 ms, and takes a tenth of a core more. */
  isFine?: boolean;
  /** Every single request is told in the result as well. */
  keepsRecords?: boolean;
};

const maxRequests = 10_000_000;
const maxDurationMs = 60 * 60 * 1000;
const maxConnections = 20_000;

/** Why the plan is refused, or undefined: load is bounded, and never leaves this machine. */
export function findPlanProblem({ targets, requests, shape, ...plan }: LoadPlan): string | undefined {
  if (targets.length === 0) return 'there is no target';
  const stranger = targets.find((target) => !isLoopback(target));
  if (stranger !== undefined) return `${stranger} is not on this machine: load goes to 127.0.0.0/8 and [::1] only`;
  if (requests.length === 0) return 'there is no request to send';
  const text = requests.flatMap(({ method, path, headers = {} }) => [method, path, ...Object.entries(headers).flat()]);
  if ([...text, ...plan.cookies].some((part) => /[\r\n]/.test(part))) return 'a request has a line break in its head';
  const connections = shape.kind === 'closed' ? shape.connections : (plan.maxConnections ?? 1);
  if (!(connections >= 1 && connections <= maxConnections)) return `connections must be 1–${maxConnections}`;
  const durationMs = shape.kind === 'closed' ? shape.durationMs : (shape.curve.at(-1)?.atMs ?? 0);
  if (!(durationMs > 0 && durationMs <= maxDurationMs)) return `it must last at most ${maxDurationMs / 60_000} minutes`;
  if (shape.kind === 'open') {
    if (shape.curve.some(({ ratePerSec }) => !(ratePerSec >= 0))) return 'a rate is below 0';
    if (countArrivals(shape.curve) > maxRequests) return `it must have at most ${maxRequests} requests`;
  } else if ((shape.maxRequests ?? 0) > maxRequests) {
    return `it must have at most ${maxRequests} requests`;
  }
  return undefined;
}
