import t from 'tap';
import { ask, cookieOf, createVisitor, identityIn, startGateway, startUpstream, upstreamAt } from './start-gateway.ts';

async function build(t: Parameters<typeof startUpstream>[0]) {
  const [booking, waiting, admin] = await Promise.all([
    startUpstream(t, 'booking'),
    startUpstream(t, 'waiting-room'),
    startUpstream(t, 'admin'),
  ]);
  const gateway = await startGateway(t, {
    booking: [upstreamAt('booking', booking)],
    'waiting-room': [upstreamAt('waiting-room', waiting)],
    admin: [upstreamAt('admin', admin)],
  });
  return { booking, waiting, admin, gateway, ...gateway };
}

t.test('admission: everybody gets to the landing page and gets a cookie with it', async (t) => {
  const { port, booking, activity } = await build(t);
  const first = await ask(port, '/');
  t.match(first, { status: 200, body: 'booking', headers: { 'cache-control': 'private, no-store' } });
  t.match(first.headers['set-cookie']?.[0], /^visitor_id=\S{80}; Max-Age=2592000; Path=\/; HttpOnly; SameSite=Lax$/);
  t.same(activity.visits, [], 'nothing is kept of those who bring nothing back');
  const second = await ask(port, '/', { headers: { cookie: cookieOf(first) } });
  t.equal(cookieOf(second), cookieOf(first));
  const third = await ask(port, '/', { headers: { cookie: cookieOf(first) } });
  t.equal(third.headers['set-cookie'], undefined);
  t.equal(activity.visits.length, 2);
  const [stranger, known] = booking.seen;
  if (!stranger || !known) return t.fail('not asked');
  t.equal(identityIn(stranger), undefined);
  t.match(identityIn(known), { isBooked: false, event: 'default' });
  t.equal(known.headers.cookie, undefined);
});

t.test('admission: a first visit of the ticketing page is sent round once with a cookie', async (t) => {
  const { port, waiting } = await build(t);
  const first = await ask(port, '/ticketing?show=7');
  t.match(first, { status: 303, headers: { location: '/ticketing?show=7&fairline-cookie=1' } });
  const headers = { cookie: cookieOf(first), accept: 'text/html' };
  const second = await ask(port, '/ticketing?show=7&fairline-cookie=1', { headers });
  t.match(second, { status: 303, headers: { location: '/ticketing?show=7' } });
  const third = await ask(port, '/ticketing?show=7', { headers });
  t.match(third, { status: 200, body: 'waiting-room', headers: { 'cache-control': 'private, no-store' } });
  t.same(
    waiting.seen.map(({ url }) => url),
    ['/ticketing?show=7'],
  );
});

t.test('admission: a browser that keeps no cookie is told so', async (t) => {
  const { port, waiting } = await build(t);
  const page = await ask(port, '/ticketing?a=1&fairline-cookie=1', {
    headers: { accept: 'text/html', 'accept-language': 'ko' },
  });
  t.match(page, { status: 428, headers: { 'content-type': 'text/html; charset=utf-8', refresh: undefined } });
  t.match(page.body, '쿠키');
  t.match(page.body, 'href="/ticketing?a=1"');
  const json = await ask(port, '/ticketing?fairline-cookie=1', { headers: { accept: 'application/json' } });
  t.match(json, { status: 428, body: /"code":"COOKIE_REQUIRED"/ });
  t.equal(waiting.seen.length, 0);
});

t.test('admission: joining by POST needs a cookie that came back', async (t) => {
  const { port, waiting } = await build(t);
  const first = await ask(port, '/apply', { method: 'POST', body: '{}' });
  t.match(first, { status: 428, body: /"code":"COOKIE_REQUIRED"/ });
  t.ok(cookieOf(first));
  t.equal(waiting.seen.length, 0);
  const again = await ask(port, '/apply', { method: 'POST', body: '{}', headers: { cookie: cookieOf(first) } });
  t.match(again, { status: 200, body: 'waiting-room' });
  t.equal(waiting.seen[0]?.body, '{}');
  const form = await ask(port, '/apply', { method: 'POST', headers: { accept: 'text/html' } });
  t.match(form, { status: 428, headers: { 'content-type': /html/ } });
});

