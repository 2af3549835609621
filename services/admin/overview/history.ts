import type { HistoryAnswer, InstanceTrail, LiveSnapshot } from '../contract/console.ts';

export const historyStepSec = 2;
const maxPoints = 1_800;
const trailLength = 60;
/** Instances whose trails are kept; a map of more shows the rest without. */
const maxTrails = 500;

/** Of Redis not answering, or of this process being stopped in its tracks. */
const mostSilentSec = 8;

type Column = Exclude<keyof HistoryAnswer, 'stepSec' | 'atSec' | 'instances'>;
type Point = { atSec: number } & Record<Column, number | null>;

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
  note(snapshot: LiveSnapshot): void;
  read(minutes: number): HistoryAnswer;
};

/** The last hour in steps of 2 s and the last minute of each instance, in the memory of this process. */
export function createHistory(): History {
  const points: Point[] = [];
  const trails = new Map<string, Record<keyof InstanceTrail, number[]>>();
  let trailsAtMs = Number.NEGATIVE_INFINITY;

  function notePoint({ atMs, isLive, counts, wait }: LiveSnapshot): void {
    if (!isLive) return;
    const atSec = Math.floor(atMs / 1_000 / historyStepSec) * historyStepSec;
    const last = points.at(-1);
    if (last && atSec <= last.atSec) return;
    // Charts draw no line across a time that nobody saw.
    if (last && atSec - last.atSec > mostSilentSec) points.push({ atSec: last.atSec + historyStepSec, ...nothing });
    points.push({
      atSec,
      activeVisitors: counts.activeVisitors,
      waiting: counts.waiting,
      booked: counts.booked,
      confirmed: counts.confirmed,
      admissionsPerMinute: counts.admissionsPerMinute,
      measuredWaitSec: wait.measuredSec,
      expectedWaitSec: wait.expectedSec,
    });
    points.splice(0, Math.max(0, points.length - maxPoints));
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
      notePoint(snapshot);
      noteTrails(snapshot);
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
