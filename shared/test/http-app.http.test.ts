import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import t, { type Test } from 'tap';
import Type from 'typebox';
import { createCodedError } from '../errors.ts';
import { createHttpApp, type HttpApp } from '../http-app.ts';
import { createLogger } from '../logger.ts';
import { createMetrics } from '../metrics.ts';

type Line = Record<string, unknown> & { msg?: string };

async function buildApp(t: Test, addRoutes: (app: HttpApp) => void, options: { bodyLimit?: number } = {}) {
  const lines: Line[] = [];
  const destination = { write: (line: string) => void lines.push(JSON.parse(line)) };
  const logger = createLogger({ room: 'booking', instanceId: 'b-1', level: 'info', destination });
  const metrics = createMetrics({ room: 'booking' });
  const app = createHttpApp({ logger, metrics, ...options });
  addRoutes(app);
  t.after(() => app.close());
  const origin = await app.listen({ host: '127.0.0.1', port: 0 });
  const ask = (path: string, init?: RequestInit) => fetch(origin + path, { redirect: 'manual', ...init });
  return { app, ask, lines, metrics, port: (app.server.address() as AddressInfo).port };
}

/** Sends bytes as they are and reads until the server closes. */
async function sendRaw(port: number, bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write(bytes);
  return text(socket);
}

t.test('http app: an unknown address is a coded 404 with the request id', async (t) => {
  const { ask } = await buildApp(t, () => {});
  const answer = await ask('/nowhere?invite=secret', { headers: { 'x-request-id': 'req-1.a' } });
  t.equal(answer.status, 404);
  t.equal(answer.headers.get('x-request-id'), 'req-1.a');
  t.equal(answer.headers.get('cache-control'), 'no-store');
  t.same(await answer.json(), {
    statusCode: 404,
    code: 'NOT_FOUND',
    error: 'Not Found',
    message: 'There is nothing at this address.',
    requestId: 'req-1.a',
  });
});

t.test('http app: a request id of another form is replaced', async (t) => {
  const { ask } = await buildApp(t, (app) => void app.get('/', async () => ({})));
  for (const id of ['', 'a b', '{"a":1}', 'x'.repeat(65), '-x']) {
    const answer = await ask('/', { headers: { 'x-request-id': id } });
    t.match(answer.headers.get('x-request-id'), /^[0-9a-f]{16}-[0-9a-z]+$/, JSON.stringify(id));
  }
});

t.test('http app: a known address with another method is a coded 405 with Allow', async (t) => {
  const { ask } = await buildApp(t, (app) => {
    app.get('/orders/:id', async () => ({}));
    app.post('/orders/:id', async () => ({}));
    app.get('/files/*', async () => ({}));
    app.register(async (scope) => void scope.delete('/x.y', async () => ({})), { prefix: '/sub' });
  });
  const answer = await ask('/orders/7?a=b', { method: 'PUT' });
  t.equal(answer.status, 405);
  t.equal(answer.headers.get('allow'), 'GET, HEAD, POST');
  t.match(await answer.json(), { code: 'METHOD_NOT_ALLOWED', message: 'This address does not take PUT requests.' });
  t.equal((await ask('/orders/7/8', { method: 'PUT' })).status, 404);
  t.equal((await ask('/files/a/b', { method: 'POST' })).status, 405);
  t.equal((await ask('/sub/x.y')).headers.get('allow'), 'DELETE');
  t.equal((await ask('/sub/xay')).status, 404);
});

t.test('http app: a thrown coded error is the answer, with Retry-After where it helps', async (t) => {
  const { ask, lines } = await buildApp(t, (app) => {
    app.get('/ended', async () => {
      throw createCodedError('PLACE_ENDED');
    });
    app.get('/again', async () => {
      throw createCodedError('TRY_AGAIN');
    });
    app.get('/later', async (_request, reply) => {
      reply.header('retry-after', 60);
      throw createCodedError('TRY_AGAIN');
    });
  });
  const ended = await ask('/ended');
  t.equal(ended.status, 409);
  t.match(await ended.json(), { code: 'PLACE_ENDED' });
  t.equal(ended.headers.get('retry-after'), null);
  t.equal((await ask('/again')).headers.get('retry-after'), '1');
  t.equal((await ask('/later')).headers.get('retry-after'), '60');
  t.equal(lines.filter(({ level }) => level === 'error').length, 0);
});

