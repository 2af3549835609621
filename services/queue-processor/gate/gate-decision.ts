import { type InstanceReport, staticBookingHealthyField } from '@fairline/shared/contracts/instance-report.ts';

/** Above this share of Redis `maxmemory` joins are refused with `full`: admissions and leases must still fit. */
export const memoryFullRatio = 0.85;

/** Why the gate is open or shut, as operators read it in `booking:gate`. */
export type GateReason = 'ready' | 'noInstance' | 'disabled' | 'draining' | 'starting';

export type GateDecision = { isOpen: boolean; reason: GateReason; isMemoryFull: boolean };

export type GateInput = {
  /** Reports of every room that are still in the map. */
  reports: readonly Pick<InstanceReport, 'id' | 'room' | 'state'>[];
  /** Further fields of the reports, by instance id. */
  extras: ReadonlyMap<string, Readonly<Record<string, string>>>;
  /** Ids that an operator wishes to drain. */
  disabled: ReadonlySet<string>;
  usedMemoryBytes: number;
  /** 0 = Redis has no limit, so it is never full. */
  maxMemoryBytes: number;
};

/**
 * The gate is open while at least one booking instance is ready and enabled, or a gateway that is ready sees a healthy
 * booking site beside the map. Shut, the reason names what is nearest to
 * opening it: an instance that starts, one that an operator disabled, one that drains, or none at all.
 */
export function decideGate({ reports, extras, disabled, usedMemoryBytes, maxMemoryBytes }: GateInput): GateDecision {
  const isMemoryFull = maxMemoryBytes > 0 && usedMemoryBytes > maxMemoryBytes * memoryFullRatio;
  const booking = reports.filter((report) => report.room === 'booking');
  const reason = hasStaticBooking(reports, extras) ? 'ready' : findReason(booking, disabled);
  return { isOpen: reason === 'ready', reason, isMemoryFull };
}

function hasStaticBooking(reports: GateInput['reports'], extras: GateInput['extras']): boolean {
  return reports.some(
    ({ id, room, state }) =>
      room === 'router' && state === 'ready' && Number(extras.get(id)?.[staticBookingHealthyField]) > 0,
  );
}

function findReason(booking: GateInput['reports'], disabled: ReadonlySet<string>): GateReason {
  const enabled = booking.filter((report) => !disabled.has(report.id));
  if (enabled.some((report) => report.state === 'ready')) return 'ready';
  if (enabled.some((report) => report.state === 'starting')) return 'starting';
  if (booking.some((report) => report.state === 'ready')) return 'disabled';
  return booking.length > 0 ? 'draining' : 'noInstance';
}
