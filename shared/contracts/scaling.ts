/** Rooms whose number of instances follows the load. Of the queue-processor one leads, whatever the load. */
export const scalingRooms = ['booking', 'waiting-room', 'router'] as const;
export type ScalingRoom = (typeof scalingRooms)[number];

/**
 * Why so many instances are wanted. `steady`: the load fits. `load`, `queue`, `latency`, `admissions`: more were added,
 * because of what is in hand, of requests that wait in the gateways, of slow answers, of visitors who are about to be let
 * in. `idle`: some were taken away. `coolDown`: fewer would do, but not for long enough yet. `hold`: fewer would do, but
 * instances answer slowly or with errors. `wish`: an operator chose the number. `atMin`, `atMax`: a bound decides.
 * `noReports`: no instance tells its load, so the last number stays.
 */
export const scalingCauses = [
  'steady',
  'load',
  'queue',
  'latency',
  'admissions',
  'idle',
  'coolDown',
  'hold',
  'wish',
  'atMin',
  'atMax',
  'noReports',
] as const;
export type ScalingCause = (typeof scalingCauses)[number];

/** What `booking:scaling` says of one room. */
export type RoomScaling = {
  room: ScalingRoom;
  /** Instances that shall run and take requests. */
  desired: number;
  cause: ScalingCause;
  /** The same as a sentence with the numbers, in English. */
  reason: string;
  /** Redis time of the last evaluation; one older than 10 s means that no leader evaluates. */
  atMs: number;
  /** Redis time of the last change of `desired`. */
  changedAtMs: number;
  /** Ready and enabled instances, and starting ones, as they were evaluated. */
  running: number;
  starting: number;
  /** Load by what the instances can take, of the busiest kind; above 1 when requests wait. null = unknown. */
  utilization: number | null;
  min: number;
  max: number;
  /** The number an operator chose; null = the load decides. */
  wish: number | null;
};
