import { findViolations } from '@fairline/shared/test/laws/laws.ts';
import { readLineData } from '@fairline/shared/test/laws/line-data.ts';
import { type System, startSystem } from '@fairline/shared/testing/system.ts';
import type { TestLike } from '@fairline/shared/testing/test-like.ts';
import { createVisitorCookies, visitorCookieName } from '@fairline/shared/visitor-cookie.ts';
import { runLoad } from '../../load/run-load.ts';
import { readProcessCpuMs } from '../line/cpu.ts';
import { type CrowdResult, runCrowd } from './crowd.ts';
import { findLost, type Losses, percentileOf } from './find-lost.ts';

const peerWorkers = 32;
const closedMaxMs = 60_000;

export type Cores = { gateway: number; waitingRoom: number; redis: number };
export type RushShape = {
  visitors: number;
  joinSec: number;
  /** After the last join. */
  pollSec: number;
  /** 0 = as told. */
  pollEverySec: number;
  admissionsPerSec: number;
};

export type RushResult = Omit<CrowdResult, 'numbers'> &
  Losses &
  RushShape & { warmUp: number; violations: string[]; cores: Cores };

export type PeerResult = {
  visitors: number;
  warmUp: number;
  workers: number;
  joinsPerSec: number;
  p50Ms: number;
  p95Ms: number;
  p99Ms: number;
  failed: number;
  joined: number;
  violations: string[];
};

type Person = { id: string; cookie: string };

/** The whole system, one process a room, and visitors who were here before: they bring their cookie. */
async function openSale(
  t: TestLike,
  admissionsPerSec: number,
): Promise<{ system: System; welcome(count: number): Person[] }> {
  const system = await startSystem(t, {
    rooms: { booking: 1, 'waiting-room': 1, 'queue-processor': 1, router: 1 },
    settings: { maxBooking: '5000', newBookingsPerMinute: String(admissionsPerSec * 60), maxQueue: '0' },
    env: { LOG_LEVEL: 'warn', NODE_ENV: 'production' },
  });
  const cookies = createVisitorCookies({ secrets: [system.secrets.COOKIE_SECRETS] });
  const welcome = (count: number) =>
    Array.from({ length: count }, () => {
      const { visitorId, value } = cookies.create();
      return { id: visitorId, cookie: `${visitorCookieName}=${value}` };
    });
  return { system, welcome };
}

/** Workers that join one visitor after the other, each as soon as the last is answered. */
function joinClosed(system: System, people: readonly Person[]) {
  return runLoad({
    targets: [system.url()],
    requests: [{ name: 'join', method: 'POST', path: '/apply', headers: { accept: 'application/json' }, body: '' }],
    cookies: people.map(({ cookie }) => cookie),
    shape: { kind: 'closed', connections: peerWorkers, durationMs: closedMaxMs, maxRequests: people.length },
    keepsRecords: true,
  });
}

/** The same shape as the peer's figure. Others join before: programs that have just begun are slow. */
export async function measurePeerShape(
  t: TestLike,
  { visitors, admissionsPerSec }: { visitors: number; admissionsPerSec: number },
): Promise<PeerResult> {
  const { system, welcome } = await openSale(t, admissionsPerSec);
  const warmUp = Math.ceil(visitors / 5);
  await joinClosed(system, welcome(warmUp));
  const { records, answered, failed, durationMs } = await joinClosed(system, welcome(visitors));
  const data = await readLineData(system.redis, system.keys);
  const latencies = records.map(({ latencyMs }) => latencyMs);
  const at = (percent: number) => percentileOf(latencies, percent);
  return {
    ...{ visitors, warmUp, workers: peerWorkers, failed },
    joinsPerSec: answered / (durationMs / 1000),
    ...{ p50Ms: at(50), p95Ms: at(95), p99Ms: at(99) },
    joined: data.counters.get('joined') ?? 0,
    violations: findViolations(data),
  };
}

export async function measureRush(t: TestLike, shape: RushShape): Promise<RushResult> {
  const { visitors, joinSec, pollSec, pollEverySec, admissionsPerSec } = shape;
  const { system, welcome } = await openSale(t, admissionsPerSec);
  const warmUp = Math.ceil(visitors / 50);
  await joinClosed(system, welcome(warmUp));
  const people = welcome(visitors);
  const pids = {
    gateway: system.ofRoom('router')[0]?.child.pid,
    waitingRoom: system.ofRoom('waiting-room')[0]?.child.pid,
    redis: system.redisServer.pid(),
  };
  const readCpuMs = (): Cores => ({
    gateway: readProcessCpuMs(pids.gateway ?? 0),
    waitingRoom: readProcessCpuMs(pids.waitingRoom ?? 0),
    redis: readProcessCpuMs(pids.redis ?? 0),
  });
  const before = readCpuMs();
  const startMs = performance.now();
  let cores: Cores = { gateway: 0, waitingRoom: 0, redis: 0 };
  const crowd = runCrowd(
    {
      origin: system.url(),
      cookies: people.map(({ cookie }) => cookie),
      joinMs: joinSec * 1000,
      pollMs: pollSec * 1000,
      pollEveryMs: pollEverySec * 1000,
    },
    () => {
      const [after, tookMs] = [readCpuMs(), performance.now() - startMs];
      const share = (name: keyof Cores) => (after[name] - before[name]) / tookMs;
      cores = { gateway: share('gateway'), waitingRoom: share('waitingRoom'), redis: share('redis') };
    },
  );
  t.after(() => crowd.stop());
  const { numbers, ...result } = await crowd.done;
  const data = await readLineData(system.redis, system.keys);
  return {
    ...result,
    ...findLost(
      people.map(({ id }) => id),
      numbers,
      data,
    ),
    ...shape,
    ...{ warmUp, cores },
    violations: findViolations(data),
  };
}
