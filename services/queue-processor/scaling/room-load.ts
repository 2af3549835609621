import { type InstanceReport, waitingFields } from '@fairline/shared/contracts/instance-report.ts';
import type { ScalingRoom } from '@fairline/shared/contracts/scaling.ts';

/** What the instances of one room report, added up over those that are ready and enabled. */
export type RoomLoad = {
  /** Instances that take requests; a gateway of several processes is one. */
  running: number;
  starting: number;
  inFlight: number;
  /** Requests that wait in the gateways for room at an instance. */
  waiting: number;
  /** Requests at once that the running ones can take together. */
  capacity: number;
  /** Sum of their event loop utilizations: 1.5 = as busy as one and a half fully used ones. */
  busyLoops: number;
  streams: number;
  /** Open streams they can hold together; 0 = the room does not say. */
  streamsMost: number;
  /** By how many requests each one answers; 0 = unknown. */
  latencyP95Ms: number;
  errorRatio: number;
};

export type MapView = {
  reports: readonly InstanceReport[];
  extras: ReadonlyMap<string, Readonly<Record<string, string>>>;
  disabled: ReadonlySet<string>;
};

/** Loading its code keeps a new process busy: its event loop says nothing about visitors yet. */
const youngMs = 10_000;
/** Gateways with several processes report each of them: `<gateway>-w<number>-<life>`. */
const workerSuffix = /-w\d+-[0-9a-f]{6}$/;

/** `nowMs`: Redis time, which `startedAtMs` is told in. Whoever drains or is disabled counts in nothing. */
export function readRoomLoad(map: MapView, room: ScalingRoom, nowMs: number): RoomLoad {
  const ofRoom = map.reports.filter((report) => report.room === room && !map.disabled.has(report.id));
  const ready = ofRoom.filter(({ state }) => state === 'ready');
  const workers = countWorkers(ready);
  const sum = (read: (report: InstanceReport) => number) => ready.reduce((total, report) => total + read(report), 0);
  const requestsPerSec = sum((report) => report.requestsPerSec);
  const byRequests = (read: (report: InstanceReport) => number) =>
    requestsPerSec > 0 ? sum((report) => read(report) * report.requestsPerSec) / requestsPerSec : 0;
  return {
    running: workers.size,
    starting: countWorkers(ofRoom.filter(({ state }) => state === 'starting')).size,
    inFlight: sum(({ inFlight }) => inFlight),
    waiting: room === 'router' ? 0 : sumExtras(map, waitingFields[room]),
    capacity: sum(({ capacity }) => capacity),
    busyLoops: sum(({ id, startedAtMs, eventLoopUtilization }) =>
      nowMs - startedAtMs < youngMs ? 0 : eventLoopUtilization / (workers.get(nameOf(id)) ?? 1),
    ),
    streams: sum(({ streams }) => streams),
    streamsMost: sum(({ id }) => readNumber(map.extras.get(id)?.streamsMost)),
    latencyP95Ms: byRequests(({ latencyP95Ms }) => latencyP95Ms),
    errorRatio: byRequests(({ errorRatio }) => errorRatio),
  };
}

const nameOf = (id: string) => id.replace(workerSuffix, '');

function countWorkers(reports: readonly InstanceReport[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { id } of reports) counts.set(nameOf(id), (counts.get(nameOf(id)) ?? 0) + 1);
  return counts;
}

function sumExtras({ reports, extras }: MapView, field: string): number {
  const gateways = reports.filter(({ room, state }) => room === 'router' && state !== 'starting');
  return gateways.reduce((total, { id }) => total + readNumber(extras.get(id)?.[field]), 0);
}

/** Reports are not to be trusted blindly: what is no sensible number counts as nothing. */
function readNumber(text: string | undefined): number {
  const value = Number(text ?? 0);
  return value > 0 && value < 1e7 ? value : 0;
}
