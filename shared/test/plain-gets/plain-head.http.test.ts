import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import fc from 'fast-check';
import t from 'tap';
import { maxPlainHeadBytes, readPlainHead } from '../../plain-gets/plain-head.ts';

const plain = 'GET /a?b=c HTTP/1.1\r\nHost: example.com:8080\r\nAccept:  text/html \r\ncookie: a=1; b=\xe9\r\n\r\n';

t.test('plain head: read as it was sent', async (t) => {
  t.same(readPlainHead(plain), {
    method: 'GET',
    url: '/a?b=c',
    rawHeaders: ['Host', 'example.com:8080', 'Accept', 'text/html', 'cookie', 'a=1; b=\xe9'],
    headers: { host: 'example.com:8080', accept: 'text/html', cookie: 'a=1; b=\xe9' },
    keepsAlive: true,
  });
  t.match(readPlainHead('HEAD / HTTP/1.1\r\nhost: a\r\nConnection: Close\r\n\r\n'), {
    method: 'HEAD',
    keepsAlive: false,
  });
  t.match(readPlainHead('GET / HTTP/1.1\r\nhost: a\r\nconstructor: x\r\nempty:\r\n\r\n'), { headers: { empty: '' } });
});

t.test('plain head: whatever could be read in two ways is not plain', async (t) => {
  const withLine = (line: string) => `GET / HTTP/1.1\r\nHost: a\r\n${line}\r\n\r\n`;
  const refused: Record<string, string> = {
    'a part': plain.slice(0, -2),
    'a part of a line': plain.slice(0, 30),
    nothing: '',
    'a second request behind it': plain + plain,
    'a byte behind it': `${plain}x`,
    'an empty line before it': `\r\n${plain}`,
    'another method': plain.replace('GET', 'POST'),
    'a method in lower case': plain.replace('GET', 'get'),
    'HTTP/1.0': plain.replace('HTTP/1.1', 'HTTP/1.0'),
    'HTTP/0.9': 'GET /\r\n',
    'an absolute target': plain.replace('/a?b=c', 'http://example.com/a'),
    'two spaces': plain.replace('GET ', 'GET  '),
    'a fragment': plain.replace('/a?b=c', '/a#b'),
    'a backslash': plain.replace('/a?b=c', '/a\\b'),
    'bare line feeds': plain.replaceAll('\r\n', '\n'),
    'one bare line feed': plain.replace('text/html \r\n', 'text/html \n'),
    'a bare carriage return': withLine('a: b\rc'),
    'a NUL': withLine('a: b\0c'),
    'a folded line': withLine('a: b\r\n c'),
    'a space before the colon': withLine('a : b'),
    'no colon': withLine('abc'),
    'no name': withLine(': b'),
    'an underscore': withLine('Content_Length: 5'),
    'no host': 'GET / HTTP/1.1\r\na: b\r\n\r\n',
    'an empty host': 'GET / HTTP/1.1\r\nHost:\r\n\r\n',
    'a host with a path': 'GET / HTTP/1.1\r\nHost: a/b\r\n\r\n',
    'two hosts': withLine('host: a'),
    'a name twice': withLine('a: 1\r\nA: 1'),
    'a length': withLine('Content-Length: 0'),
    'a coding': withLine('Transfer-Encoding: identity'),
    'an expectation': withLine('Expect: 100-continue'),
    'an upgrade': withLine('Upgrade: h2c'),
    'trailers taken': withLine('TE: trailers'),
    'trailers sent': withLine('Trailer: a'),
    'names in Connection': withLine('Connection: keep-alive, x-a'),
    'a cookie to set': withLine('Set-Cookie: a=1'),
    'many headers': withLine(Array.from({ length: 101 }, (_, index) => `a${index}: b`).join('\r\n')),
    'a long head': withLine(`a: ${'b'.repeat(maxPlainHeadBytes)}`),
  };
  for (const [what, text] of Object.entries(refused)) t.equal(readPlainHead(text), undefined, what);
});

/** One in a few of these is plain; the others differ from it by little. */
const lines = fc.oneof(
  fc.tuple(fc.stringMatching(/^[A-Za-z-]{1,12}$/), fc.stringMatching(/^[\t\x20-\x7e\xa0-\xff]{0,20}$/)),
  fc.constantFrom<[string, string]>(
    ['Host', 'a'],
    ['Connection', 'keep-alive'],
    ['connection', 'close'],
    ['Content-Length', '0'],
    ['Accept', '*/*'],
    ['Transfer-Encoding', 'chunked'],
  ),
);
const heads = fc
  .record({
    method: fc.constantFrom('GET', 'HEAD'),
    target: fc.stringMatching(/^\/[!-~]{0,12}$/),
    headers: fc.array(lines, { maxLength: 5 }),
    swaps: fc.array(fc.tuple(fc.nat(), fc.constantFrom('\r', '\n', ' ', ':', '\0', '\t', '%', '\x7f', '\xff', '')), {
      maxLength: 2,
    }),
    isSwapped: fc.boolean(),
  })
  .map(({ method, target, headers, swaps, isSwapped }) => {
    const rows = [['Host', 'example.com'], ...headers].map(([name, value]) => `${name}: ${value}`);
    let text = `${method} ${target} HTTP/1.1\r\n${rows.join('\r\n')}\r\n\r\n`;
    for (const [place, by] of isSwapped ? swaps : []) {
      const at = place % text.length;
      text = text.slice(0, at) + by + text.slice(at + 1);
    }
    return text;
  });

t.test('plain head: what is accepted here Node reads in the same way', async (t) => {
  const server = createServer({ requireHostHeader: false }, ({ method, url, headers, rawHeaders }, response) => {
    response.end(method === 'HEAD' ? undefined : 'x');
    seen.push({ method, url, headers: { ...headers }, rawHeaders });
  });
  const seen: unknown[] = [];
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  const { port } = server.address() as AddressInfo;
  let accepted = 0;
  await fc.assert(
    fc.asyncProperty(heads, async (text) => {
      const head = readPlainHead(text);
      if (!head) return;
      accepted += 1;
      const socket = connect(port, '127.0.0.1');
      socket.end(Buffer.from(text, 'latin1'));
      socket.resume();
      await once(socket, 'close');
      const { keepsAlive: _, ...expected } = head;
      t.strictSame(seen.splice(0), [{ ...expected, headers: { ...expected.headers } }]);
    }),
    { numRuns: 1000 },
  );
  t.ok(accepted > 100, `${accepted} were plain`);
});
