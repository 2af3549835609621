export type WaitFacts = {
  waiting: number;
  booked: number;
  maxBooking: number;
  /** null: not known yet. */
  admissionsPerMinute: number | null;
  /** Admissions are open, the gate too, and there is stock. */
  canAdmit: boolean;
};

/** Seconds that whoever joins now waits at the pace of the last minute; null while it cannot be known. */
export function expectWaitSec({
  waiting,
  booked,
  maxBooking,
  admissionsPerMinute,
  canAdmit,
}: WaitFacts): number | null {
  if (!canAdmit) return null;
  if (waiting === 0 && booked < maxBooking) return 0;
  if (admissionsPerMinute === null || admissionsPerMinute <= 0) return null;
  return Math.round(((waiting + 1) * 60) / admissionsPerMinute);
}
