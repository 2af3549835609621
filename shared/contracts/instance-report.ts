export const rooms = ['router', 'booking', 'waiting-room', 'queue-processor', 'admin'] as const;
export type Room = (typeof rooms)[number];

export const instanceStates = ['starting', 'ready', 'draining'] as const;
export type InstanceState = (typeof instanceStates)[number];

/** What a process says of itself once a second in `booking:instance:<id>`; numbers are plain decimals in Redis. */
export type InstanceReport = {
  id: string;
  room: Room;
  /** Where the room's HTTP listener is reached, no path. Empty for a room without one (queue-processor). */
  url: string;
  state: InstanceState;
  startedAtMs: number;
  version: string;
  /** Raised by one with every report: readers judge age by its change on their own clock. */
  reportSeq: number;
  /** Requests in hand, event streams and upgrades not counted. */
  inFlight: number;
  /** The same by gateway instance id. */
  inFlightByGateway: Record<string, number>;
  streams: number;
  /** Requests at once this process can take. */
  capacity: number;
  requestsPerSec: number;
  latencyP50Ms: number;
  latencyP95Ms: number;
  /** 5xx answers by all answers of the last second, 0..1. */
  errorRatio: number;
  /** 0..1 */
  eventLoopUtilization: number;
  eventLoopDelayP99Ms: number;
  /** CPU seconds by wall seconds; above 1 with several threads. */
  cpuRatio: number;
  rssBytes: number;
  pid: number;
};

/**
 * Field of a gateway's report: how many booking sites of its settings (which are not in the map themselves) are healthy.
 * Absent when it has none.
 */
export const staticBookingHealthyField = 'staticBookingHealthy';

/** Fields of a gateway's report: requests that wait in it for room at an instance of that room. */
export const waitingFields = { booking: 'waitingForBooking', 'waiting-room': 'waitingForWaitingRoom' } as const;
