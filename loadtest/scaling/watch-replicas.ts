import { systemClock } from '@fairline/shared/clock.ts';
import type { createInstanceStore } from '@fairline/shared/stores/instances/store.ts';
import type { createScalingStore } from '@fairline/shared/stores/scaling/store.ts';

/** The booking room at one moment, in ms since the start of the load. */
export type ReplicaSample = {
  atMs: number;
  desired: number;
  ready: number;
  draining: number;
  utilization: number | null;
  inFlight: number;
};

const everyMs = 500;

/** Notes twice a second how many booking instances are wanted and there. `stop` settles with all that was seen. */
export function watchReplicas({
  scaling,
  instances,
  nowMs,
}: {
  scaling: Pick<ReturnType<typeof createScalingStore>, 'read'>;
  instances: Pick<ReturnType<typeof createInstanceStore>, 'readAll'>;
  nowMs: () => number;
}) {
  const samples: ReplicaSample[] = [];
  const stopping = new AbortController();
  async function run(): Promise<ReplicaSample[]> {
    while (!stopping.signal.aborted) {
      const [state, map] = await Promise.all([scaling.read(), instances.readAll()]);
      const booking = map.reports.filter(({ room }) => room === 'booking');
      const found = state.rooms.find(({ room }) => room === 'booking');
      const count = (wanted: string) => booking.filter(({ state: each }) => each === wanted).length;
      samples.push({
        ...{
          atMs: Math.round(nowMs()),
          desired: found?.desired ?? 0,
          ready: count('ready'),
          draining: count('draining'),
        },
        utilization: found?.utilization ?? null,
        inFlight: booking.reduce((sum, { inFlight }) => sum + inFlight, 0),
      });
      await systemClock.sleep(everyMs, stopping.signal);
    }
    return samples;
  }
  const done = run();
  return {
    stop(): Promise<ReplicaSample[]> {
      stopping.abort();
      return done;
    },
  };
}