t.test('http app: what nobody foresaw is a 500 without internals, logged once with its stack', async (t) => {
  const { ask, lines } = await buildApp(t, (app) => {
    app.get('/bug', async () => {
      throw new TypeError('cannot read password of undefined');
    });
  });
  const answer = await ask('/bug');
  t.equal(answer.status, 500);
  const body = (await answer.json()) as { code: string; requestId: string };
  t.equal(body.code, 'INTERNAL');
  t.notMatch(JSON.stringify(body), 'password');
  const errors = lines.filter(({ level }) => level === 'error');
  t.equal(errors.length, 1);
  t.match(errors[0], {
    requestId: body.requestId,
    code: 'INTERNAL',
    err: { message: 'cannot read password of undefined' },
  });
});

t.test('http app: Redis away is 503 with Retry-After', async (t) => {
  const { ask, lines } = await buildApp(t, (app) => {
    app.get('/', async () => {
      throw new Error('Command timed out');
    });
  });
  const answer = await ask('/');
  t.equal(answer.status, 503);
  t.equal(answer.headers.get('retry-after'), '2');
  t.match(await answer.json(), { code: 'REDIS_UNAVAILABLE' });
  await Promise.all(Array.from({ length: 20 }, () => ask('/')));
  t.ok(lines.filter(({ msg }) => msg === 'request failed').length <= 3, 'its cause is not logged with every request');
  t.match(
    lines.filter(({ msg }) => msg === 'request'),
    [{ status: 503, code: 'REDIS_UNAVAILABLE' }],
  );
});

t.test('http app: bodies that do not fit are refused by name', async (t) => {
  const schema = { body: Type.Object({ amount: Type.Integer({ minimum: 1 }), seat: Type.Optional(Type.String()) }) };
  const { ask } = await buildApp(
    t,
    (app) => void app.post('/orders', { schema }, async (request) => ({ amount: request.body.amount })),
    { bodyLimit: 1000 },
  );
  const post = async (body: string, type = 'application/json') => {
    const answer = await ask('/orders', { method: 'POST', body, headers: { 'content-type': type } });
    return { status: answer.status, ...((await answer.json()) as { code: string; message: string; amount: number }) };
  };
  t.match(await post('{"amount":2}'), { status: 200, amount: 2 });
  t.match(await post('{"amount":"2"}'), { status: 400, code: 'BAD_REQUEST', message: /body\/amount must be integer/ });
  t.match(await post('{"amount":0}'), { status: 400, code: 'BAD_REQUEST', message: /body\/amount must be >= 1/ });
  t.match(await post('{}'), { status: 400, code: 'BAD_REQUEST', message: /body must have required properties amount/ });
  t.match(await post('{"amount":'), { status: 400, code: 'BAD_REQUEST', message: /not valid JSON/ });
  t.match(await post(''), { status: 400, code: 'BAD_REQUEST', message: /empty/ });
  t.match(await post('{"__proto__":{"a":1},"amount":1}'), { status: 400, code: 'BAD_REQUEST' });
  t.match(await post(`{"amount":1,"seat":"${'x'.repeat(1000)}"}`), { status: 413, code: 'BODY_TOO_LARGE' });
  t.match(await post('<amount/>', 'text/xml'), { status: 415, code: 'UNSUPPORTED_MEDIA_TYPE' });
});

t.test('http app: a query takes its types from the text', async (t) => {
  const schema = { querystring: Type.Object({ page: Type.Integer({ minimum: 1, default: 1 }) }) };
  const { ask } = await buildApp(
    t,
    (app) => void app.get('/list', { schema }, async (request) => ({ page: request.query.page })),
  );
  t.same(await (await ask('/list?page=3')).json(), { page: 3 });
  t.match(await (await ask('/list?page=x')).json(), { code: 'BAD_REQUEST', message: /querystring\/page/ });
});

