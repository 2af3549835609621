import type { ScalingRoom } from '@fairline/shared/contracts/scaling.ts';
import type { InstanceMap } from '@fairline/shared/stores/instances/store.ts';
import type { ScalingState, StoredScaling } from '@fairline/shared/stores/scaling/store.ts';
import { decideSteps, pickName } from './decide-steps.ts';
import type { RoomProcess } from './room-process.ts';

/** The rooms whose processes come and go; each gateway has a port that people know. */
export const scaledKinds = ['booking', 'waiting-room'] as const satisfies readonly ScalingRoom[];
export type ScaledKind = (typeof scaledKinds)[number];

/** A leader that has not evaluated for so long is away: its last word is not acted on. */
const freshMs = 10_000;

export type AutoscalerParts = {
  /** true: the load decides, within the bounds. false: only numbers that an operator chose do. */
  isAutomatic: boolean;
  /** How many to run while nobody chose a number, when not automatic. */
  startedWith: Readonly<Record<ScaledKind, number>>;
  /** All processes of the launcher, in the order of their start. */
  list: () => readonly RoomProcess[];
  start(kind: ScaledKind, names: readonly string[]): void;
  /** Settles when it has ended. */
  drain(process: RoomProcess): Promise<void>;
  say(text: string): void;
};

/** Starts and drains processes so that as many run as `booking:scaling` wants. */
export function createAutoscaler({ isAutomatic, startedWith, list, start, drain, say }: AutoscalerParts) {
  const leaving = new Set<RoomProcess>();
  const awaited = new Set<RoomProcess>();

  function findDesired(kind: ScaledKind, found: StoredScaling, nowMs: number): number | undefined {
    if (found.wish !== null) return Math.min(found.max, Math.max(found.min, found.wish));
    if (!isAutomatic) return startedWith[kind];
    return nowMs - found.atMs <= freshMs ? found.desired : undefined;
  }

  function bringTo(kind: ScaledKind, found: StoredScaling, desired: number, map: InstanceMap): void {
    const processes = list().filter(({ room }) => room.kind === kind);
    const reports = new Map(map.reports.map((report) => [report.id, report]));
    const ownIds = new Set(processes.map((process) => process.instanceId()));
    const own = processes.map((process) => {
      const report = reports.get(process.instanceId());
      return {
        name: process.room.name,
        isLeaving: leaving.has(process),
        isReady: report?.state === 'ready',
        isDisabled: map.disabled.has(process.instanceId()),
        inFlight: report?.inFlight ?? 0,
      };
    });
    const others = map.reports.filter(
      ({ id, room, state }) => room === kind && !ownIds.has(id) && state !== 'draining' && !map.disabled.has(id),
    ).length;
    const steps = decideSteps({ desired, own, others });
    const running = own.filter(({ isLeaving, isDisabled }) => !isLeaving && !isDisabled).length + others;
    const why = `${kind}: ${desired} wanted, ${running} there. ${describe(found)}`;
    if (steps.start > 0) {
      const taken = own.map(({ name }) => name);
      const names = Array.from({ length: steps.start }, () => {
        const name = pickName(kind, taken);
        taken.push(name);
        return name;
      });
      say(`${why} Starting ${names.join(', ')}`);
      start(kind, names);
      for (const process of list()) if (names.includes(process.room.name)) awaited.add(process);
    }
    const leaver = processes.find(({ room }) => room.name === steps.drain);
    if (leaver) {
      const { inFlight = 0 } = own.find(({ name }) => name === steps.drain) ?? {};
      say(`${why} Draining ${leaver.room.name}, requests in hand: ${inFlight}`);
      leaving.add(leaver);
      void drain(leaver).then(() => {
        leaving.delete(leaver);
        awaited.delete(leaver);
        say(`${leaver.room.name} has ended`);
      });
    }
  }

  function tellReady(map: InstanceMap): void {
    const ready = new Set(map.reports.filter(({ state }) => state === 'ready').map(({ id }) => id));
    for (const process of awaited) {
      if (!ready.has(process.instanceId())) continue;
      awaited.delete(process);
      say(`${process.room.name} is ready`);
    }
  }

  return {
    /** One look and what follows from it. Does nothing while the map is empty: Redis may just have come back. */
    step({ nowMs, rooms }: Pick<ScalingState, 'nowMs' | 'rooms'>, map: InstanceMap): void {
      if (map.reports.length === 0) return;
      tellReady(map);
      for (const kind of scaledKinds) {
        const found = rooms.find(({ room }) => room === kind);
        if (!found || found.max === 0) continue;
        const desired = findDesired(kind, found, nowMs);
        if (desired !== undefined) bringTo(kind, found, desired, map);
      }
    },
  };

  function describe({ wish, reason }: StoredScaling): string {
    if (wish !== null) return `An operator chose ${wish}.`;
    return isAutomatic ? reason : 'Nobody chooses another number any more.';
  }
}
