import t from 'tap';
import { isProtected, matchRoute, type RouteKind } from '../routing/route-table.ts';

const table: [string, string, RouteKind][] = [
  ['GET', '/', 'open'],
  ['GET', '/ticketing', 'protectedPage'],
  ['POST', '/ticketing', 'protectedPage'],
  ['GET', '/ticketing/', 'protectedPage'],
  ['GET', '/ticketing/seats/7', 'protectedPage'],
  ['GET', '/ticketing-info', 'open'],
  ['GET', '/ticketing;x=1', 'open'],
  ['GET', '/TICKETING', 'open'],
  ['GET', '/%2574icketing', 'open'],
  ['GET', '/api/booking', 'judgedApi'],
  ['HEAD', '/api/booking', 'judgedApi'],
  ['DELETE', '/api/booking', 'protectedApi'],
  ['POST', '/api/booking/confirm', 'judgedApi'],
  ['POST', '/api/booking/cancel', 'judgedApi'],
  ['GET', '/api/booking/confirm', 'protectedApi'],
  ['POST', '/api/booking/confirm/', 'protectedApi'],
  ['POST', '/api/booking/seats', 'protectedApi'],
  ['GET', '/api/bookings', 'open'],
  ['POST', '/apply', 'apply'],
  ['GET', '/apply', 'waitingRoom'],
  ['GET', '/apply/x', 'open'],
  ['GET', '/queue/status', 'waitingRoom'],
  ['POST', '/queue/leave', 'waitingRoom'],
  ['GET', '/queue/assets/waiting.css', 'waitingRoom'],
  ['GET', '/queued', 'open'],
  ['GET', '/system', 'admin'],
  ['POST', '/system/settings', 'admin'],
  ['GET', '/systems', 'open'],
  ['GET', '/livez', 'reserved'],
  ['GET', '/readyz', 'reserved'],
  ['GET', '/metrics', 'reserved'],
  ['GET', '/metrics/x', 'reserved'],
  ['GET', '/metricsx', 'open'],
  ['GET', '/internal', 'reserved'],
  ['GET', '/internal/x', 'reserved'],
  ['GET', '/internals', 'reserved'],
];

t.test('route table: method and path', async (t) => {
  for (const [method, path, route] of table) t.equal(matchRoute(method, path), route, `${method} ${path}`);
});

t.test('route table: a console that is not public does not exist', async (t) => {
  for (const path of ['/system', '/system/login', '/system/api/overview'])
    t.equal(matchRoute('GET', path, false), 'reserved', path);
  t.equal(matchRoute('GET', '/systematic', false), 'open');
});

t.test('route table: what is never stored', async (t) => {
  t.ok(isProtected('protectedPage') && isProtected('protectedApi') && isProtected('judgedApi'));
  t.notOk(isProtected('open') || isProtected('admin') || isProtected('waitingRoom'));
});
