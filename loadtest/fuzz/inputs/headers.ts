import fc from 'fast-check';
import { type HeaderLine, toRequest } from './request.ts';
import { lineText, longText, numberText } from './text.ts';

const addresses = fc.oneof(
  fc.ipV4(),
  fc.ipV6().map((text) => `[${text}]`),
  fc.constantFrom(
    'unknown',
    '_hidden',
    '127.0.0.1:80',
    '::ffff:10.0.0.1',
    '0x7f.1',
    '256.1.1.1',
    '',
    '1.2.3.4, ,5.6.7.8',
    'fe80::1%eth0',
  ),
);
const list = <T>(item: fc.Arbitrary<T>) => fc.array(item, { maxLength: 30 }).map((items) => items.join(', '));

const pair = <Name extends string>(names: readonly Name[], value: fc.Arbitrary<string>): fc.Arbitrary<HeaderLine> =>
  fc.tuple(fc.constantFrom(...names), value);

const hex = (length: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789abcdefG'), minLength: length, maxLength: length });

/** Headers that mean something to somebody on the way, by what they are for. */
const known: fc.Arbitrary<HeaderLine>[] = [
  pair(
    ['x-fairline-visitor', 'X-Fairline-Visitor', 'x_fairline_visitor'],
    fc.oneof(
      fc
        .tuple(fc.uuid(), fc.constantFrom('default', 'x'), fc.constantFrom('0', '1', '2'), numberText)
        .map(([id, event, booked, minute]) => `v1.${id}.${event}.${booked}.vip.${minute}.AAAA`),
      lineText(60),
    ),
  ),
  pair(['x-fairline-booked', 'x-fairline-released', 'x-fairline-full'], fc.oneof(numberText, fc.constant('1;inf'))),
  pair(['x-fairline-no-capacity', 'x-fairline-gateway', 'x-request-id'], fc.oneof(fc.constant('1'), lineText(80))),
  pair(['X-Forwarded-For', 'X-Real-IP', 'X-Client-IP', 'CF-Connecting-IP'], list(addresses)),
  pair(
    ['X-Forwarded-Proto', 'X-Forwarded-Host', 'X-Forwarded-Port'],
    fc.oneof(fc.constantFrom('https', 'http,https', 'x/y'), lineText(40)),
  ),
  pair(
    ['Forwarded'],
    list(
      fc
        .tuple(fc.constantFrom('for', 'by', 'proto', 'host', 'FOR'), addresses)
        .map(([key, value]) => `${key}="${value}"`),
    ),
  ),
  pair(
    ['traceparent'],
    fc.tuple(hex(2), hex(32), hex(16), hex(2)).map((parts) => parts.join('-')),
  ),
  pair(['traceparent', 'tracestate', 'baggage'], fc.oneof(lineText(120), longText)),
  pair(
    ['Range', 'If-Range', 'Content-Range'],
    fc.oneof(
      fc.tuple(numberText, numberText).map(([from, to]) => `bytes=${from}-${to}`),
      list(fc.constant('bytes=0-0')),
      lineText(30),
    ),
  ),
  pair(
    ['If-None-Match', 'If-Match', 'If-Modified-Since', 'If-Unmodified-Since'],
    fc.oneof(fc.constantFrom('*', '""', 'W/"x"'), lineText(40)),
  ),
  pair(
    ['Accept', 'Accept-Language', 'Accept-Encoding', 'Accept-Charset'],
    fc.oneof(list(fc.constantFrom('ko', 'en;q=0.1', '*;q=0', 'text/html', 'x;q=zz')), lineText(80)),
  ),
  pair(
    ['Connection', 'Keep-Alive', 'Proxy-Connection', 'TE', 'Trailer', 'Proxy-Authorization'],
    list(
      fc.constantFrom('close', 'keep-alive', 'cookie', 'x-fairline-visitor', 'host', 'upgrade', 'trailers', 'gzip', ''),
    ),
  ),
  pair(
    ['Upgrade', 'HTTP2-Settings', 'Sec-WebSocket-Key', 'Sec-WebSocket-Version'],
    fc.oneof(fc.constantFrom('websocket', 'h2c', 'TLS/1.0', '13', 'AAMAAABkAAQ'), lineText(30)),
  ),
  pair(
    ['Sec-Fetch-Mode', 'Sec-Fetch-Dest', 'Sec-Fetch-Site', 'Sec-Purpose', 'Purpose'],
    fc.constantFrom('navigate', 'cors', 'image', 'cross-site', 'prefetch', 'x', ''),
  ),
  pair(
    ['Origin', 'Referer'],
    fc.oneof(fc.webUrl(), fc.constantFrom('null', 'https://', 'javascript:1', '//'), lineText(30)),
  ),
  pair(
    ['Authorization'],
    fc.oneof(
      fc.constantFrom('Bearer {token}', 'Bearer {token:cut}', 'bearer', 'Basic Og==', 'Digest x="'),
      lineText(80),
      longText,
    ),
  ),
  pair(['Cookie'], fc.constantFrom('visitor_id={cookie}', 'visitor_id={booked}', 'visitor_id={new}')),
  pair(
    ['Host'],
    fc.oneof(
      fc.constantFrom('', 'a b', '[::1', 'x:99999', 'evil.example', 'a/b', 'a@b', '127.0.0.1:80:80'),
      lineText(30),
    ),
  ),
  pair(
    ['User-Agent', 'X-HTTP-Method-Override', '__proto__', 'constructor', 'Set-Cookie', 'Via', 'Max-Forwards'],
    fc.oneof(lineText(60), longText),
  ),
  pair(['Expect'], fc.constantFrom('100-continue', '200-ok', '')),
];

const tokenUnits = fc.constantFrom(..."abcXYZ019!#$%&'*+-.^_`|~");
const any: fc.Arbitrary<HeaderLine> = fc.tuple(
  fc.string({ unit: tokenUnits, minLength: 1, maxLength: 30 }),
  lineText(80),
);
/** Names that no header may have. */
const bad: fc.Arbitrary<HeaderLine> = fc.tuple(lineText(12), lineText(12));

const many = fc
  .integer({ min: 30, max: 300 })
  .map((count) => Array.from({ length: count }, (_, index): HeaderLine => [`x-${index}`, 'y']));

export const headerRequests: fc.Arbitrary<string> = fc
  .record({
    route: fc.constantFrom(
      ...['GET /', 'GET /ticketing', 'GET /queue/status', 'GET /queue/events', 'POST /apply', 'GET /api/booking'],
      ...[
        'HEAD /',
        'GET /system/login',
        'GET /system/api/overview',
        'GET /queue/assets/page.css',
        'OPTIONS /',
        'POST /queue/leave',
      ],
    ),
    headers: fc.array(fc.oneof({ weight: 12, arbitrary: fc.oneof(...known) }, { weight: 2, arbitrary: any }, bad), {
      maxLength: 10,
    }),
    more: fc.oneof({ weight: 19, arbitrary: fc.constant([]) }, many),
  })
  .map(({ route, headers, more }) => toRequest(route, [...headers, ...more]));