t.test('admission: tampered, oversized, doubled and malformed cookies are replaced, never an error', async (t) => {
  const { port } = await build(t);
  const [a, b] = [createVisitor(), createVisitor()];
  for (const cookie of [
    `${a.cookie}x`,
    `visitor_id=${'x'.repeat(8000)}`,
    `${a.cookie}; ${b.cookie}`,
    'visitor_id=;;;=;',
    'visitor_id=%00',
  ]) {
    const answer = await ask(port, '/', { headers: { cookie } });
    t.equal(answer.status, 200);
    t.match(cookieOf(answer), /^visitor_id=\S{80}$/);
    t.notOk([a.cookie, b.cookie].includes(cookieOf(answer)));
  }
  const beside = await ask(port, '/', { headers: { cookie: `visitor_id=rubbish; ${a.cookie}` } });
  t.equal(cookieOf(beside), a.cookie);
});

t.test('admission: static assets get no cookie and stay cacheable', async (t) => {
  const asset = await startUpstream(t, 'asset', (_request, response) =>
    response.setHeader('cache-control', 'public, max-age=60').end('x'),
  );
  const { port } = await startGateway(t, { booking: [upstreamAt('booking', asset)] });
  const answer = await ask(port, '/style.css');
  t.match(answer.headers, { 'cache-control': 'public, max-age=60', 'set-cookie': undefined });
});

t.test('admission: no spelling reaches a protected page without a place', async (t) => {
  const { port, booking } = await build(t);
  const { cookie } = createVisitor();
  const spellings: Record<string, number> = {
    '/%74icketing': 200,
    '/ticketin%67?x': 200,
    '//ticketing': 400,
    '/x/../ticketing': 400,
    '/./ticketing': 400,
    '/ticketing%2f': 400,
    '/%2e/ticketing': 400,
    '/x%5c..%5cticketing': 400,
    '/ticketing%00': 400,
    '/ticketing%0d%0ax': 400,
    '/%c0%afticketing': 400,
    '/ticketing#x': 400,
    '/TICKETING': 200,
    '/%2574icketing': 200,
    [`/${'a'.repeat(9000)}`]: 414,
  };
  for (const [path, status] of Object.entries(spellings)) {
    const answer = await ask(port, path, { headers: { cookie } });
    t.equal(answer.status, status, path.slice(0, 40));
    if (status === 400) t.match(answer.body, /"code":"BAD_PATH"/);
  }
  const absolute = await ask(port, `http://127.0.0.1:${port}/%74icketing`, { headers: { cookie } });
  t.equal(absolute.body, 'waiting-room');
  t.same(
    booking.seen.map(({ url }) => url),
    ['/TICKETING', '/%2574icketing'],
    'open paths as far as anybody can tell',
  );
  for (const seen of booking.seen) t.equal(identityIn(seen)?.isBooked, false);
});

t.test('admission: with a place the protected paths are booking, the claim is noted', async (t) => {
  const { port, booking, bookedCopy, activity } = await build(t);
  const { visitorId, cookie } = createVisitor();
  bookedCopy.apply(1, [visitorId], true);
  const headers = { cookie };
  t.equal((await ask(port, '/ticketing', { headers })).body, 'booking');
  t.equal((await ask(port, '/ticketing', { headers, method: 'POST', body: 'seat=7' })).body, 'booking');
  t.equal((await ask(port, '/api/booking/seats', { headers, method: 'POST' })).body, 'booking');
  t.same(activity.used, [visitorId, visitorId, visitorId]);
  t.ok(booking.seen.every((seen) => identityIn(seen)?.isBooked));
  await ask(port, '/ticketing', { headers, method: 'HEAD' });
  await ask(port, '/ticketing', { headers: { cookie, 'sec-purpose': 'prefetch' } });
  await ask(port, '/', { headers });
  await ask(port, '/queue/status', { headers });
  t.equal(activity.used.length, 3, 'nobody looked at these');
  t.equal(booking.seen.at(-1)?.url, '/');
  t.equal(identityIn(booking.seen.at(-1) ?? (t.fail() as never))?.isBooked, false, 'no booked rights on open paths');
});

t.test('admission: without a place other methods and calls are refused without reading the body', async (t) => {
  const { port, booking, waiting } = await build(t);
  const { cookie } = createVisitor();
  const html = await ask(port, '/ticketing', { method: 'POST', headers: { cookie, accept: 'text/html' }, body: 'a=b' });
  t.match(html, { status: 303, headers: { location: '/ticketing' } });
  const refused = ['/ticketing', '/api/booking/seats', '/api/booking/confirm/'];
  for (const path of refused) {
    const answer = await ask(port, path, { method: 'POST', headers: { cookie }, body: 'x' });
    t.match(answer, { status: 403, body: /"code":"NOT_BOOKED"/ }, path);
  }
  const big = await ask(port, '/ticketing', { method: 'POST', headers: { cookie, 'content-length': '99999999' } });
  t.match(big, { status: 403, headers: { connection: 'close' } });
  t.equal(booking.seen.length + waiting.seen.length, 0);
});

