import t from 'tap';
import { writeRequestText } from '../proxy/fast/request-text.ts';
import { buildRequestHeaders, type RequestHeaderFacts } from '../proxy/request-headers.ts';
import { buildResponseHeaders, type ResponseHeaderFacts } from '../proxy/response-headers.ts';
import { canRetry, type FailedAttempt } from '../proxy/retry-decision.ts';
import { codeOfUpstreamError } from '../proxy/upstream-error.ts';

function toRecord(flat: readonly string[]): Record<string, string[]> {
  const record: Record<string, string[]> = {};
  for (let index = 0; index < flat.length; index += 2) {
    const name = String(flat[index]).toLowerCase();
    record[name] = [...(record[name] ?? []), String(flat[index + 1])];
  }
  return record;
}

const requestFacts: RequestHeaderFacts = {
  rawHeaders: [],
  room: 'booking',
  origin: { address: '203.0.113.9', proto: 'https', host: 'tickets.example', forwardedFor: '203.0.113.9' },
  requestId: 'r1',
  gatewayId: 'router-1',
  httpVersion: '1.1',
  identity: 'v1.x',
  hasNoCapacity: false,
  hasBody: false,
};
const toUpstream = (facts: Partial<RequestHeaderFacts>) => toRecord(buildRequestHeaders({ ...requestFacts, ...facts }));

t.test('request headers: what is about one connection or claims to be ours does not pass', async (t) => {
  const headers = toUpstream({
    rawHeaders: [
      ...['Host', 'evil', 'Connection', 'keep-alive, X-Hop', 'X-Hop', '1', 'Keep-Alive', '5', 'TE', 'trailers'],
      ...['Trailer', 'x', 'Upgrade', 'h2c', 'Proxy-Authorization', 'x', 'Expect', '100-continue'],
      ...['X-Fairline-Visitor', 'forged', 'x_fairline_visitor', 'forged', 'x-fairline-no-capacity', '1'],
      ...[
        'X-Forwarded-For',
        '6.6.6.6',
        'x-forwarded-proto',
        'gopher',
        'X-Forwarded-Host',
        'evil',
        'Forwarded',
        'for=x',
      ],
      ...['X-Request-Id', 'theirs', 'Accept', 'text/html', 'X-Own', '1', 'x-own', '2', 'Content-Length', '5'],
    ],
  });
  t.same(headers, {
    host: ['tickets.example'],
    accept: ['text/html'],
    'x-own': ['1', '2'],
    'x-forwarded-for': ['203.0.113.9'],
    'x-forwarded-proto': ['https'],
    'x-forwarded-host': ['tickets.example'],
    forwarded: ['for=203.0.113.9;host="tickets.example";proto=https'],
    via: ['1.1 fairline'],
    te: ['trailers'],
    'x-request-id': ['r1'],
    'x-fairline-gateway': ['router-1'],
    'x-fairline-visitor': ['v1.x'],
  });
});

t.test('request headers: cookies stay here on the way to booking, ours on the way to anybody', async (t) => {
  const rawHeaders = ['Cookie', 'visitor_id=a; visitor_ticket=b; session=c', 'Content-Length', '5'];
  t.equal(toUpstream({ rawHeaders }).cookie, undefined);
  t.same(toUpstream({ rawHeaders, room: 'waiting-room' }).cookie, ['visitor_ticket=b; session=c']);
  t.equal(toUpstream({ rawHeaders: ['Cookie', 'visitor_id=a'], room: 'admin' }).cookie, undefined);
  t.same(toUpstream({ rawHeaders, hasBody: true })['content-length'], ['5']);
  t.equal(toUpstream({ identity: '' })['x-fairline-visitor'], undefined);
  t.same(toUpstream({ hasNoCapacity: true })['x-fairline-no-capacity'], ['1']);
});

t.test('request headers: as a text they are those of the list', async (t) => {
  const rawHeaders = [
    'Host',
    'evil',
    'Accept',
    'text/html',
    'Cookie',
    'visitor_ticket=b',
    'Via',
    '1.1 other',
    'X-Own',
    '',
  ];
  for (const room of ['booking', 'waiting-room'] as const) {
    const facts: RequestHeaderFacts = { ...requestFacts, rawHeaders, room, traceparent: '00-1-2-01' };
    const list = buildRequestHeaders(facts);
    const lines = list.flatMap((name, index) => (index % 2 === 0 ? [`${name}: ${list[index + 1]}`] : []));
    const text = writeRequestText('GET', '/a?b', facts);
    t.equal(text, ['GET /a?b HTTP/1.1', ...lines, '', ''].join('\r\n'));
  }
});

t.test('request text: a body stands behind the head, byte for byte, and its length is plain', async (t) => {
  const body = Buffer.from([0, 13, 10, 255, 65]);
  const facts: RequestHeaderFacts = { ...requestFacts, rawHeaders: ['Content-Length', '005'], hasBody: true };
  const bytes = Buffer.from(writeRequestText('POST', '/a', facts, body), 'latin1');
  t.match(bytes.toString('latin1'), /^POST \/a HTTP\/1\.1\r\n.*\r\nContent-Length: 5\r\n/s);
  t.same(bytes.subarray(-9), Buffer.concat([Buffer.from('\r\n\r\n'), body]));
});

