import t from 'tap';
import { isActivity } from '../admission/activity-rule.ts';
import { type Decision, decide, type RequestFacts } from '../admission/decide.ts';

const stranger: RequestFacts = {
  route: 'open',
  method: 'GET',
  isKnown: false,
  isBooked: false,
  hasMarker: false,
  isCrossSite: false,
  prefersHtml: true,
};
const known = { isKnown: true };
const booked = { isKnown: true, isBooked: true };

const table: [string, Partial<RequestFacts>, Decision][] = [
  ['open', {}, { kind: 'forward', room: 'booking', isBooked: false }],
  ['open paths carry no booked rights', booked, { kind: 'forward', room: 'booking', isBooked: false }],
  ['reserved', { route: 'reserved', ...booked }, { kind: 'refuse', code: 'NOT_FOUND' }],
  [
    'cross-site',
    { route: 'apply', method: 'POST', isCrossSite: true, ...booked },
    { kind: 'refuse', code: 'CROSS_SITE' },
  ],
  ['admin', { route: 'admin' }, { kind: 'forward', room: 'admin', isBooked: false }],
  ['page, first visit', { route: 'protectedPage' }, { kind: 'redirectSelf', marker: true }],
  ['page, first visit, HEAD', { route: 'protectedPage', method: 'HEAD' }, { kind: 'redirectSelf', marker: true }],
  ['page, no cookie kept', { route: 'protectedPage', hasMarker: true }, { kind: 'cookiesNeeded' }],
  [
    'page, cookie came back',
    { route: 'protectedPage', hasMarker: true, ...known },
    { kind: 'redirectSelf', marker: false },
  ],
  [
    'page, booked, with an invitation in the URL',
    { route: 'protectedPage', hasInvite: true, ...booked },
    { kind: 'forward', room: 'waiting-room', isBooked: true },
  ],
  ['page, waiting', { route: 'protectedPage', ...known }, { kind: 'forward', room: 'waiting-room', isBooked: false }],
  ['page, booked', { route: 'protectedPage', ...booked }, { kind: 'forward', room: 'booking', isBooked: true }],
  ['form, not booked', { route: 'protectedPage', method: 'POST', ...known }, { kind: 'redirectToTicketing' }],
  [
    'call of a page, not booked',
    { route: 'protectedPage', method: 'POST', prefersHtml: false, ...known },
    { kind: 'refuse', code: 'NOT_BOOKED' },
  ],
  [
    'form, booked',
    { route: 'protectedPage', method: 'POST', ...booked },
    { kind: 'forward', room: 'booking', isBooked: true },
  ],
  ['API, not booked', { route: 'protectedApi', ...known }, { kind: 'refuse', code: 'NOT_BOOKED' }],
  ['API, booked', { route: 'protectedApi', ...booked }, { kind: 'forward', room: 'booking', isBooked: true }],
  ['judged API, nobody', { route: 'judgedApi' }, { kind: 'refuse', code: 'NOT_BOOKED' }],
  ['judged API, not booked', { route: 'judgedApi', ...known }, { kind: 'forward', room: 'booking', isBooked: false }],
  ['judged API, booked', { route: 'judgedApi', ...booked }, { kind: 'forward', room: 'booking', isBooked: true }],
  ['apply, no cookie', { route: 'apply', method: 'POST' }, { kind: 'refuse', code: 'COOKIE_REQUIRED' }],
  ['apply', { route: 'apply', method: 'POST', ...known }, { kind: 'forward', room: 'waiting-room', isBooked: false }],
  ['status, nobody', { route: 'waitingRoom' }, { kind: 'forward', room: 'waiting-room', isBooked: false }],
  ['status, booked', { route: 'waitingRoom', ...booked }, { kind: 'forward', room: 'waiting-room', isBooked: true }],
];

t.test('decide: what to do with a request', async (t) => {
  for (const [name, facts, decision] of table) t.same(decide({ ...stranger, ...facts }), decision, name);
});

t.test('activity: what keeps a place is a request that somebody looked at', async (t) => {
  t.ok(isActivity('protectedPage', 'GET', undefined));
  t.ok(isActivity('judgedApi', 'POST', undefined));
  t.notOk(isActivity('protectedPage', 'HEAD', undefined));
  t.notOk(isActivity('protectedPage', 'GET', 'prefetch;prerender'));
  t.notOk(isActivity('waitingRoom', 'GET', undefined));
  t.notOk(isActivity('open', 'GET', undefined));
});

t.test('decide: with a site of others as booking, every call needs a place by the copy', async (t) => {
  const call = { ...stranger, route: 'judgedApi', method: 'POST', isKnown: true } as const;
  t.match(decide({ ...call, isBooked: false }), { kind: 'forward', room: 'booking' });
  t.match(decide({ ...call, isBooked: false, hasStaticBooking: true }), { kind: 'refuse', code: 'NOT_BOOKED' });
  t.match(decide({ ...call, isBooked: true, hasStaticBooking: true }), { kind: 'forward', isBooked: true });
});
