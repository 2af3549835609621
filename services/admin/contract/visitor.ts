import type { VisitorTier } from '@fairline/shared/contracts/routing-rules.ts';
import type { BlockLine } from './blocks.ts';

/** `GET /system/api/visitors/<id>`; 404 NOT_FOUND for what is no visitor id. */
export type VisitorAnswer = {
  id: string;
  standing: VisitorStanding;
  tier: VisitorTier;
  block: BlockLine | null;
  /** null when nobody of that id was here in the last `visitorTTLMinutes`. */
  record: {
    firstSeenMs: number;
    lastSeenMs: number;
    requests: number;
    lastPath: string;
    addressTag: string;
    userAgentTag: string;
  } | null;
  /** Of this sale; null when nothing is noted. */
  journey: Journey | null;
  /** From the changes of the last 5 minutes, newest first, at most 50. */
  changes: readonly { atMs: number; type: string; from: string | null; number: number }[];
  /** What may be done now; operators only. */
  actions: readonly VisitorAction[];
};

export type VisitorStanding =
  | { kind: 'none' }
  /** `position`: at most so many are served up to and including this one; those who left the line count. */
  | { kind: 'waiting'; number: number; position: number }
  | { kind: 'aside'; number: number; rank: number }
  | { kind: 'booked'; number: number; leaseEndsAtMs: number | null; isClaimed: boolean }
  | { kind: 'confirmed'; order: Readonly<Record<string, unknown>> }
  | { kind: 'ended'; outcome: 'left' | 'expired' | 'revoked'; number: number; atMs: number };

/** Steps of one turn. */
export type Journey = {
  number: number | null;
  joinedAtMs: number | null;
  admittedAtMs: number | null;
  claimedAtMs: number | null;
  endedAtMs: number | null;
  /** Admissions of this turn, more than one when a place was missed. */
  admissions: number;
  outcome: 'confirmed' | 'cancelled' | 'left' | 'expired' | 'revoked' | null;
};

export type VisitorAction = 'admit' | 'release' | 'revoke' | 'block' | 'unblock' | 'setTier';

/** `POST /system/api/visitors/<id>/actions` */
export type VisitorActionBody =
  /** Lets in ahead of the others; 409 ADMIT_REFUSED when there is no free place, or admissions are closed. */
  | { action: 'admit'; reason?: string }
  /** Ends the place as the visitor could: it is free again at once. */
  | { action: 'release'; reason?: string }
  /** Takes the place, or the place in the line, away. */
  | { action: 'revoke'; reason?: string }
  /** `minutes` 1–525600. */
  | { action: 'block'; minutes: number; reason: string }
  | { action: 'unblock'; reason?: string }
  | { action: 'setTier'; tier: VisitorTier; reason?: string };

/** `changed` false: it was so already, nothing was written. */
export type VisitorActionAnswer = { changed: boolean; visitor: VisitorAnswer };
