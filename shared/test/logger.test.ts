import t from 'tap';
import { createLogger, cutQuery } from '../logger.ts';

function buildLogger() {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const logger = createLogger({ room: 'booking', instanceId: 'booking-1', level: 'info', destination });
  return { logger, text: () => lines.join(''), last: () => JSON.parse(lines.at(-1) ?? '{}') };
}

t.test('logger: a line names room, instance, level and time', async (t) => {
  const { logger, last } = buildLogger();
  logger.info({ count: 3 }, 'hello');
  t.match(last(), { room: 'booking', instanceId: 'booking-1', level: 'info', count: 3, msg: 'hello' });
  t.match(last().time, /^\d{4}-\d\d-\d\dT.*Z$/);
});

t.test('logger: credentials are redacted wherever they stand', async (t) => {
  const { logger, text, last } = buildLogger();
  const headers = {
    cookie: 'visitor_id=hunter2',
    'Set-Cookie': ['hunter2'],
    authorization: 'Bearer hunter2',
    'x-fairline-visitor': 'v1.hunter2',
    'X-Fairline-Booked': 'hunter2',
    accept: 'text/html',
  };
  logger.info({ headers });
  logger.warn({ request: { options: { headers } }, list: [{ headers }], password: 'hunter2' });
  t.notMatch(text(), 'hunter2');
  t.equal(last().request.options.headers.accept, 'text/html', 'the rest stays');
});

t.test('logger: addresses in sentences of libraries lose their query', async (t) => {
  const { logger, text, last } = buildLogger();
  logger.warn(
    'Reply was already sent, did you forget to "return reply" in the "/queue/status?invite=hunter2" (GET) route?',
  );
  t.equal(last().msg, 'Reply was already sent, did you forget to "return reply" in the "/queue/status" (GET) route?');
  logger.info({ id: 1 }, 'asked http://127.0.0.1:1/a?b=hunter2 for %s', '/c?hunter2');
  t.equal(last().msg, 'asked http://127.0.0.1:1/a for /c');
  logger.info('is it so? a/b? yes');
  t.equal(last().msg, 'is it so? a/b? yes');
  t.notMatch(text(), 'hunter2');
});

t.test('logger: addresses lose their query', async (t) => {
  const { logger, text, last } = buildLogger();
  logger.info({ url: '/ticketing?invite=hunter2', referer: 'https://x.test/a?b=hunter2#c', path: '/a' });
  t.notMatch(text(), 'hunter2');
  t.match(last(), { url: '/ticketing', referer: 'https://x.test/a', path: '/a' });
  logger.info({
    req: { method: 'GET', url: '/x?token=hunter2', headers: { cookie: 'hunter2' } },
    res: { statusCode: 200 },
  });
  t.notMatch(text(), 'hunter2');
  t.same(last().req, { method: 'GET', path: '/x' });
});

t.test('logger: an error shows code, message, stack and causes, not what a client hung onto it', async (t) => {
  const { logger, text, last } = buildLogger();
  const inner = Object.assign(new Error('refused'), { code: 'ECONNREFUSED', command: { args: ['hunter2'] } });
  logger.error({ err: new Error('could not write', { cause: inner }) }, 'failed');
  t.match(last().err, {
    type: 'Error',
    message: 'could not write',
    cause: { message: 'refused', code: 'ECONNREFUSED' },
  });
  t.match(last().err.stack, 'logger.test.ts');
  t.notMatch(text(), 'hunter2');
});

t.test('logger: a circle in the fields does not hang', async (t) => {
  const { logger, last } = buildLogger();
  const circle: Record<string, unknown> = { name: 'x' };
  circle.self = circle;
  logger.info({ circle }, 'still here');
  t.equal(last().msg, 'still here');
});

t.test('logger: cutQuery', async (t) => {
  t.equal(cutQuery('/a?b#c'), '/a');
  t.equal(cutQuery('/a#c?b'), '/a');
  t.equal(cutQuery('/a'), '/a');
  t.equal(cutQuery('?'), '');
});
