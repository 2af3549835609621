import type { InstanceState, Room } from '@fairline/shared/contracts/instance-report.ts';
import type { VisitorTier } from '@fairline/shared/contracts/routing-rules.ts';
import type { AdmissionsMode } from '@fairline/shared/contracts/settings.ts';

/**
 * What the console's page and the server say to each other: every JSON answer, request body and event-stream message.
 * Times are ms of Redis time unless a name says otherwise; `null` is unknown, never a guess. README.md lists the routes.
 */

/** `GET /system/api/session` */
export type SessionAnswer = {
  event: string;
  name: string;
  role: 'viewer' | 'operator';
  /** Own clock of the process. `null` for a script's token. */
  endsAtMs: number | null;
  /** Goes back as header `x-csrf-token` with everything that changes something. `null` for a script's token. */
  csrfToken: string | null;
};

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

export type SettingsState = {
  /** Raised by one at every adopted change. */
  version: number;
  fields: Readonly<Record<string, { written: string; inForce: string; isBad: boolean }>>;
};

/** `booking:scaling`, as it stands. */
export type ScalingView = {
  /** Who starts and stops instances by it; null: nobody does, it is advice. */
  actor: { name: string; atMs: number } | null;
  rooms: readonly ScalingLine[];
};

export type ScalingLine = {
  room: string;
  /** Instances that shall run and take requests. */
  desired: number;
  /** Ready and enabled ones, and those that are starting, when it was decided. */
  running: number;
  starting: number;
  /** 0..1, above 1 when more than they can take; null: unknown. */
  utilization: number | null;
  min: number;
  max: number;
  /** What operators set by hand; null: the signal decides. */
  wish: number | null;
  /** A code: `steady` `load` `queue` `latency` `admissions` `idle` `coolDown` `hold` `wish` `atMin` `atMax` `noReports`. */
  cause: string;
  /** The same as an English sentence. */
  reason: string;
  /** Of the last evaluation: older than 10 s means that no leader evaluates. */
  atMs: number;
  changedAtMs: number;
};

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

/**
 * `GET /system/api/history?minutes=60` (1–60). Columns of the same length, oldest first, as charts want them; of
 * this process since it started. A time without readings (Redis away) is one moment with null in every column.
 */
export type HistoryAnswer = {
  stepSec: number;
  /** Seconds of Redis time. */
  atSec: readonly number[];
  activeVisitors: readonly (number | null)[];
  waiting: readonly (number | null)[];
  booked: readonly (number | null)[];
  confirmed: readonly (number | null)[];
  admissionsPerMinute: readonly (number | null)[];
  measuredWaitSec: readonly (number | null)[];
  expectedWaitSec: readonly (number | null)[];
  /** The last 60 readings by instance, oldest first; one a second. */
  instances: Readonly<Record<string, InstanceTrail>>;
};

export type InstanceTrail = {
  loadRatio: readonly number[];
  latencyP95Ms: readonly number[];
  requestsPerSec: readonly number[];
  errorRatio: readonly number[];
};

/** `POST /system/api/settings/preview` with the body of `PUT /system/api/settings`: what saving would do; writes nothing. */
export type SettingsPreviewAnswer = {
  problems: readonly { field: string; value: string; range: string; problem: string }[];
  changes: readonly { field: string; before: string; after: string }[];
  effects: readonly SettingsEffect[];
};

/** What a change means for people, by its code; the page says it in words. */
export type SettingsEffect =
  /** So many more visitors can be let in at once. */
  | { code: 'admitsNow'; visitors: number }
  /** Places held beyond the new limit: nobody is sent away, nobody is admitted until so many have ended. */
  | { code: 'overLimit'; visitors: number }
  | { code: 'nobodyAdmitted'; waiting: number }
  | { code: 'joinsRefused' }
  | { code: 'admissionsResume'; waiting: number }
  | { code: 'soldOut'; waiting: number }
  | { code: 'stockGoesOn'; orders: number }
  /** Expected wait of whoever joins now, at the new pace alone. */
  | { code: 'pace'; waitSec: number; waiting: number }
  | { code: 'lineFull'; waiting: number }
  | { code: 'limitsKept' | 'limitsWatched' | 'limitsOff' }
  | { code: 'messageShown'; waiting: number }
  | { code: 'messageRemoved'; waiting: number };

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

