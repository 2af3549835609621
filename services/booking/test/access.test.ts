import t from 'tap';
import { decideAccess } from '../access/decide-access.ts';
import { isSameOrigin } from '../access/same-origin.ts';

const booked = { visitorId: 'v', event: 'default', isBooked: true, tier: 'standard' };
const waiting = { ...booked, isBooked: false };

t.test('access: the landing page and static files are open', async (t) => {
  for (const route of ['/', '/assets/booking/*']) t.equal(decideAccess(route, undefined), 'pass', route);
});

t.test('access: everything else needs to know who asks, also routes that nobody thought of', async (t) => {
  for (const route of ['/ticketing', '/ticketing/x', '/api/booking', '/api/booking/confirm', '/order', '/new', '*']) {
    t.equal(decideAccess(route, undefined), 'identityRequired', route);
  }
});

t.test('access: the ticketing page needs a place; the API leaves that to the script', async (t) => {
  t.equal(decideAccess('/ticketing', waiting), 'notBooked');
  t.equal(decideAccess('/ticketing/seats', waiting), 'notBooked');
  t.equal(decideAccess('/ticketing', booked), 'pass');
  t.equal(decideAccess('/api/booking/confirm', waiting), 'pass');
  t.equal(decideAccess('/order', waiting), 'pass');
});

t.test('origin: reading is open, changing is for our own pages and for no page at all', async (t) => {
  const host = 'tickets.example:8080';
  const post = { method: 'POST', fetchSite: undefined, origin: undefined, host };
  t.ok(isSameOrigin({ ...post, method: 'GET', fetchSite: 'cross-site', origin: 'https://evil.example' }));
  t.ok(isSameOrigin(post), 'an app, curl');
  t.ok(isSameOrigin({ ...post, fetchSite: 'same-origin', origin: 'https://tickets.example:8080' }));
  t.ok(isSameOrigin({ ...post, origin: 'https://tickets.example:8080' }), 'a browser without Sec-Fetch-Site');
  t.notOk(isSameOrigin({ ...post, fetchSite: 'cross-site' }));
  t.notOk(isSameOrigin({ ...post, fetchSite: 'same-site' }), 'a sister domain');
  for (const origin of ['https://evil.example', 'null', '', 'tickets.example:8080', 'https://tickets.example']) {
    t.notOk(isSameOrigin({ ...post, origin }), origin);
  }
  t.notOk(isSameOrigin({ ...post, origin: 'https://tickets.example', host: undefined }));
});
