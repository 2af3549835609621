import type { RoomScaling } from '@fairline/shared/contracts/scaling.ts';

const metrics = [
  { Name: 'DesiredReplicas', Unit: 'Count' },
  { Name: 'RunningReplicas', Unit: 'Count' },
  { Name: 'Utilization', Unit: 'Percent' },
] as const;

export type EmbeddedMetricInput = Omit<RoomScaling, 'atMs' | 'changedAtMs' | 'wish' | 'starting' | 'min' | 'max'>;

/**
 * One line of JSON that CloudWatch Logs turns into metrics by itself, in its embedded metric format
 * (docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html).
 * Utilization is left out while it is unknown.
 */
export function formatEmbeddedMetric(event: string, nowMs: number, scaling: EmbeddedMetricInput): string {
  const { room, desired, running, utilization, cause, reason } = scaling;
  const told = utilization === null ? metrics.filter(({ Name }) => Name !== 'Utilization') : metrics;
  return JSON.stringify({
    _aws: {
      Timestamp: Math.floor(nowMs),
      CloudWatchMetrics: [{ Namespace: 'Fairline', Dimensions: [['Event', 'Room']], Metrics: told }],
    },
    ...{ Event: event, Room: room, DesiredReplicas: desired, RunningReplicas: running },
    ...(utilization === null ? {} : { Utilization: Math.round(utilization * 1000) / 10 }),
    ...{ Cause: cause, Reason: reason },
  });
}
