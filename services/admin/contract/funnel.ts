/** Each figure counts since the sale began, unless it says otherwise. */
export type Funnel = {
  /**
   * Browsers whose cookie came back since the sale began, all events together; one that comes back after having been
   * forgotten (`visitorTTLMinutes` of silence) counts again.
   */
  visited: number;
  /** Numbers drawn, also by those who were let in at once; joining again draws another. */
  joined: number;
  /** Places given; somebody who missed the first and came back counts twice. */
  admitted: number;
  confirmed: number;
  /** Gave up: in the line, or the place. Who goes over to the VIP line gives up one number and draws another. */
  left: { waiting: number; booked: number };
  /** Went silent: in the line, or holding a place. */
  expired: { waiting: number; booked: number };
  /** Sent away by an operator. */
  revoked: { waiting: number; booked: number };
  /** Missed their place once and went aside. */
  unclaimed: number;
  /** Durations of this process's own following of changes, which goes back at most to `sinceMs`. */
  times: {
    sinceMs: number;
    /** Number drawn to place given. */
    toAdmission: Durations;
    /** Number drawn to leaving or expiring in the line. */
    toDropOffWaiting: Durations;
    /** Place given to order. */
    toOrder: Durations;
    /** Place given to giving it back or expiring. */
    toDropOffBooked: Durations;
  };
};

/** Quantiles are upper bounds, at most 12 % too high; null with a count of 0. */
export type Durations = { count: number; p50Sec: number | null; p90Sec: number | null };