t.test('admission: see, finish and give back are judged by booking for everybody with a cookie', async (t) => {
  const { port, booking } = await build(t);
  const { cookie } = createVisitor();
  t.match(await ask(port, '/api/booking'), { status: 403, body: /NOT_BOOKED/ });
  await ask(port, '/api/booking', { headers: { cookie } });
  await ask(port, '/api/booking/confirm', { headers: { cookie }, method: 'POST', body: '{}' });
  await ask(port, '/api/booking/cancel', { headers: { cookie }, method: 'POST' });
  t.equal(booking.seen.length, 3);
  t.ok(booking.seen.every((seen) => identityIn(seen)?.isBooked === false));
});

t.test('admission: other sites cannot post', async (t) => {
  const { port, waiting } = await build(t);
  const { cookie } = createVisitor();
  const post = (headers: Record<string, string>) =>
    ask(port, '/queue/leave', { method: 'POST', headers: { cookie, ...headers } });
  t.match(await post({ 'sec-fetch-site': 'cross-site' }), { status: 403, body: /"code":"CROSS_SITE"/ });
  t.match(await post({ origin: 'https://evil.example' }), { status: 403 });
  t.match(await post({ origin: `http://127.0.0.1:${port}` }), { status: 200 });
  t.equal(waiting.seen.length, 1);
});

t.test('admission: own endpoints of processes do not exist, the operators have their room', async (t) => {
  const { port, admin, booking } = await build(t);
  for (const path of ['/livez', '/readyz', '/metrics', '/internal', '/internal/x', '/%6civez']) {
    const answer = await ask(port, path);
    t.match(answer, { status: 404, body: /"code":"NOT_FOUND"/, headers: { 'set-cookie': undefined } }, path);
  }
  const { cookie } = createVisitor();
  await ask(port, '/system/settings', { headers: { cookie: `${cookie}; session=s` } });
  t.equal(admin.seen[0]?.headers.cookie, 'session=s');
  t.equal(admin.seen[0]?.headers['x-fairline-visitor'], undefined);
  t.equal(booking.seen.length, 0);
});

t.test('admission: what clients claim in our headers does not pass, nor does what rooms tell us', async (t) => {
  const room = await startUpstream(t, 'booking', (_request, response) => {
    response.setHeader('x-fairline-secret', '1').setHeader('set-cookie', ['visitor_id=x', 'a=b']).end('x');
  });
  const { port } = await startGateway(t, { booking: [upstreamAt('booking', room)] });
  const answer = await ask(port, '/', {
    headers: {
      'x-fairline-visitor': 'v1.forged',
      'X-Fairline-Booked': '1;inf',
      'x-forwarded-for': '6.6.6.6',
      'x-request-id': 'client-chose-this',
      connection: 'x-forwarded-for, x-fairline-visitor',
    },
  });
  const headers = room.seen[0]?.headers;
  t.equal(headers?.['x-fairline-visitor'], undefined);
  t.equal(headers?.['x-fairline-booked'], undefined);
  t.match(headers, {
    'x-forwarded-for': '127.0.0.1',
    'x-forwarded-proto': 'http',
    'x-fairline-gateway': 'router-test',
  });
  t.equal(headers?.['x-request-id'], 'client-chose-this');
  t.match(answer.headers, { 'x-request-id': 'client-chose-this', 'x-fairline-secret': undefined });
  t.equal(answer.headers['set-cookie']?.[0], 'a=b');
  t.match(cookieOf(answer), /^visitor_id=\S{80}$/);
});

t.test('admission: behind a trusted proxy https makes the cookie secure', async (t) => {
  const room = await startUpstream(t, 'booking');
  const trustedProxies = ['127.0.0.1'];
  const { port } = await startGateway(t, { booking: [upstreamAt('booking', room)] }, { trustedProxies });
  const headers = {
    'x-forwarded-for': '203.0.113.9',
    'x-forwarded-proto': 'https',
    'x-forwarded-host': 'tickets.example',
  };
  const answer = await ask(port, '/', { headers });
  t.match(answer.headers['set-cookie']?.[0], /; Secure$/);
  t.match(room.seen[0]?.headers, { host: 'tickets.example', 'x-forwarded-for': '203.0.113.9, 127.0.0.1' });
});
