import type { Clock } from '@fairline/shared/clock.ts';
import { type ScalingRoom, scalingRooms } from '@fairline/shared/contracts/scaling.ts';
import type { Settings } from '@fairline/shared/contracts/settings.ts';
import type { Logger } from '@fairline/shared/logger.ts';
import type { InstanceStore } from '@fairline/shared/stores/instances/store.ts';
import type { LineProgress, LineStore } from '@fairline/shared/stores/line/store.ts';
import type { DesiredReplicas, ScalingState, ScalingStore } from '@fairline/shared/stores/scaling/store.ts';
import type { RoomBounds } from './bounds.ts';
import { decideReplicas, type ScalingRule } from './decide-replicas.ts';
import { type AdmissionOutlook, readDemand } from './demand.ts';
import { formatEmbeddedMetric } from './embedded-metric.ts';
import { parseMemory, writeMemory } from './memory.ts';
import { describeDecision } from './reason.ts';
import { type MapView, readRoomLoad } from './room-load.ts';
import type { createScalingMetrics } from './scaling-metrics.ts';

const embeddedEveryMs = 10_000;

export type Scaler = {
  /** Evaluates every room and writes how many instances it needs. Run it every two seconds while leading. */
  step(token: string): Promise<{ kind: 'done' } | { kind: 'notLeader' }>;
};

export function createScaler({
  scaling,
  instances,
  line,
  readSettings,
  bounds,
  rule,
  metrics,
  event,
  writeEmbedded,
  clock,
  logger,
}: {
  scaling: Pick<ScalingStore, 'read' | 'writeDesired'>;
  instances: Pick<InstanceStore, 'readAll'>;
  line: Pick<LineStore, 'readProgress'>;
  readSettings: () => Settings;
  bounds: RoomBounds;
  rule: ScalingRule;
  metrics: Pick<ReturnType<typeof createScalingMetrics>, 'note'>;
  event: string;
  /** Takes lines in CloudWatch's embedded metric format, every 10 s and at every change; undefined = none are made. */
  writeEmbedded: ((line: string) => void) | undefined;
  clock: Pick<Clock, 'monotonicMs'>;
  logger: Logger;
}): Scaler {
  let toldAtMs = Number.NEGATIVE_INFINITY;

  function evaluate(room: ScalingRoom, map: MapView, state: ScalingState, outlook: AdmissionOutlook) {
    const stored = state.rooms.find((known) => known.room === room);
    const load = readRoomLoad(map, room, state.nowMs);
    const demand = readDemand(load, room === 'booking' ? outlook : undefined);
    const input = {
      ...{ nowMs: state.nowMs, load, demand, bounds: bounds[room], rule },
      wish: stored?.wish ?? null,
      memory: parseMemory(stored?.memory ?? ''),
    };
    const decision = decideReplicas(input);
    const written: DesiredReplicas = {
      ...{ room, desired: decision.desired, cause: decision.cause, reason: describeDecision(input, decision) },
      ...{ running: load.running, starting: load.starting, ...bounds[room], wish: input.wish },
      utilization: demand ? demand.instances / demand.admissionsFactor / load.running : null,
      memory: writeMemory(decision.memory),
    };
    return { written, isChange: decision.desired !== decision.before, before: decision.before };
  }

  return {
    async step(token) {
      const [state, map, progress] = await Promise.all([scaling.read(), instances.readAll(), line.readProgress()]);
      const outlook = readOutlook(progress, readSettings());
      const evaluated = scalingRooms
        .filter((room) => bounds[room].max > 0)
        .map((room) => evaluate(room, map, state, outlook));
      const outcome = await scaling.writeDesired(
        token,
        evaluated.map(({ written }) => written),
      );
      if (outcome.kind === 'notLeader') return outcome;
      const isDue = clock.monotonicMs() - toldAtMs >= embeddedEveryMs;
      if (isDue) toldAtMs = clock.monotonicMs();
      for (const { written, isChange, before } of evaluated) {
        // An operator chose meanwhile: the next step sees it.
        if (!outcome.written.includes(written.room)) continue;
        const { room, desired, reason } = written;
        metrics.note(room, written);
        if (isChange) logger.info({ of: room, before, desired, reason }, 'another number of instances is wanted');
        if (isDue || isChange) writeEmbedded?.(formatEmbeddedMetric(event, state.nowMs, written));
      }
      return { kind: 'done' };
    },
  };
}

function readOutlook({ queued, booked, orders }: LineProgress, settings: Settings): AdmissionOutlook {
  const { admissions, maxBooking, newBookingsPerMinute, ticketStock } = settings;
  const places = ticketStock > 0 ? Math.min(maxBooking, ticketStock - orders) : maxBooking;
  return { isOpen: admissions === 'open', waiting: queued, booked, maxBooking: places, newBookingsPerMinute };
}
