import type { Identity } from '@fairline/shared/identity.ts';

export type AccessDecision = 'pass' | 'identityRequired' | 'notBooked';

/**
 * May this visitor use the route? Judged by the route that matched, not by the URL as written, so that no spelling of a
 * path slips past. What is not known to be open is protected.
 */
export function decideAccess(route: string, identity: Identity | undefined): AccessDecision {
  if (isOpen(route)) return 'pass';
  if (!identity) return 'identityRequired';
  const needsPlace = route === '/ticketing' || route.startsWith('/ticketing/');
  return needsPlace && !identity.isBooked ? 'notBooked' : 'pass';
}

function isOpen(route: string): boolean {
  return route === '/' || route.startsWith('/assets/booking/');
}
