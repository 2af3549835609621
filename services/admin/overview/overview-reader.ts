import type { Clock } from '@fairline/shared/clock.ts';
import type { AuditStore } from '@fairline/shared/stores/audit/store.ts';
import type { BlockStore } from '@fairline/shared/stores/blocks/store.ts';
import type { InstanceStore } from '@fairline/shared/stores/instances/store.ts';
import type { LineStore } from '@fairline/shared/stores/line/store.ts';
import type { ScalingStore } from '@fairline/shared/stores/scaling/store.ts';
import type { SettingsStore } from '@fairline/shared/stores/settings/store.ts';
import type { VisitorStore } from '@fairline/shared/stores/visitors/store.ts';
import type { HistoryAnswer } from '../contract/history.ts';
import type { ScalingView } from '../contract/scaling.ts';
import { viewSettings } from '../settings/settings-view.ts';
import type { TurnTracker } from '../turns/turn-tracker.ts';
import { type AdmissionSample, addAdmissionSample, admissionsPerMinute } from './admission-rate.ts';
import { readFunnel } from './funnel.ts';
import type { KeptHistory, Tails } from './kept-history.ts';
import { type Overview, viewInstances } from './overview.ts';
import { noteReports, type ReportAge } from './report-ages.ts';
import { expectWaitSec } from './wait-now.ts';

/** What changes seldom or costs more is read that often. */
const slowEveryMs = 2_000;
const suspectsShown = 20;

export type OverviewReader = {
  /**
   * Reads everything anew; as a matter of routine what changes seldom may be 2 s old. Throws while Redis is away; `current`
   * then says that it is not live.
   */
  refresh(options?: { isRoutine?: boolean }): Promise<Overview>;
  /** The last reading; undefined before the first. Costs nothing, however many look at the page. */
  current(): Overview | undefined;
  /** Charts, from the readings of this process and what was kept of those before. */
  history(minutes: number): HistoryAnswer;
  /** Called with every reading, also with the last one once it is not live any more. */
  onReading(listener: (overview: Overview) => void): void;
};

export type OverviewReaderParts = {
  line: Pick<LineStore, 'readProgress'>;
  visitors: Pick<VisitorStore, 'countActive' | 'countSeen'>;
  instances: Pick<InstanceStore, 'readAll'>;
  settings: Pick<SettingsStore, 'readGood' | 'readRaw'>;
  blocks: Pick<BlockStore, 'list'>;
  suspects: { list(options: { limit: number }): Promise<{ suspects: { visitorId: string }[]; total: number }> };
  scaling: Pick<ScalingStore, 'read'>;
  audit: Pick<AuditStore, 'readLatest'>;
  turns: Pick<TurnTracker, 'times' | 'measuredWaitSec'>;
  history: Pick<KeptHistory, 'note' | 'read'>;
  clock: Clock;
};

type Slow = { blocked: number; suspects: number; suspectIds: readonly string[]; scaling: ScalingView; seen: number };

type Reading = {
  overview: Overview;
  samples: readonly AdmissionSample[];
  ages: ReadonlyMap<string, ReportAge>;
  tails: Tails;
};

