import fc from 'fast-check';
import { toRequest } from './request.ts';
import { bytes, lineText, longText, numberText, oddText } from './text.ts';

/** Bodies that each route takes, as a program or a form would send them. */
const visitorRoutes: Readonly<Record<string, readonly object[]>> = {
  'POST /apply': [{}, { event: 'default' }],
  'POST /queue/leave': [{}],
  'POST /api/booking/choice': [{ section: 'parterre', tickets: 2 }],
  'POST /api/booking/confirm': [{}, { section: 'parterre', tickets: 2 }],
  'POST /api/booking/cancel': [{}],
  'POST /system/login': [{ name: 'mina', password: 'wrong' }],
  'POST /nowhere': [{ a: 1 }],
};

const settings = { maxBooking: '7', admissions: 'open', message: 'hello', routingRules: 'tier vip -> priority high' };

const consoleRoutes: Readonly<Record<string, readonly object[]>> = {
  'PUT /system/api/settings': [settings, { maxBooking: 5 }],
  'POST /system/api/settings/preview': [settings],
  'POST /system/api/admissions': [{ admissions: 'paused' }, { admissions: 'open' }],
  'POST /system/api/message': [{ message: 'soon' }],
  'POST /system/api/instances/booking-1': [{ wish: 'drain' }, { wish: 'enable' }],
  'POST /system/api/scaling/booking': [{ replicas: 3 }],
  'POST /system/api/visitors/{cookie:id}/actions': [
    { action: 'admit' },
    { action: 'release', reason: 'x' },
    { action: 'revoke' },
    { action: 'setTier', tier: 'vip' },
    { action: 'block', minutes: 1, reason: 'x' },
    { action: 'unblock' },
  ],
  'POST /system/api/visitors/x/actions': [{ action: 'admit' }],
  'POST /system/api/blocks': [{ kind: 'net', value: '203.0.113.0/24', minutes: 1, reason: 'x' }],
  'DELETE /system/api/blocks': [{ kind: 'net', value: '203.0.113.0/24' }],
  'POST /system/api/sale': [{ event: 'default', epoch: 0, endPlaces: false }],
  'DELETE /system/api/sales/1': [{ sale: '1' }],
  'POST /system/settings': [{ ...settings, csrf: '{csrf}' }],
  'POST /system/settings/preview': [{ ...settings, csrf: '{csrf}' }],
  'POST /system/admissions': [{ admissions: 'open', csrf: '{csrf}' }],
  'POST /system/message': [{ message: 'soon', csrf: '{csrf}' }],
  'POST /system/instances': [{ id: 'booking-1', wish: 'drain', csrf: '{csrf}' }],
  'POST /system/scaling': [{ room: 'booking', replicas: '3', csrf: '{csrf}' }],
  'POST /system/visitor': [
    { id: '{cookie:id}', action: 'admit', csrf: '{csrf}' },
    { id: '{cookie:id}', action: 'block', minutes: '1', csrf: '{csrf}' },
    { id: '{cookie:id}', action: 'setTier', tier: 'vip', csrf: '{csrf}' },
  ],
  'POST /system/blocks': [{ value: '203.0.113.0/24', minutes: '1', reason: 'x', csrf: '{csrf}' }],
  'POST /system/blocks/undo': [{ kind: 'net', value: '203.0.113.0/24', csrf: '{csrf}' }],
  'POST /system/sale': [{ event: 'default', epoch: '0', endPlaces: '1', csrf: '{csrf}' }],
  'POST /system/sale/drop': [{ sale: '1', typed: '1', csrf: '{csrf}' }],
  'POST /system/logout': [{ csrf: '{csrf}' }],
};

/** A value in place of one of the body's own, a field too many, one too few. */
function spoil(example: object): fc.Arbitrary<object> {
  const names = Object.keys(example);
  const name = fc.oneof(fc.constantFrom(...(names.length > 0 ? names : ['x'])), oddText);
  const value = fc.oneof(
    oddText,
    numberText,
    fc.double(),
    fc.jsonValue({ maxDepth: 3 }),
    fc.constantFrom(null, true, [], {}),
  );
  return fc.tuple(fc.array(fc.tuple(name, value), { maxLength: 3 }), fc.subarray(names)).map(([changes, kept]) => ({
    ...Object.fromEntries(Object.entries(example).filter(([key]) => kept.length === 0 || kept.includes(key))),
    ...Object.fromEntries(changes),
  }));
}

