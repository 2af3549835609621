import fc from 'fast-check';
import { toRequest } from './request.ts';
import { bytes } from './text.ts';

const whole = fc.constantFrom(
  toRequest('GET /queue/status', [['Cookie', 'visitor_id={cookie}']]),
  toRequest('GET /ticketing', [
    ['Accept', 'text/html'],
    ['Cookie', 'visitor_id={booked}'],
  ]),
  toRequest('POST /apply', [['Content-Type', 'application/json']], '{}'),
  'GET / HTTP/1.1\r\nHost: a\r\n\r\n',
  'GET / HTTP/1.1\r\nHost: a\r\n\r\nGET /ticketing HTTP/1.1\r\nHost: a\r\n\r\n',
  'POST /queue/leave HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n0\r\nX-A: b\r\n\r\n',
  'POST /apply HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\nabc',
  'GET /api/booking HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
  'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0',
  '\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03',
  'GET http://a/ticketing HTTP/1.0\r\n\r\n',
);

const piece = fc.oneof(
  fc.constantFrom(
    ...[
      '\r\n',
      '\n',
      '\r',
      '\r\n\r\n',
      ' ',
      '\t',
      ':',
      '\0',
      '\x7f',
      '\xff',
      'HTTP/1.1',
      'HTTP/1.0',
      'HTTP/9.9',
      '0\r\n\r\n',
    ],
    ...['Transfer-Encoding: chunked\r\n', 'Content-Length: 5\r\n', 'Content-Length: -1\r\n', 'Content-Length : 5\r\n'],
    ...['Host: b\r\n', ' folded\r\n', 'FFFFFFFFFFFFFFFF\r\n', 'Connection: upgrade\r\n', 'GET / HTTP/1.1\r\n'],
  ),
  bytes(12),
);

type Mutation = { kind: 'insert' | 'replace' | 'drop' | 'repeat' | 'cut'; at: number; length: number; by: string };

/** Requests with a few bytes put in, taken out, said twice or cut off: from almost right to nothing like HTTP. */
export const framedBytes: fc.Arbitrary<string> = fc.oneof(
  {
    weight: 9,
    arbitrary: fc
      .tuple(
        whole,
        fc.array(
          fc.record<Mutation>({
            kind: fc.constantFrom('insert', 'insert', 'replace', 'drop', 'repeat', 'cut'),
            at: fc.nat({ max: 400 }),
            length: fc.integer({ min: 1, max: 12 }),
            by: piece,
          }),
          { minLength: 1, maxLength: 4 },
        ),
      )
      .map(([text, mutations]) => mutations.reduce(mutate, text)),
  },
  bytes(300),
);

function mutate(text: string, { kind, at: place, length, by }: Mutation): string {
  const at = text.length === 0 ? 0 : place % text.length;
  const [before, after] = [text.slice(0, at), text.slice(at)];
  switch (kind) {
    case 'insert':
      return before + by + after;
    case 'replace':
      return before + by + after.slice(length);
    case 'drop':
      return before + after.slice(length);
    case 'repeat':
      return before + after.slice(0, length).repeat(2) + after.slice(length);
    case 'cut':
      return before;
  }
}
