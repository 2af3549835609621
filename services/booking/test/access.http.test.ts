import { identityHeader } from '@fairline/shared/contracts/internal-headers.ts';
import { createIdentities } from '@fairline/shared/identity.ts';
import t from 'tap';
import { identityOf, listenBooking, minute, nobody } from './booking-setup.ts';

const protectedRequests = [
  ['GET', '/ticketing'],
  ['HEAD', '/ticketing'],
  ['GET', '/order'],
  ['GET', '/api/booking'],
  ['POST', '/api/booking/choice'],
  ['POST', '/api/booking/confirm'],
  ['POST', '/api/booking/cancel'],
] as const;

t.test('access: no protected route answers without a valid identity', async (t) => {
  const site = await listenBooking(t, {});
  const good = identityOf('visitor')[identityHeader] ?? '';
  const forger = createIdentities({ secrets: ['another-secret-that-is-long-enough-000'] });
  const forged = forger.sign({ visitorId: 'visitor', event: 'default', isBooked: true, tier: 'standard' }, minute);
  const headers: [string, Record<string, string>][] = [
    ['missing', {}],
    ['empty', { [identityHeader]: '' }],
    ['forged', { [identityHeader]: forged }],
    [
      'raised to booked',
      { [identityHeader]: (identityOf('visitor', false)[identityHeader] ?? '').replace('.0.', '.1.') },
    ],
    ['of another visitor', { [identityHeader]: good.replace('.visitor.', '.someone.') }],
    ['cut off', { [identityHeader]: good.slice(0, -1) }],
    ['oversized', { [identityHeader]: good + 'x'.repeat(4000) }],
    ['twice', { [identityHeader]: `${good}, ${good}` }],
    ['two minutes old', identityOf('visitor', true, { atMinute: minute - 2 })],
    ['for another sale', identityOf('visitor', true, { event: 'gala' })],
  ];
  for (const [method, path] of protectedRequests) {
    for (const [name, header] of headers) {
      const response = await fetch(site.url + path, { method, headers: header });
      t.equal(response.status, 403, `${method} ${path}, identity ${name}`);
      if (method !== 'HEAD') t.match(await response.json(), { code: 'IDENTITY_REQUIRED' });
      t.equal(response.headers.get('cache-control'), 'no-store');
    }
  }
});

t.test('access: the ticketing page refuses a visitor without a place', async (t) => {
  const site = await listenBooking(t, {});
  const response = await site.get('/ticketing', identityOf('visitor', false));
  t.equal(response.status, 403);
  t.match(await response.json(), { code: 'NOT_BOOKED', statusCode: 403 });
});

t.test('access: no spelling of a protected path opens it', async (t) => {
  const site = await listenBooking(t, {});
  const spellings = [
    ...['/%74icketing', '/ticketin%67', '//ticketing', '/ticketing/', '/TICKETING', '/Ticketing', '/ticketing%2f'],
    ...[
      '/ticketing/..%2fticketing',
      '/ticketing;x=1',
      '/ticketing%00',
      '/ticketing//',
      '/ticketing?x=1',
      '/ticketing%20',
    ],
    ...[
      '/API/booking',
      '/api//booking',
      '/api/%62ooking',
      '/api%2fbooking',
      '/api/booking/',
      '/assets/booking/..%2f..%2fapp.ts',
    ],
    ...['/assets/booking/%2e%2e/app.ts', '/assets/booking/..%5capp.ts', '/assets/booking/', '/order/', '/%6frder'],
  ];
  for (const spelling of spellings) {
    const response = await site.get(spelling);
    t.ok([400, 403, 404].includes(response.status), `${spelling}: ${response.status}`);
    t.match(await response.json(), { code: /^(IDENTITY_REQUIRED|NOT_FOUND|BAD_PATH|BAD_REQUEST)$/ }, spelling);
  }
});

