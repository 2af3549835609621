import type { Clock } from '@fairline/shared/clock.ts';
import type { InstanceStore } from '@fairline/shared/stores/instances/store.ts';
import type { LineStore } from '@fairline/shared/stores/line/store.ts';
import type { SettingsStore } from '@fairline/shared/stores/settings/store.ts';
import type { VisitorStore } from '@fairline/shared/stores/visitors/store.ts';
import { viewSettings } from '../settings/settings-view.ts';
import { type AdmissionSample, addAdmissionSample, admissionsPerMinute } from './admission-rate.ts';
import { type Overview, viewInstances } from './overview.ts';
import { noteReports, type ReportAge } from './report-ages.ts';

export type OverviewReader = {
  /** Reads everything anew. Throws while Redis is away; `current` then says that it is not live. */
  refresh(): Promise<Overview>;
  /** The last reading; undefined before the first. Costs nothing, however many look at the page. */
  current(): Overview | undefined;
};

type Reading = {
  overview: Overview;
  samples: readonly AdmissionSample[];
  ages: ReadonlyMap<string, ReportAge>;
};

export function createOverviewReader({
  line,
  visitors,
  instances,
  settings,
  clock,
}: {
  line: Pick<LineStore, 'readProgress'>;
  visitors: Pick<VisitorStore, 'countActive'>;
  instances: Pick<InstanceStore, 'readAll'>;
  settings: Pick<SettingsStore, 'readGood' | 'readRaw'>;
  clock: Clock;
}): OverviewReader {
  let reading: Reading | undefined;

  async function read(): Promise<Reading> {
    const [progress, map, good, raw] = await Promise.all([
      line.readProgress(),
      instances.readAll(),
      settings.readGood(),
      settings.readRaw(),
    ]);
    const activeVisitors = await visitors.countActive(progress.nowMs - good.visitorTTLMinutes * 60_000);
    const monotonicMs = clock.monotonicMs();
    const samples = addAdmissionSample(reading?.samples ?? [], {
      admitted: progress.counters.admitted ?? 0,
      atMs: progress.nowMs,
    });
    const ages = noteReports(reading?.ages ?? new Map(), map.reports, monotonicMs);
    const { gate } = progress;
    const overview: Overview = {
      at: new Date(progress.nowMs).toISOString(),
      isLive: true,
      counts: {
        activeVisitors,
        waiting: progress.queued + progress.aside,
        aside: progress.aside,
        booked: progress.booked,
        confirmed: progress.orders,
        admissionsPerMinute: admissionsPerMinute(samples),
      },
      gate: {
        isOpen: gate.isOpen,
        reason: gate.reason,
        isStale: progress.nowMs - gate.atMs > (good.bookingLockTTLSeconds + 1) * 1_000,
      },
      instances: viewInstances({
        reports: map.reports,
        disabled: map.disabled,
        ageOf: (id) => {
          const seenMs = ages.get(id)?.seenMs;
          return seenMs === undefined ? null : monotonicMs - seenMs;
        },
      }),
      rejected: map.rejected,
      settings: viewSettings(raw, good),
    };
    return { overview, samples, ages };
  }

  return {
    async refresh() {
      try {
        reading = await read();
        return reading.overview;
      } catch (error) {
        if (reading) reading = { ...reading, overview: { ...reading.overview, isLive: false } };
        throw error;
      }
    },
    current: () => reading?.overview,
  };
}
