import type { InstanceReport, InstanceState, Room } from '@fairline/shared/contracts/instance-report.ts';
import { rooms } from '@fairline/shared/contracts/instance-report.ts';
import type { SettingsView } from '../settings/settings-view.ts';

/** One line of the instance map. Numbers are null for an instance that is known by the operators' wish alone. */
export type InstanceView = {
  id: string;
  room: Room | null;
  url: string;
  /** `gone`: an operator disabled it and it reports no more. */
  state: InstanceState | 'gone';
  /** The operators' wish; `false` drains it. */
  isEnabled: boolean;
  /** Whether gateways choose it by the map, so that a drain button means something. */
  canDrain: boolean;
  /** Requests in hand by capacity; above 1 when more than it can take. */
  loadRatio: number | null;
  inFlight: number | null;
  capacity: number | null;
  streams: number | null;
  requestsPerSec: number | null;
  latencyP95Ms: number | null;
  errorRatio: number | null;
  /** Since its report was last seen to change. Suspect from 3 s. */
  ageMs: number | null;
  isSuspect: boolean;
  version: string;
};

/** Everything the first page shows that changes by itself. */
export type Overview = {
  /** Redis time of the reading. */
  at: string;
  /** Redis answers: false means that the rest is the last known. */
  isLive: boolean;
  counts: {
    activeVisitors: number;
    waiting: number;
    aside: number;
    booked: number;
    confirmed: number;
    admissionsPerMinute: number | null;
  };
  gate: { isOpen: boolean; reason: string; isStale: boolean };
  instances: readonly InstanceView[];
  /** Reports that were dropped, with the reason. */
  rejected: readonly { id: string; problem: string }[];
  settings: SettingsView;
};

const suspectAfterMs = 3_000;
/** Rooms that gateways choose by the map. Nobody sends requests to the others by it, so there is nothing to drain. */
const drainableRooms: readonly Room[] = ['booking', 'waiting-room', 'admin'];

/** Lists every known instance, by room and id. `ageOf` answers null for one that was not seen before. */
export function viewInstances({
  reports,
  disabled,
  ageOf,
}: {
  reports: readonly InstanceReport[];
  disabled: ReadonlySet<string>;
  ageOf: (id: string) => number | null;
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
      latencyP95Ms: report.latencyP95Ms,
      errorRatio: report.errorRatio,
      ageMs,
      isSuspect: ageMs !== null && ageMs >= suspectAfterMs,
      version: report.version,
    };
  });
  const gone = [...disabled].filter((id) => !seen.has(id)).map(goneInstance);
  const roomOrder = ({ room }: InstanceView) => (room ? rooms.indexOf(room) : rooms.length);
  return [...views, ...gone].sort((a, b) => roomOrder(a) - roomOrder(b) || (a.id < b.id ? -1 : 1));
}

function goneInstance(id: string): InstanceView {
  return {
    id,
    room: null,
    url: '',
    state: 'gone',
    isEnabled: false,
    canDrain: true,
    loadRatio: null,
    inFlight: null,
    capacity: null,
    streams: null,
    requestsPerSec: null,
    latencyP95Ms: null,
    errorRatio: null,
    ageMs: null,
    isSuspect: false,
    version: '',
  };
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
