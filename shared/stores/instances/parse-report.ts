import {
  type InstanceReport,
  type InstanceState,
  instanceStates,
  type Room,
  rooms,
} from '../../contracts/instance-report.ts';

export type ParsedReport = { kind: 'report'; report: InstanceReport } | { kind: 'rejected'; problem: string };

/** Largest value that each number of a report is believed; beyond it the value is clamped, so a broken report cannot lie far. */
const limits = {
  startedAtMs: 1e15,
  reportSeq: 1e15,
  inFlight: 1e6,
  streams: 1e7,
  capacity: 1e6,
  requestsPerSec: 1e7,
  latencyP50Ms: 1e7,
  latencyP95Ms: 1e7,
  errorRatio: 1,
  eventLoopUtilization: 1,
  eventLoopDelayP99Ms: 1e7,
  cpuRatio: 1024,
  rssBytes: 1e15,
  pid: 1e10,
} as const;

/** Reads a hash that any process (or hand) may have written. Rejected when it cannot be used at all. */
export function parseReport(id: string, hash: Readonly<Record<string, string>>): ParsedReport {
  if (!rooms.includes(hash.room as Room)) return { kind: 'rejected', problem: `unknown room ${quote(hash.room)}` };
  if (!instanceStates.includes(hash.state as InstanceState)) {
    return { kind: 'rejected', problem: `unknown state ${quote(hash.state)}` };
  }
  const url = hash.url ?? '';
  const urlProblem = url === '' && hash.room === 'queue-processor' ? undefined : findUrlProblem(url);
  if (urlProblem) return { kind: 'rejected', problem: urlProblem };
  const number = (name: keyof typeof limits) => clamp(Number(hash[name]), limits[name]);
  if (!(Number(hash.capacity) >= 1))
    return { kind: 'rejected', problem: `capacity ${quote(hash.capacity)} is below 1` };
  return {
    kind: 'report',
    report: {
      id,
      room: hash.room as Room,
      url,
      state: hash.state as InstanceState,
      version: (hash.version ?? '').slice(0, 64),
      startedAtMs: number('startedAtMs'),
      reportSeq: number('reportSeq'),
      inFlight: number('inFlight'),
      inFlightByGateway: parseCounts(hash.inFlightByGateway),
      streams: number('streams'),
      capacity: number('capacity'),
      requestsPerSec: number('requestsPerSec'),
      latencyP50Ms: number('latencyP50Ms'),
      latencyP95Ms: number('latencyP95Ms'),
      errorRatio: number('errorRatio'),
      eventLoopUtilization: number('eventLoopUtilization'),
      eventLoopDelayP99Ms: number('eventLoopDelayP99Ms'),
      cpuRatio: number('cpuRatio'),
      rssBytes: number('rssBytes'),
      pid: number('pid'),
    },
  };
}

/** Why `text` is no address of an instance: http(s), no credentials, no path, no query. */
export function findUrlProblem(text: string): string | undefined {
  if (text.length > 300) return 'url is longer than 300 characters';
  const url = URL.parse(text);
  if (!url) return `url ${quote(text)} is not a URL`;
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return `url ${quote(url.protocol)} is not http or https`;
  if (url.username || url.password) return 'url holds credentials';
  if (url.pathname !== '/' || url.search || url.hash || text.includes('?') || text.includes('#')) {
    return 'url has more than an origin';
  }
  return undefined;
}

function clamp(value: number, most: number): number {
  return value > 0 ? Math.min(value, most) : 0;
}

function parseCounts(text: string | undefined): Record<string, number> {
  if (!text || text.length > 100_000) return {};
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
    return Object.fromEntries(
      Object.entries(value).map(([gateway, count]) => [gateway, clamp(Number(count), limits.inFlight)]),
    );
  } catch {
    return {};
  }
}

function quote(value: string | undefined): string {
  return JSON.stringify((value ?? '').slice(0, 80));
}
