import type { AdmissionsMode } from '@fairline/shared/contracts/settings.ts';
import type { Funnel } from './funnel.ts';
import type { InstanceLine } from './instances.ts';
import type { ScalingView } from './scaling.ts';
import type { SettingsState } from './settings.ts';

/** Events of `GET /system/api/live`. */
export type LiveMessage =
  | { event: 'snapshot'; data: LiveSnapshot }
  /** The last one: the page does not reconnect, except after `stopping` and `full`. */
  | { event: 'end'; data: { reason: 'session' | 'operator' | 'stopping' | 'full' } };

/** The state of everything, once a second and at once after a change. */
export type LiveSnapshot = {
  /** Raised by one with every snapshot of this process. */
  version: number;
  /** Redis time of the reading, and the same as ISO 8601. */
  atMs: number;
  at: string;
  /** Redis answers: false means that the rest is the last known. */
  isLive: boolean;
  counts: {
    /** With a sign of life in the last `visitorTTLMinutes`. */
    activeVisitors: number;
    /** Line and aside. */
    waiting: number;
    aside: number;
    booked: number;
    confirmed: number;
    /** Over the last minute; null before 5 s of history. */
    admissionsPerMinute: number | null;
    blocked: number;
    suspects: number;
  };
  wait: WaitNow;
  gate: { isOpen: boolean; reason: string; isStale: boolean };
  admissions: AdmissionsMode;
  message: string;
  isSoldOut: boolean;
  epoch: number;
  instances: readonly InstanceLine[];
  /** Reports that were dropped, with the reason. */
  rejected: readonly { id: string; problem: string }[];
  settings: SettingsState;
  scaling: ScalingView;
  funnel: Funnel;
  /** Visitors marked as suspect, a few of them; `counts.suspects` says how many there are. */
  suspects: readonly string[];
  /** Id of the newest audit entry: read `/system/api/audit` when it changes. */
  lastAuditId: string | null;
};

export type WaitNow = {
  /** Median of those admitted from the line in the last minute: drawing the number to admission; null with none. */
  measuredSec: number | null;
  /** How long whoever joins now is expected to wait at the pace of the last minute; null when it cannot be known. */
  expectedSec: number | null;
};

/** `POST /system/api/admissions` */
export type AdmissionsBody = { admissions: AdmissionsMode };

/** `POST /system/api/message`; empty takes it back. */
export type MessageBody = { message: string };
