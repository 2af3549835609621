import type { HistoryAnswer, InstanceTrail } from '../contract/history.ts';
import type { LiveSnapshot } from '../contract/overview.ts';

export const historyStepSec = 2;
const maxPoints = 1_800;
const trailLength = 60;
/** Instances whose trails are kept; a map of more shows the rest without. */
const maxTrails = 500;

/** Of Redis not answering, or of this process being stopped in its tracks. */
const mostSilentSec = 8;

type Column = Exclude<keyof HistoryAnswer, 'stepSec' | 'atSec' | 'instances'>;
export type Point = { atSec: number } & Record<Column, number | null>;

const nothing: Record<Column, null> = {
  activeVisitors: null,
  waiting: null,
  booked: null,
  confirmed: null,
  admissionsPerMinute: null,
  measuredWaitSec: null,
  expectedWaitSec: null,
};

export type History = {
  /** Takes a reading in; at most one a step is kept, and one a second of each instance. */
  /** Answers the point when it is a new one. */
  note(snapshot: LiveSnapshot): Point | undefined;
  /** Puts back what was kept of an earlier process: oldest first, before anything is noted. */
  restore(atMs: number, values: Readonly<Record<string, number | null>>): void;
  read(minutes: number): HistoryAnswer;
};

/** The last hour in steps of 2 s and the last minute of each instance, for the charts. */
export function createHistory(): History {
  const points: Point[] = [];
  const trails = new Map<string, Record<keyof InstanceTrail, number[]>>();
  let trailsAtMs = Number.NEGATIVE_INFINITY;

  function add(point: Point): Point | undefined {
    const last = points.at(-1);
    if (last && point.atSec <= last.atSec) return undefined;
    // Charts draw no line across a time that nobody saw.
    if (last && point.atSec - last.atSec > mostSilentSec)
      points.push({ atSec: last.atSec + historyStepSec, ...nothing });
    points.push(point);
    points.splice(0, Math.max(0, points.length - maxPoints));
    return point;
  }

  function notePoint({ atMs, isLive, counts, wait }: LiveSnapshot): Point | undefined {
    if (!isLive) return undefined;
    return add({
      atSec: Math.floor(atMs / 1_000 / historyStepSec) * historyStepSec,
      activeVisitors: counts.activeVisitors,
      waiting: counts.waiting,
      booked: counts.booked,
      confirmed: counts.confirmed,
      admissionsPerMinute: counts.admissionsPerMinute,
      measuredWaitSec: wait.measuredSec,
      expectedWaitSec: wait.expectedSec,
    });
  }

  function noteTrails({ atMs, isLive, instances }: LiveSnapshot): void {
    if (!isLive || atMs - trailsAtMs < 900) return;
    trailsAtMs = atMs;
    const present = new Set(instances.map(({ id }) => id));
    for (const id of trails.keys()) if (!present.has(id)) trails.delete(id);
    for (const instance of instances.slice(0, maxTrails)) {
      const trail = trails.get(instance.id) ?? { loadRatio: [], latencyP95Ms: [], requestsPerSec: [], errorRatio: [] };
      trails.set(instance.id, trail);
      for (const name of ['loadRatio', 'latencyP95Ms', 'requestsPerSec', 'errorRatio'] as const) {
        trail[name].push(Math.round((instance[name] ?? 0) * 1_000) / 1_000);
        if (trail[name].length > trailLength) trail[name].shift();
      }
    }
  }

  return {
    note(snapshot) {
      noteTrails(snapshot);
      return notePoint(snapshot);
    },
    restore(atMs, values) {
      const known = Object.keys(nothing).map((name) => [name, values[name] ?? null]);
      add({ atSec: Math.floor(atMs / 1_000), ...(Object.fromEntries(known) as typeof nothing) });
    },
    read(minutes) {
      const fromSec = (points.at(-1)?.atSec ?? 0) - minutes * 60;
      const wanted = points.filter(({ atSec }) => atSec > fromSec);
      const column = (name: keyof Point) => wanted.map((point) => point[name]);
      return {
        stepSec: historyStepSec,
        atSec: wanted.map(({ atSec }) => atSec),
        activeVisitors: column('activeVisitors'),
        waiting: column('waiting'),
        booked: column('booked'),
        confirmed: column('confirmed'),
        admissionsPerMinute: column('admissionsPerMinute'),
        measuredWaitSec: column('measuredWaitSec'),
        expectedWaitSec: column('expectedWaitSec'),
        instances: Object.fromEntries([...trails].map(([id, trail]) => [id, structuredClone(trail)])),
      };
    },
  };
}
