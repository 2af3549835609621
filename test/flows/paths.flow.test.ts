import { connect } from 'node:net';
import { startSystem } from '@fairline/shared/testing/system.ts';
import t from 'tap';
import { createVisitor } from './visitor.ts';

/** Spellings of protected and internal addresses; none may show a protected page to somebody who is not booked. */
const spellings = [
  '/%74icketing',
  '/ticketin%67',
  '/%2574icketing',
  '//ticketing',
  '///ticketing',
  '/x/../ticketing',
  '/./ticketing',
  '/ticketing/.',
  '/ticketing/..',
  '/ticketing/../ticketing',
  '/ticketing%2f',
  '/%2fticketing',
  '/ticketing%5c',
  '/ticketing\\',
  '/%2e/ticketing',
  '/x/%2e%2e/ticketing',
  '/ticketing%00',
  '/ticketing%0a',
  '/TICKETING',
  '/Ticketing',
  '/ticketing;x=1',
  '/ticketing?x=/../',
  '/ticketing#x',
  '/ticketing//',
  '/ticketing/x',
  '/ticketing/%74',
  '/api/booking',
  '/api//booking',
  '/api/%62ooking',
  '/api/booking/anything',
  '/api/booking/%2e%2e/booking',
  '/API/booking',
  '/livez',
  '/readyz',
  '/metrics',
  '/internal',
  '/internal/livez',
  '/%6detrics',
  '/metrics/',
  'http://127.0.0.1/ticketing',
  'http://elsewhere.example/ticketing',
  '*',
  'ticketing',
];

const protectedContent = /action="\/api\/booking\/confirm"|"status":"booked"|process_cpu|"ready":|"alive":/;

t.test('no spelling of a path reaches a protected or internal page', async (t) => {
  const system = await startSystem(t, { settings: { maxBooking: '0' } });
  const visitor = createVisitor(system.url);
  await visitor.arrive();
  await visitor.arrive();
  const cookie = `visitor_id=${visitor.cookies.get('visitor_id')}`;
  const port = Number(new URL(system.url()).port);
  for (const path of spellings) {
    for (const headers of ['', `Cookie: ${cookie}\r\n`]) {
      const answer = await askRaw(
        port,
        `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n${headers}Connection: close\r\n\r\n`,
      );
      t.notMatch(answer, protectedContent, `${path} ${headers ? 'with' : 'without'} a cookie`);
      t.match(answer, /^HTTP\/1\.1 (200|202|303|4\d\d|503) /, `${path} is answered in order`);
    }
  }
  for (const path of ['/livez', '/readyz', '/metrics', '/internal', '/internal/x', '/%6detrics']) {
    t.equal((await visitor.ask(path)).status, 404, `${path} does not exist`);
  }
  for (const path of ['/ticketing%2f', '/x/../ticketing', '//ticketing', '/ticketing%00', '/%2e/ticketing']) {
    const answer = await askRaw(port, `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`);
    t.match(answer, /^HTTP\/1\.1 400 [\s\S]*"code":"BAD_PATH"/, `${path} is refused`);
  }
  t.equal((await visitor.ask('/nowhere')).status, 404);
  t.match((await visitor.ask('/ticketing', { method: 'DELETE' })).json(), { code: 'NOT_BOOKED' });
  t.match((await visitor.ask('/apply', { method: 'PUT' })).status, 405);
  t.same(system.problems, []);
});

t.test('bad cookies and bodies: a clear answer, never a crash', async (t) => {
  const system = await startSystem(t);
  const visitor = createVisitor(system.url);
  await visitor.arrive();
  const good = String(visitor.cookies.get('visitor_id'));
  const bad = ['x', `${good}x`, good.replace(/.$/, '~'), '.'.repeat(9000), good.split('.')[0], `"${good}"`, '%00', ''];
  for (const value of bad) {
    const stranger = createVisitor(system.url);
    const answer = await stranger.ask('/queue/status', { headers: { cookie: `visitor_id=${value}` } });
    t.equal(answer.status, 200, `cookie ${String(value).slice(0, 30)}`);
    t.ok(stranger.id() && stranger.id() !== visitor.id(), 'is replaced');
    const join = await createVisitor(system.url).ask('/apply', {
      method: 'POST',
      headers: { cookie: `visitor_id=${value}` },
    });
    t.match(join.json(), { statusCode: 428, code: 'COOKIE_REQUIRED' });
  }
  const other = createVisitor(system.url);
  await other.arrive();
  const two = `visitor_id=${good}; visitor_id=${other.cookies.get('visitor_id')}`;
  const confused = createVisitor(system.url);
  await confused.ask('/queue/status', { headers: { cookie: two } });
  t.ok(confused.id() && ![visitor.id(), other.id()].includes(confused.id()), 'two different good ones: a new one');
  await createVisitor(system.url).ask('/queue/status', { headers: { cookie: `visitor_id=bad; visitor_id=${good}` } });

  await visitor.apply();
  const post = (body: string, type: string, path = '/api/booking/confirm') =>
    visitor.ask(path, { method: 'POST', body, headers: { 'content-type': type } });
  t.equal((await post('{"x":', 'application/json')).status, 400);
  t.equal((await post('[1]', 'application/json')).status, 400);
  t.equal((await post('x', 'image/png')).status, 415);
  t.equal((await post('x'.repeat(2_000_000), 'application/json')).status, 413);
  t.equal((await visitor.ask('/apply', { method: 'POST', headers: { 'sec-fetch-site': 'cross-site' } })).status, 403);
  t.equal(
    (await visitor.ask('/apply', { method: 'POST', headers: { origin: 'https://elsewhere.example' } })).status,
    403,
  );
  t.match(await visitor.status(), { status: 'booked' }, 'still booked after all that');
  t.equal((await visitor.leave()).status, 200);
  t.equal((await visitor.leave()).status, 200, 'leaving twice');
  t.same(system.problems, []);
});

/** Sends bytes as they are, which no HTTP client would. */
function askRaw(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    socket.setTimeout(5000, () => socket.destroy());
    socket.on('data', (data) => {
      answer += data;
    });
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });
}
