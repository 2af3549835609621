import type { ScalingRoom } from '@fairline/shared/contracts/scaling.ts';
import type { Metrics } from '@fairline/shared/metrics.ts';
import { Gauge } from 'prom-client';

/** What the leader wants, as metrics. A standby has none, so that no old number stays beside the leader's. */
export function createScalingMetrics({ registry }: Pick<Metrics, 'registry'>) {
  const shared = { labelNames: ['room'] as const, registers: [registry] };
  const desired = new Gauge({
    name: 'fairline_desired_replicas',
    help: 'Instances of a room that shall run, by its load or an operator.',
    ...shared,
  });
  const running = new Gauge({
    name: 'fairline_running_replicas',
    help: 'Instances of a room that are ready and enabled.',
    ...shared,
  });
  const utilization = new Gauge({
    name: 'fairline_room_utilization_ratio',
    help: 'Load of a room by what its running instances can take; above 1 when requests wait.',
    ...shared,
  });
  return {
    note(room: ScalingRoom, found: { desired: number; running: number; utilization: number | null }): void {
      desired.set({ room }, found.desired);
      running.set({ room }, found.running);
      if (found.utilization === null) utilization.remove({ room });
      else utilization.set({ room }, found.utilization);
    },
    clear(): void {
      for (const gauge of [desired, running, utilization]) gauge.reset();
    },
  };
}
