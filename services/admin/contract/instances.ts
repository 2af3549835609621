import type { InstanceState, Room } from '@fairline/shared/contracts/instance-report.ts';

export type InstanceLine = {
  id: string;
  room: Room | null;
  url: string;
  /** `gone`: an operator disabled it and it reports no more. */
  state: InstanceState | 'gone';
  /** The operators' wish; `false` drains it. */
  isEnabled: boolean;
  /** Whether a drain button means something. */
  canDrain: boolean;
  /** Requests in hand by capacity; above 1 when more than it can take. */
  loadRatio: number | null;
  inFlight: number | null;
  capacity: number | null;
  streams: number | null;
  requestsPerSec: number | null;
  latencyP50Ms: number | null;
  latencyP95Ms: number | null;
  /** 0..1 */
  errorRatio: number | null;
  /** 0..1 */
  eventLoopUtilization: number | null;
  cpuRatio: number | null;
  rssBytes: number | null;
  startedAtMs: number | null;
  /** Since its report was last seen to change. Suspect from 3 s. */
  ageMs: number | null;
  isSuspect: boolean;
  version: string;
  /** `leader` or `standby` of a queue-processor; empty elsewhere. */
  role: string;
};

/** `POST /system/api/instances/<id>`; 409 LAST_ADMIN for the last console that is left. */
export type InstanceBody = { wish: 'drain' | 'enable' };
