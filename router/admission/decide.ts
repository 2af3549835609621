import type { RouteKind } from '../routing/route-table.ts';

export type RequestFacts = {
  route: RouteKind;
  method: string;
  /** A valid cookie came back with the request. */
  isKnown: boolean;
  /** By the gateway's copy of the booked set. */
  isBooked: boolean;
  hasMarker: boolean;
  /** The URL holds an invitation, which the waiting-room takes in and out of it, also for those who hold a place. */
  hasInvite?: boolean;
  isCrossSite: boolean;
  prefersHtml: boolean;
  /** Sites of others may get the request, which cannot tell who holds a place: what the copy says then goes for all calls. */
  hasStaticBooking?: boolean;
};

export type Decision =
  | { kind: 'refuse'; code: 'NOT_FOUND' | 'CROSS_SITE' | 'COOKIE_REQUIRED' | 'NOT_BOOKED' }
  /** To the same URL, with the marker or without it. */
  | { kind: 'redirectSelf'; marker: boolean }
  | { kind: 'redirectToTicketing' }
  | { kind: 'cookiesNeeded' }
  | { kind: 'forward'; room: 'booking'; isBooked: boolean }
  | { kind: 'forward'; room: 'waiting-room' | 'admin'; isBooked: boolean };

/** What to do with a request, by what is known before anything is asked of anybody. */
export function decide(facts: RequestFacts): Decision {
  const { route, isKnown, isBooked } = facts;
  if (route === 'reserved') return { kind: 'refuse', code: 'NOT_FOUND' };
  if (facts.isCrossSite) return { kind: 'refuse', code: 'CROSS_SITE' };
  switch (route) {
    case 'open':
      return { kind: 'forward', room: 'booking', isBooked: false };
    case 'admin':
      return { kind: 'forward', room: 'admin', isBooked: false };
    case 'waitingRoom':
      return { kind: 'forward', room: 'waiting-room', isBooked };
    case 'apply':
      if (!isKnown) return { kind: 'refuse', code: 'COOKIE_REQUIRED' };
      return { kind: 'forward', room: 'waiting-room', isBooked };
    case 'judgedApi':
      if (!isKnown || (facts.hasStaticBooking && !isBooked)) return { kind: 'refuse', code: 'NOT_BOOKED' };
      return { kind: 'forward', room: 'booking', isBooked };
    case 'protectedApi':
      if (!isBooked) return { kind: 'refuse', code: 'NOT_BOOKED' };
      return { kind: 'forward', room: 'booking', isBooked };
    case 'protectedPage':
      return decideProtectedPage(facts);
  }
}

function decideProtectedPage(facts: RequestFacts): Decision {
  const { method, isKnown, isBooked, hasMarker, hasInvite = false, prefersHtml } = facts;
  if (method !== 'GET' && method !== 'HEAD') {
    if (isBooked) return { kind: 'forward', room: 'booking', isBooked };
    return prefersHtml ? { kind: 'redirectToTicketing' } : { kind: 'refuse', code: 'NOT_BOOKED' };
  }
  if (!isKnown) return hasMarker ? { kind: 'cookiesNeeded' } : { kind: 'redirectSelf', marker: true };
  // So that a link which somebody copies from the address bar never carries the marker.
  if (hasMarker) return { kind: 'redirectSelf', marker: false };
  return { kind: 'forward', room: isBooked && !hasInvite ? 'booking' : 'waiting-room', isBooked };
}
