import { isProtected, type RouteKind } from '../routing/route-table.ts';

/**
 * Whether a request counts as activity of a booked visitor, which claims the place and keeps it: anything on a
 * protected path but HEAD and what a browser fetches in advance, since nobody looked at that.
 */
export function isActivity(route: RouteKind, method: string, purpose: string | undefined): boolean {
  return isProtected(route) && method !== 'HEAD' && !(purpose?.includes('prefetch') ?? false);
}