export type BlockLine = {
  kind: 'visitor' | 'net';
  value: string;
  /** null: until it is taken back. */
  untilMs: number | null;
  reason: string;
  /** `auto` or an operator's name; empty for one that was written into Redis by hand. */
  who: string;
  isAutomatic: boolean;
  /** When it was made; null for one written by hand. */
  atMs: number | null;
  /** How often a rule blocked this target of late; 0 for an operator's word. */
  times: number;
};

/** `GET /system/api/blocks?limit=200` (1–1000) */
export type BlocksAnswer = { total: number; blocks: readonly BlockLine[] };

/** `POST /system/api/blocks`; a network is `203.0.113.7/32`, `2001:db8::/64`. */
export type BlockBody = { kind: 'visitor' | 'net'; value: string; minutes: number; reason: string };
/** `DELETE /system/api/blocks` */
export type UnblockBody = { kind: 'visitor' | 'net'; value: string };

/** `POST /system/api/admissions` */
export type AdmissionsBody = { admissions: AdmissionsMode };
/** `POST /system/api/message`; empty takes it back. */
export type MessageBody = { message: string };
/** `POST /system/api/instances/<id>`; 409 LAST_ADMIN for the last console that is left. */
export type InstanceBody = { wish: 'drain' | 'enable' };
/** `POST /system/api/scaling/<room>`: replicas by hand, 400 BAD_REPLICAS out of bounds; null gives it back to the signal. */
export type ScalingBody = { replicas: number | null };
/** What these answer. */
export type ChangedAnswer = { changed: boolean };

/** `GET /system/api/audit?before=<id>&limit=50` (1–200): older than `before`, newest first. */
export type AuditAnswer = {
  entries: readonly AuditLine[];
  /** `before` of the next page; null at the end. */
  next: string | null;
};

export type AuditLine = {
  id: string;
  atMs: number;
  who: string;
  /**
   * `settings` `instance` `admit` `release` `revoke` `block` `unblock` `tier` `scaling` `sale` `archive` `export` `operators`.
   */
  what: string;
  subject: string;
  before: Readonly<Record<string, string>>;
  after: Readonly<Record<string, string>>;
};

/** `GET /system/api/sale`: what a new sale would end. */
export type SaleAnswer = {
  event: string;
  epoch: number;
  /** Only while admissions are `closed`. */
  isPossible: boolean;
  waiting: number;
  aside: number;
  /** Places still held: refused unless `endPlaces` is said. */
  booked: number;
  confirmed: number;
  /** Rows of the journal, about. */
  journeys: number;
  /** Who took the files of this sale last, as far as the newest 200 entries of the log tell. */
  taken: { journeys: TakenFile | null; orders: TakenFile | null };
  /** Sales that were archived, newest first. */
  archives: readonly ArchiveLine[];
};

export type TakenFile = { atMs: number; who: string };

export type ArchiveLine = {
  /** Counts from 1; part of `/system/api/sales/<sale>/orders.csv` and `…/journeys.csv`. */
  sale: number;
  endedAtMs: number;
  who: string;
  epoch: number;
  joined: number;
  admitted: number;
  confirmed: number;
  /** Who waited and who held a place when it was ended. */
  waiting: number;
  booked: number;
  /** Rows of the file of journeys, about; null of a sale that was ended before this was noted. */
  journeys: number | null;
  /** Keys under `booking:archive:<sale>:`; null likewise. */
  keys: number | null;
};

/**
 * `POST /system/api/sale`: 400 SALE_NAME when `event` is not the event's name, 409 SALE_NOT_CLOSED, SALE_PLACES_HELD or
 * SALE_CHANGED (another epoch than was looked at).
 */
export type NewSaleBody = { event: string; epoch: number; endPlaces: boolean };
/** `sale`: the number under which the old one is kept. */
export type NewSaleAnswer = {
  sale: number;
  epoch: number;
  /** Keys that were renamed, at most sixteen; rows of the files that can be taken of the old sale. */
  archivedKeys: number;
  orders: number;
  journeys: number;
};
