import type { Settings } from '@fairline/shared/contracts/settings.ts';
import type { VisitorStatus, VisitorStatusWord } from '@fairline/shared/contracts/visitor-status.ts';
import type { Place } from '../line/places.ts';
import type { WaitEstimate } from './estimate.ts';

/** Sold out is derived: as many orders as there are tickets. */
export function isSoldOut(settings: Pick<Settings, 'ticketStock'>, orders: number): boolean {
  return settings.ticketStock > 0 && orders >= settings.ticketStock;
}

export function isInLine(place: Place): place is Extract<Place, { kind: 'waiting' | 'aside' }> {
  return place.kind === 'waiting' || place.kind === 'aside';
}

/**
 * The word for a place. Those in line, and those who have not joined yet, are told what stands in the way of everyone
 * first; sold out before closed, closed before paused.
 */
export function decideStatusWord(place: Place, settings: Settings, orders: number): VisitorStatusWord {
  if (place.kind === 'ended') return place.outcome;
  if (place.kind !== 'none' && !isInLine(place)) return place.kind;
  if (isSoldOut(settings, orders)) return 'soldOut';
  if (settings.admissions === 'closed') return 'closed';
  if (place.kind === 'none') return 'none';
  return settings.admissions === 'paused' ? 'paused' : 'waiting';
}

export type StatusInput = {
  place: Place;
  settings: Settings;
  /** Confirmed so far. */
  orders: number;
  /** null when it is not known or the visitor is not in line. */
  position: number | null;
  /** People in the own line and aside; null when unknown. */
  waiting: number | null;
  estimate: WaitEstimate | null;
  /** What to say of the two lines; undefined while there is one. */
  lines?: VisitorStatus['lines'] | undefined;
  refreshAfterSeconds: number;
  /** When the numbers were true, ms of Redis time. */
  asOfMs: number;
};

/** The body of `GET /queue/status`. Unknown numbers are null, never a guess. */
export function describeStatus(input: StatusInput): VisitorStatus {
  const { place, settings, position, waiting } = input;
  const status = decideStatusWord(place, settings, input.orders);
  const body: VisitorStatus = {
    status,
    number: 'number' in place && place.number > 0 ? place.number : null,
    position,
    // A join is known to its asker a moment before it reaches our totals.
    waiting: waiting === null ? null : Math.max(waiting, position ?? 0),
    etaSeconds: status === 'waiting' ? input.estimate : null,
    refreshAfterSeconds: input.refreshAfterSeconds,
    leaseEndsAt:
      place.kind === 'booked' && place.leaseEndsAtMs !== null ? new Date(place.leaseEndsAtMs).toISOString() : null,
    message: settings.message === '' ? null : settings.message,
    updatedAt: tellMoment(input.asOfMs),
  };
  if (input.lines) body.lines = input.lines;
  return body;
}

const lastMoment = { ms: Number.NaN, text: '' };

/** The time as ISO text. Nearly all ask for the moment that was asked for last: our copy of the line has one for everybody. */
function tellMoment(ms: number): string {
  if (lastMoment.ms !== ms) {
    lastMoment.text = new Date(ms).toISOString();
    lastMoment.ms = ms;
  }
  return lastMoment.text;
}