t.test('request text: one that could have a body says that it has none', async (t) => {
  const facts: RequestHeaderFacts = { ...requestFacts, rawHeaders: ['Content-Length', '0'], hasBody: false };
  for (const method of ['POST', 'PUT', 'PATCH'])
    t.equal(writeRequestText(method, '/a', facts).match(/content-length: 0\r\n/gi)?.length, 1, method);
  for (const method of ['GET', 'HEAD', 'DELETE'])
    t.notMatch(writeRequestText(method, '/a', facts), /content-length/i, method);
});

const responseFacts: ResponseHeaderFacts = {
  rawHeaders: [],
  requestId: 'r1',
  setCookie: undefined,
  isProtected: false,
  connection: undefined,
  takesTrailers: false,
};
const fromUpstream = (rawHeaders: string[], facts: Partial<ResponseHeaderFacts> = {}) => {
  const built = buildResponseHeaders({ ...responseFacts, ...facts, rawHeaders });
  return { ...built, record: toRecord(built.headers) };
};

t.test('response headers: notes to the gateway are read and do not pass', async (t) => {
  const { record, booked, released } = fromUpstream([
    ...['X-Fairline-Booked', '7;inf', 'x-fairline-released', '9', 'X-Fairline-Anything', 'x'],
    ...[
      'Connection',
      'close, x-hop',
      'X-Hop',
      '1',
      'Transfer-Encoding',
      'chunked',
      'X-Request-Id',
      'theirs',
      'ETag',
      '"1"',
    ],
  ]);
  t.same([booked, released], ['7;inf', '9']);
  t.same(record, { etag: ['"1"'], 'x-request-id': ['r1'] });
});

t.test('response headers: an answer without cookie on an open path keeps its caching', async (t) => {
  const { record } = fromUpstream(['Cache-Control', 'public, max-age=60', 'Expires', 'x', 'Age', '3']);
  t.match(record, { 'cache-control': ['public, max-age=60'], expires: ['x'], age: ['3'] });
});

t.test('response headers: whatever sets a cookie or is protected is never stored', async (t) => {
  const caching = ['Cache-Control', 'public', 'Expires', 'x', 'CDN-Cache-Control', 'max-age=9'];
  const ours = fromUpstream(caching, { setCookie: 'visitor_id=a' }).record;
  t.match(ours, { 'cache-control': ['private, no-store'], 'set-cookie': ['visitor_id=a'] });
  t.notOk(ours.expires || ours['cdn-cache-control']);
  t.same(fromUpstream([...caching, 'Set-Cookie', 'a=b']).record['cache-control'], ['private, no-store']);
  t.same(fromUpstream(caching, { isProtected: true }).record['cache-control'], ['private, no-store']);
});

t.test('response headers: cookies of upstreams stay apart, only the gateway says who somebody is', async (t) => {
  const { record } = fromUpstream(
    ['Set-Cookie', 'a=b', 'set-cookie', 'visitor_id=forged; Path=/', 'Set-Cookie', 'c=d'],
    {
      setCookie: 'visitor_id=x',
    },
  );
  t.same(record['set-cookie'], ['a=b', 'c=d', 'visitor_id=x']);
});

t.test('response headers: streams are told apart', async (t) => {
  t.match(fromUpstream(['Content-Type', 'text/event-stream; charset=utf-8']), {
    isEventStream: true,
    hasLength: false,
  });
  t.match(fromUpstream(['Content-Type', 'text/html', 'Content-Length', '5']), {
    isEventStream: false,
    hasLength: true,
  });
});

t.test('retry: never more than three attempts, and twice only what may be done twice', async (t) => {
  const get: FailedAttempt = {
    trouble: 'noAnswer',
    method: 'GET',
    hasBody: false,
    attempts: 1,
    maxAttempts: 3,
    hadBadAnswer: false,
  };
  const rows: [fields: Partial<FailedAttempt>, isAllowed: boolean][] = [
    [{}, true],
    [{ attempts: 2 }, true],
    [{ attempts: 3 }, false],
    [{ method: 'POST' }, false],
    [{ method: 'PUT' }, true],
    [{ method: 'PUT', hasBody: true }, false],
    [{ trouble: 'notSent', method: 'POST', hasBody: true }, true],
    [{ trouble: 'notSent', attempts: 3 }, false],
    [{ trouble: 'badAnswer' }, true],
    [{ trouble: 'badAnswer', hadBadAnswer: true, attempts: 2 }, false],
    [{ trouble: 'badAnswer', method: 'POST' }, false],
    [{ trouble: 'badAnswer', method: 'DELETE', hasBody: true }, false],
    [{ trouble: 'full', method: 'POST' }, true],
    [{ trouble: 'full', method: 'POST', hasBody: true }, false],
    [{ trouble: 'full', attempts: 3 }, false],
  ];
  for (const [fields, isAllowed] of rows) t.equal(canRetry({ ...get, ...fields }), isAllowed, JSON.stringify(fields));
});

t.test('upstream error: what a client is told', async (t) => {
  const error = (code: string) => Object.assign(new Error(code), { code });
  t.equal(codeOfUpstreamError(error('ECONNREFUSED'), true), 'UPSTREAM_REFUSED');
  t.equal(codeOfUpstreamError(error('UND_ERR_HEADERS_TIMEOUT'), false), 'UPSTREAM_TIMEOUT');
  t.equal(codeOfUpstreamError(error('ECONNRESET'), false), 'UPSTREAM_RESET');
});