const deep = fc
  .tuple(fc.constantFrom('[', '{"a":', '"'), fc.integer({ min: 1, max: 20_000 }))
  .map(([open, depth]) => open.repeat(depth));

const jsonTypes = fc.constantFrom(
  ...[
    'application/json',
    'application/json; charset=utf-8',
    'application/json;charset=utf-16',
    'APPLICATION/JSON',
    'application/merge-patch+json',
  ],
);
const otherTypes = fc.oneof(
  fc.constantFrom(
    '',
    'text/plain',
    'image/png',
    'multipart/form-data',
    'multipart/form-data; boundary=x',
    'application/xml',
    '/',
    ';',
    'a/b; c',
  ),
  lineText(40),
);
const formType = fc.constantFrom('application/x-www-form-urlencoded', 'application/x-www-form-urlencoded; charset=x');

/** Type and body of a request to a route that takes `example`. */
function bodyFor(example: object): fc.Arbitrary<readonly [type: string, body: string]> {
  const spoiled = spoil(example);
  return fc.oneof(
    { weight: 5, arbitrary: fc.tuple(jsonTypes, spoiled.map(toJson)) },
    { weight: 4, arbitrary: fc.tuple(formType, spoiled.map(toForm)) },
    fc.tuple(
      jsonTypes,
      fc.oneof(
        fc.json(),
        deep,
        bytes(60),
        fc.constantFrom('', '{', 'null', '1', '"x"', '{"__proto__":{"a":1}}', '\ufeff{}', '{"a":1,"a":2}'),
      ),
    ),
    fc.tuple(
      formType,
      fc.oneof(
        bytes(60),
        lineText(80),
        longText,
        fc.constantFrom('', '&', '=', '%', '%zz', 'a[b]=c', `${'a=1&'.repeat(3000)}`),
      ),
    ),
    fc.tuple(otherTypes, fc.oneof(spoiled.map(toJson), bytes(200))),
  );
}

const identities = fc.constantFrom(
  ...['visitor_id={cookie}', 'visitor_id={booked}', 'visitor_id={new}', 'visitor_id={new}', ''],
);

export const bodyRequests: fc.Arbitrary<string> = requestsTo(
  visitorRoutes,
  identities.map((cookie) => [['Cookie', cookie] as const]),
);

export const consoleRequests: fc.Arbitrary<string> = requestsTo(
  consoleRoutes,
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.constant([
        ['Cookie', 'fairline_operator={session}'],
        ['X-CSRF-Token', '{csrf}'],
      ] as const),
    },
    { weight: 4, arbitrary: fc.constant([['Authorization', 'Bearer {token}']] as const) },
    fc.constantFrom(
      [['Cookie', 'fairline_operator={session}']] as const,
      [
        ['Cookie', 'fairline_operator={session:flip}'],
        ['X-CSRF-Token', '{csrf}'],
      ] as const,
      [['Authorization', 'Bearer {token:cut}']] as const,
      [
        ['Cookie', 'fairline_operator={session}'],
        ['X-CSRF-Token', '{csrf:flip}'],
        ['Origin', 'https://a.example'],
      ] as const,
    ),
  ),
);

function requestsTo(
  routes: Readonly<Record<string, readonly object[]>>,
  identity: fc.Arbitrary<readonly (readonly [string, string])[]>,
): fc.Arbitrary<string> {
  return fc
    .constantFrom(
      ...Object.entries(routes).flatMap(([route, examples]) => examples.map((example) => [route, example] as const)),
    )
    .chain(([route, example]) =>
      fc
        .tuple(identity, fc.constantFrom('application/json', 'text/html'), bodyFor(example))
        .map(([who, accept, [type, body]]) =>
          toRequest(
            route,
            [['Accept', accept], ...(type === '' ? [] : [['Content-Type', type] as const]), ...who],
            Buffer.from(body).toString('latin1'),
          ),
        ),
    );
}

function toJson(value: object): string {
  return JSON.stringify(value) ?? 'null';
}

function toForm(value: object): string {
  return Object.entries(value)
    .map(([name, part]) => `${encode(name)}=${encode(typeof part === 'object' ? JSON.stringify(part) : String(part))}`)
    .join('&');
}

/** As a form does, but leaves the braces of what is put in later, and what cannot be encoded. */
function encode(text: string): string {
  if (/^\{[a-z:]+\}$/.test(text)) return text;
  return text.isWellFormed() ? encodeURIComponent(text) : text;
}
