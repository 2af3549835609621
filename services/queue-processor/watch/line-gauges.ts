import type { Metrics } from '@fairline/shared/metrics.ts';
import type { LineProgress } from '@fairline/shared/stores/line/store.ts';
import { Counter, Gauge } from 'prom-client';

/** Totals of `booking:counters` that say how turns began and ended. */
const totals = {
  joined: 'joined',
  admitted: 'admitted',
  confirmed: 'confirmed',
  cancelled: 'cancelled',
  expired: 'expired',
  revoked: 'revoked',
  unclaimed: 'unclaimed',
  leftWaiting: 'left_waiting',
  expiredWaiting: 'expired_waiting',
  revokedWaiting: 'revoked_waiting',
} as const;

/** The line as it stands in Redis, as metrics; every queue-processor tells the same. */
export function createLineGauges({ registry }: Pick<Metrics, 'registry'>) {
  const registers = [registry];
  const gauge = (name: string, help: string) => new Gauge({ name: `fairline_line_${name}`, help, registers });
  const waiting = gauge('waiting_visitors', 'Visitors in the line, VIPs included; those aside are not.');
  const aside = gauge('aside_visitors', 'Visitors aside: absent when it was their turn, number kept.');
  const booked = gauge('booked_visitors', 'Visitors who hold a place.');
  const places = gauge('places', 'Places there are, by the settings in force (maxBooking).');
  const gate = gauge('gate_open', '1 while the leader finds that the site can take more, else 0.');
  const admissions = gauge('admissions_open', '1 while admissions are open by the settings, 0 when paused or closed.');
  const wait = gauge(
    'wait_seconds',
    'How long whoever left the head of the line last had waited; 0 when nobody waits, NaN when that is not known yet.',
  );
  const tick = gauge('tick_age_seconds', "Time since the leader's last tick, by Redis time.");
  const epoch = gauge('epoch', 'Rises when Redis has lost changes.');
  let counters: LineProgress['counters'] = {};
  new Counter({
    name: 'fairline_line_turns_total',
    help: 'Visitors by what happened to their turn (event), since the sale began.',
    labelNames: ['event'] as const,
    registers,
    collect() {
      this.reset();
      for (const [field, event] of Object.entries(totals)) this.inc({ event }, counters[field] ?? 0);
    },
  });

  return {
    note(progress: LineProgress, facts: { maxBooking: number; isOpen: boolean; waitedMs: number | undefined }): void {
      ({ counters } = progress);
      waiting.set(progress.queued);
      aside.set(progress.aside);
      booked.set(progress.booked);
      places.set(facts.maxBooking);
      gate.set(progress.gate.isOpen ? 1 : 0);
      admissions.set(facts.isOpen ? 1 : 0);
      wait.set(facts.waitedMs === undefined ? Number.NaN : facts.waitedMs / 1000);
      tick.set(Math.max(0, progress.nowMs - progress.tickAtMs) / 1000);
      epoch.set(progress.epoch);
    },
  };
}