t.test('access: forms and calls from other sites change nothing', async (t) => {
  const confirm = t.captureFn(async () => ({ kind: 'notBooked' as const }));
  const site = await listenBooking(t, { line: { ...nobody, confirm } });
  const foreign: Record<string, string>[] = [
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { origin: 'https://evil.example' },
    { origin: 'null' },
  ];
  for (const headers of foreign) {
    const response = await site.post('/api/booking/confirm', { ...identityOf('visitor'), ...headers });
    t.equal(response.status, 403, JSON.stringify(headers));
    t.match(await response.json(), { code: 'CROSS_SITE' });
  }
  t.equal(confirm.calls.length, 0);
  const own = {
    'sec-fetch-site': 'same-origin',
    origin: 'https://tickets.example',
    'x-forwarded-host': 'tickets.example',
  };
  t.match(await (await site.post('/api/booking/confirm', { ...identityOf('visitor'), ...own })).json(), {
    code: 'NOT_BOOKED',
  });
});

t.test('bodies: wrong type, over the limit and malformed are coded refusals that reach no script', async (t) => {
  const confirm = t.captureFn(async () => ({ kind: 'notBooked' as const }));
  const site = await listenBooking(t, { line: { ...nobody, confirm } });
  const send = (contentType: string, body: string) =>
    fetch(`${site.url}/api/booking/confirm`, {
      method: 'POST',
      headers: { ...identityOf('visitor'), 'content-type': contentType },
      body,
    });
  const cases: [string, string, number, string, RegExp][] = [
    ['text/plain', '{"section":"loge","tickets":2}', 415, 'UNSUPPORTED_MEDIA_TYPE', /content type/],
    ['multipart/form-data; boundary=x', '--x--', 415, 'UNSUPPORTED_MEDIA_TYPE', /content type/],
    ['application/xml', '<a/>', 415, 'UNSUPPORTED_MEDIA_TYPE', /content type/],
    ['application/json', '{"section":', 400, 'BAD_REQUEST', /JSON/],
    ['application/json', '', 400, 'BAD_REQUEST', /empty/],
    ['application/json', '"loge"', 400, 'BAD_REQUEST', /body must be an object, not "loge"/],
    ['application/json', '{"__proto__":{"section":"loge"}}', 400, 'BAD_REQUEST', /malformed/],
    ['application/json', `"${'x'.repeat(5000)}"`, 413, 'BODY_TOO_LARGE', /too large/],
    ['application/json', '{"section":"loge","tickets":5}', 400, 'BAD_REQUEST', /tickets must be 1–4, not 5/],
    ['application/json', '{"section":"loge","tickets":"2"}', 400, 'BAD_REQUEST', /tickets must be 1–4, not "2"/],
    ['application/json', '{"section":"moon","tickets":2}', 400, 'BAD_REQUEST', /section must be parterre \| .*"moon"/],
    ['application/x-www-form-urlencoded', 'section=loge&tickets=5', 400, 'BAD_REQUEST', /1–4, not "5"/],
    ['application/x-www-form-urlencoded', 'section=loge&section=loge&tickets=2', 400, 'BAD_REQUEST', /section must be/],
  ];
  for (const [type, body, status, code, message] of cases) {
    const response = await send(type, body);
    t.equal(response.status, status, `${type} ${body.slice(0, 50)}`);
    t.match(await response.json(), { code, message, requestId: String });
  }
  t.equal(confirm.calls.length, 0);
});

t.test('routes: unknown paths are 404, known ones with another method 405', async (t) => {
  const site = await listenBooking(t, {});
  t.match(await (await site.get('/nothing')).json(), { code: 'NOT_FOUND', statusCode: 404 });
  const response = await site.get('/api/booking/confirm');
  t.equal(response.status, 405);
  t.equal(response.headers.get('allow'), 'POST');
  for (const path of ['/livez', '/readyz', '/metrics']) t.equal((await site.get(path)).status, 404, path);
});