/** One reading at a time for everybody who watches. */
export function createOverviewReader(parts: OverviewReaderParts): OverviewReader {
  const { line, visitors, instances, settings, blocks, suspects, scaling, audit, turns, history, clock } = parts;
  const listeners: ((overview: Overview) => void)[] = [];
  let reading: Reading | undefined;
  let slow: Slow | undefined;
  let slowAtMs = Number.NEGATIVE_INFINITY;
  let version = 0;
  let inHand: Promise<Overview> | undefined;
  let isWantedAgain = false;

  async function readSlow(): Promise<Slow> {
    if (slow && clock.monotonicMs() - slowAtMs < slowEveryMs) return slow;
    const [blocked, suspected, scaled, seen] = await Promise.all([
      blocks.list({ limit: 1 }),
      suspects.list({ limit: suspectsShown }),
      scaling.read(),
      visitors.countSeen(),
    ]);
    slowAtMs = clock.monotonicMs();
    slow = {
      blocked: blocked.total,
      suspects: suspected.total,
      suspectIds: suspected.suspects.map(({ visitorId }) => visitorId),
      scaling: { actor: scaled.actor, rooms: scaled.rooms.map(({ memory: _memory, ...room }) => room) },
      seen,
    };
    return slow;
  }

  async function read(): Promise<Reading> {
    const [progress, map, good, raw, slowly, [lastAudit]] = await Promise.all([
      line.readProgress(),
      instances.readAll(),
      settings.readGood(),
      settings.readRaw(),
      readSlow(),
      audit.readLatest(1),
    ]);
    const activeVisitors = await visitors.countActive(progress.nowMs - good.visitorTTLMinutes * 60_000);
    const monotonicMs = clock.monotonicMs();
    const samples = addAdmissionSample(reading?.samples ?? [], {
      admitted: progress.counters.admitted ?? 0,
      atMs: progress.nowMs,
    });
    const ages = noteReports(reading?.ages ?? new Map(), map.reports, monotonicMs);
    const { gate, booked } = progress;
    const isStale = progress.nowMs - gate.atMs > (good.bookingLockTTLSeconds + 1) * 1_000;
    const isSoldOut = good.ticketStock > 0 && progress.orders >= good.ticketStock;
    const waiting = progress.queued + progress.aside;
    const perMinute = admissionsPerMinute(samples);
    version += 1;
    const overview: Overview = {
      version,
      atMs: progress.nowMs,
      at: new Date(progress.nowMs).toISOString(),
      isLive: true,
      counts: {
        activeVisitors,
        waiting,
        aside: progress.aside,
        booked,
        confirmed: progress.orders,
        admissionsPerMinute: perMinute,
        blocked: slowly.blocked,
        suspects: slowly.suspects,
      },
      wait: {
        measuredSec: turns.measuredWaitSec(progress.nowMs),
        expectedSec: expectWaitSec({
          waiting,
          booked,
          maxBooking: good.maxBooking,
          admissionsPerMinute: perMinute,
          canAdmit: good.admissions === 'open' && gate.isOpen && !isStale && !isSoldOut,
        }),
      },
      gate: { isOpen: gate.isOpen, reason: gate.reason, isStale },
      admissions: good.admissions,
      message: good.message,
      isSoldOut,
      epoch: progress.epoch,
      instances: viewInstances({
        reports: map.reports,
        disabled: map.disabled,
        ageOf: (id) => {
          const seenMs = ages.get(id)?.seenMs;
          return seenMs === undefined ? null : monotonicMs - seenMs;
        },
        roleOf: (id) => map.extras.get(id)?.role ?? '',
      }),
      rejected: map.rejected,
      settings: viewSettings(raw, good),
      scaling: slowly.scaling,
      funnel: readFunnel(progress.counters, { seen: slowly.seen, times: turns.times() }),
      suspects: slowly.suspectIds,
      lastAuditId: lastAudit?.id ?? null,
    };
    const { tail = 0, vipTail = 0 } = progress.counters;
    return { overview, samples, ages, tails: { tail, vipTail } };
  }

  function tell({ overview, tails }: Reading): void {
    history.note(overview, tails);
    for (const listener of listeners) listener(overview);
  }

  async function readAndTell(): Promise<Overview> {
    try {
      reading = await read();
    } catch (error) {
      if (reading?.overview.isLive) {
        reading = { ...reading, overview: { ...reading.overview, isLive: false } };
        tell(reading);
      }
      throw error;
    }
    tell(reading);
    return reading.overview;
  }

  /** What was asked for while a reading was under way must not get what that reading may have seen before. */
  async function readUntilWanted(): Promise<Overview> {
    try {
      let overview = await readAndTell();
      while (isWantedAgain) {
        isWantedAgain = false;
        overview = await readAndTell();
      }
      return overview;
    } finally {
      inHand = undefined;
      isWantedAgain = false;
    }
  }

  return {
    refresh({ isRoutine = false } = {}) {
      if (!isRoutine) slowAtMs = Number.NEGATIVE_INFINITY;
      if (inHand) isWantedAgain = true;
      inHand ??= readUntilWanted();
      return inHand;
    },
    current: () => reading?.overview,
    history: (minutes) => history.read(minutes),
    onReading(listener) {
      listeners.push(listener);
    },
  };
}
