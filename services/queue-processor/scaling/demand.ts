import type { RoomLoad } from './room-load.ts';

/** What the line says about visitors who will come to booking next. */
export type AdmissionOutlook = {
  isOpen: boolean;
  waiting: number;
  booked: number;
  maxBooking: number;
  /** 0 = no limit. */
  newBookingsPerMinute: number;
};

export type Signal = 'inFlight' | 'eventLoop' | 'streams';

export type Demand = {
  /** Fully used instances that would carry the load; the target decides how many more are wanted. */
  instances: number;
  /** What needs the most. */
  signal: Signal;
  /** By which factor visitors who are about to be let in raise it; 1 = they do not. */
  admissionsFactor: number;
  /** Those visitors. */
  comingSoon: number;
};

/** How far ahead admissions are looked at: about the time until a new instance takes its full share. */
const lookAheadSec = 30;
/** With fewer visitors inside, what one of them costs is a guess. */
const fewestBooked = 20;
/** A long line may not order more than that at once; the load itself says the rest. */
const maxAdmissionsFactor = 2;

/**
 * The load in instances, as its busiest kind tells it (like the largest of several metrics in Kubernetes' horizontal
 * autoscaler). Undefined when no instance runs, or those that run cannot take anything.
 */
export function readDemand(load: RoomLoad, outlook?: AdmissionOutlook): Demand | undefined {
  const { running, capacity, inFlight, waiting, busyLoops, streams, streamsMost } = load;
  if (running === 0 || capacity <= 0) return undefined;
  const bySignal: Record<Signal, number> = {
    inFlight: ((inFlight + waiting) / capacity) * running,
    eventLoop: busyLoops,
    streams: streamsMost > 0 ? (streams / streamsMost) * running : 0,
  };
  const signals = Object.keys(bySignal) as Signal[];
  const signal = signals.reduce((most, each) => (bySignal[each] > bySignal[most] ? each : most), 'inFlight');
  const comingSoon = outlook ? countComingSoon(outlook) : 0;
  const booked = outlook?.booked ?? 0;
  const admissionsFactor = booked >= fewestBooked ? Math.min(maxAdmissionsFactor, 1 + comingSoon / booked) : 1;
  return { instances: bySignal[signal] * admissionsFactor, signal, admissionsFactor, comingSoon };
}

/** Visitors whom the admission rule will let in within the time that is looked ahead. */
export function countComingSoon(outlook: AdmissionOutlook): number {
  const { isOpen, waiting, booked, maxBooking, newBookingsPerMinute } = outlook;
  if (!isOpen) return 0;
  const paced = newBookingsPerMinute > 0 ? (newBookingsPerMinute * lookAheadSec) / 60 : Number.POSITIVE_INFINITY;
  return Math.max(0, Math.floor(Math.min(waiting, maxBooking - booked, paced)));
}