t.test('http app: an address that cannot be decoded is BAD_PATH', async (t) => {
  const { ask, port } = await buildApp(t, (app) => void app.get('/a/:id', async () => ({})));
  t.match(await (await ask('/a/%zz')).json(), { statusCode: 400, code: 'BAD_PATH' });
  const answer = await sendRaw(port, 'GET /a/%c3%28 HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
  t.match(answer, /^HTTP\/1\.1 400 /);
  t.match(answer, 'BAD_PATH');
  t.match(await (await ask(`/a/${'x'.repeat(5000)}`)).json(), { statusCode: 414, code: 'URI_TOO_LONG' });
});

t.test('http app: what is no HTTP request gets a coded answer and a closed connection', async (t) => {
  const { port } = await buildApp(t, (app) => void app.get('/', async () => ({})));
  const garbage = await sendRaw(port, 'HELLO\r\n\r\n');
  t.match(garbage, /^HTTP\/1\.1 400 Bad Request\r\n/);
  t.match(JSON.parse(garbage.split('\r\n\r\n')[1] ?? ''), { code: 'BAD_REQUEST', statusCode: 400 });
  const large = await sendRaw(port, `GET / HTTP/1.1\r\nhost: x\r\nx-large: ${'x'.repeat(20_000)}\r\n\r\n`);
  t.match(large, /^HTTP\/1\.1 431 /);
  t.match(large, 'HEADERS_TOO_LARGE');
  t.match(large, 'connection: close');
  const smuggled = await sendRaw(
    port,
    'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
  );
  t.match(smuggled, /^HTTP\/1\.1 400 /);
});

t.test('http app: people get a page when the app has one', async (t) => {
  const { ask } = await buildApp(t, (app) => {
    app.decorate('errorPage', (body) => `<h1>${body.code}</h1>`);
  });
  const page = await ask('/x', { headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' } });
  t.equal(page.status, 404);
  t.match(page.headers.get('content-type'), 'text/html');
  t.equal(await page.text(), '<h1>NOT_FOUND</h1>');
  t.match(
    (await ask('/x', { headers: { accept: 'application/json' } })).headers.get('content-type'),
    'application/json',
  );
  t.match((await ask('/x')).headers.get('content-type'), 'application/json');
});

t.test('http app: a page that fails leaves the error what it is', async (t) => {
  const { ask } = await buildApp(t, (app) => {
    app.decorate('errorPage', () => {
      throw new Error('template');
    });
  });
  const answer = await ask('/x', { headers: { accept: 'text/html' } });
  t.equal(answer.status, 404);
  t.match(await answer.json(), { code: 'NOT_FOUND' });
});

t.test('http app: one line for each request, with its path only, and one observation', async (t) => {
  const { ask, lines, metrics } = await buildApp(t, (app) => void app.get('/orders/:id', async () => ({})));
  await ask('/orders/7?token=secret', { headers: { cookie: 'visitor_id=secret' } });
  await ask('/nowhere');
  await delay(20);
  const requests = lines.filter(({ msg }) => msg === 'request');
  t.match(requests, [
    { method: 'GET', path: '/orders/7', status: 200 },
    { method: 'GET', path: '/nowhere', status: 404 },
  ]);
  t.notMatch(JSON.stringify(lines), 'secret');
  const text = await metrics.registry.metrics();
  t.match(text, /_count\{[^}]*route="\/orders\/:id"[^}]*\} 1/);
  t.match(text, /_count\{[^}]*route="none"[^}]*status="404"[^}]*\} 1/);
});

t.test('http app: a client that goes away is noted as 499', async (t) => {
  const { port, lines } = await buildApp(t, (app) => {
    app.get('/slow', async () => {
      await delay(200);
      return {};
    });
  });
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write('GET /slow HTTP/1.1\r\nhost: x\r\n\r\n');
  await delay(50);
  socket.destroy();
  while (!lines.some(({ msg }) => msg === 'request')) await delay(10);
  await delay(250);
  t.match(
    lines.filter(({ msg }) => msg === 'request'),
    [{ path: '/slow', status: 499, isAborted: true }],
  );
});

t.test('http app: closing waits for the requests in hand, not for connections kept alive', async (t) => {
  const held = Promise.withResolvers<void>();
  const reached = Promise.withResolvers<void>();
  const { app, port } = await buildApp(t, (app) => {
    app.get('/slow', async () => {
      reached.resolve();
      await held.promise;
      return { done: true };
    });
  });
  const answer = sendRaw(port, 'GET /slow HTTP/1.1\r\nhost: x\r\n\r\n');
  await reached.promise;
  const closed = app.close();
  await delay(20);
  held.resolve();
  t.match(await answer, /^HTTP\/1\.1 200 OK\r\n(.*\r\n)*connection: close\r\n/i);
  await closed;
});

t.test('http app: a stream that ends while the app closes does not hold it up', async (t) => {
  const open = Promise.withResolvers<ServerResponse>();
  const { app, port } = await buildApp(t, (app) => {
    app.get('/events', (_request, reply) => {
      reply.hijack();
      reply.raw.writeHead(200, { 'content-type': 'text/event-stream' });
      reply.raw.write(': hello\n\n');
      open.resolve(reply.raw);
    });
    app.addHook('preClose', async () => void (await open.promise).end());
  });
  const answer = sendRaw(port, 'GET /events HTTP/1.1\r\nhost: x\r\n\r\n');
  await open.promise;
  await app.close();
  t.match(await answer, ': hello');
});
