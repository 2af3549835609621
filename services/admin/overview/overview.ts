import type { InstanceReport, Room } from '@fairline/shared/contracts/instance-report.ts';
import { rooms } from '@fairline/shared/contracts/instance-report.ts';
import type { InstanceLine } from '../contract/instances.ts';
import type { LiveSnapshot } from '../contract/overview.ts';
import { silentInstance } from '../instances/silent-instance.ts';

/** One line of the instance map. Numbers are null for an instance that is known by the operators' wish alone. */
export type InstanceView = InstanceLine;

/** Everything the console shows that changes by itself. */
export type Overview = LiveSnapshot;

const suspectAfterMs = 3_000;
/** Rooms that gateways choose by the map. Nobody sends requests to the others by it, so there is nothing to drain. */
const drainableRooms: readonly Room[] = ['booking', 'waiting-room', 'admin'];

/** Lists every known instance, by room and id. `ageOf` answers null for one that was not seen before. */
export function viewInstances({
  reports,
  disabled,
  ageOf,
  roleOf = () => '',
}: {
  reports: readonly InstanceReport[];
  disabled: ReadonlySet<string>;
  ageOf: (id: string) => number | null;
  roleOf?: (id: string) => string;
}): InstanceView[] {
  const seen = new Set(reports.map((report) => report.id));
  const views = reports.map((report): InstanceView => {
    const ageMs = ageOf(report.id);
    return {
      id: report.id,
      room: report.room,
      url: report.url,
      state: report.state,
      isEnabled: !disabled.has(report.id),
      canDrain: drainableRooms.includes(report.room),
      loadRatio: report.capacity > 0 ? report.inFlight / report.capacity : null,
      inFlight: report.inFlight,
      capacity: report.capacity,
      streams: report.streams,
      requestsPerSec: report.requestsPerSec,
      latencyP50Ms: report.latencyP50Ms,
      latencyP95Ms: report.latencyP95Ms,
      errorRatio: report.errorRatio,
      eventLoopUtilization: report.eventLoopUtilization,
      cpuRatio: report.cpuRatio,
      rssBytes: report.rssBytes,
      startedAtMs: report.startedAtMs,
      ageMs,
      isSuspect: ageMs !== null && ageMs >= suspectAfterMs,
      version: report.version,
      role: roleOf(report.id),
    };
  });
  const gone = [...disabled].filter((id) => !seen.has(id)).map(silentInstance);
  const roomOrder = ({ room }: InstanceView) => (room ? rooms.indexOf(room) : rooms.length);
  return [...views, ...gone].sort((a, b) => roomOrder(a) - roomOrder(b) || (a.id < b.id ? -1 : 1));
}

/** May this instance be drained? Not the last operators' page: nobody could take it back by the page itself. */
export function canDisable(instances: readonly InstanceView[], id: string): 'yes' | 'unknown' | 'last-admin' {
  const instance = instances.find((candidate) => candidate.id === id);
  if (!instance?.canDrain) return 'unknown';
  if (instance.room !== 'admin') return 'yes';
  const others = instances.filter(
    (other) => other.room === 'admin' && other.id !== id && other.isEnabled && other.state === 'ready',
  );
  return others.length > 0 ? 'yes' : 'last-admin';
}
