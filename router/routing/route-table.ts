/**
 * What a canonical path is. Matching is case-sensitive: `/TICKETING` is an open path, which the origin does not have.
 * - `reserved`: answered 404 here; every process has these on its own internal listener.
 * - `protectedPage`: booking for those booked, the waiting-room for everybody else.
 * - `protectedApi`: booking for those booked, refused for everybody else.
 * - `judgedApi`: booking for everybody with a cookie; its script decides, not the gateway's copy. (A site of others has
 *   none: there it is as `protectedApi`.)
 * - `apply`: joining, which needs a cookie that came back.
 */
export type RouteKind =
  | 'reserved'
  | 'protectedPage'
  | 'protectedApi'
  | 'judgedApi'
  | 'apply'
  | 'waitingRoom'
  | 'admin'
  | 'open';

export const ticketingPath = '/ticketing';

const reservedPaths = ['/livez', '/readyz', '/metrics'];

const judgedMethods: Record<string, readonly string[] | undefined> = {
  '/api/booking': ['GET', 'HEAD'],
  '/api/booking/confirm': ['POST'],
  '/api/booking/cancel': ['POST'],
};

/** `path` must be canonical. `isConsolePublic` false: the operators' page does not exist here. */
export function matchRoute(method: string, path: string, isConsolePublic = true): RouteKind {
  if (path === '/') return 'open';
  if (isAtOrBelow(path, ticketingPath)) return 'protectedPage';
  if (isAtOrBelow(path, '/queue')) return 'waitingRoom';
  if (isAtOrBelow(path, '/api/booking')) return judgedMethods[path]?.includes(method) ? 'judgedApi' : 'protectedApi';
  if (path === '/apply') return method === 'POST' ? 'apply' : 'waitingRoom';
  if (isAtOrBelow(path, '/system')) return isConsolePublic ? 'admin' : 'reserved';
  if (path.startsWith('/internal') || reservedPaths.some((reserved) => isAtOrBelow(path, reserved))) return 'reserved';
  return 'open';
}

/** Pages and calls that only those with a place may use; their answers are never stored by anyone. */
export function isProtected(route: RouteKind): boolean {
  return route === 'protectedPage' || route === 'protectedApi' || route === 'judgedApi';
}

function isAtOrBelow(path: string, root: string): boolean {
  return path.startsWith(root) && (path.length === root.length || path.charCodeAt(root.length) === 47) /* / */;
}
