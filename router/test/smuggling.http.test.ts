import t from 'tap';
import { exchangeRaw, isComplete, startRawUpstream } from './raw-peers.ts';
import { startGateway, upstreamAt } from './start-gateway.ts';

const smuggled = 'GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n';
const head = (...lines: string[]) =>
  `POST /form HTTP/1.1\r\nHost: a\r\n${lines.map((line) => `${line}\r\n`).join('')}\r\n`;
const chunked = (body: string) => head('Transfer-Encoding: chunked') + body;
const get = (line: string, ...lines: string[]) =>
  `${line}\r\n${['Host: a', ...lines].map((text) => `${text}\r\n`).join('')}\r\n`;

/** Each is followed by a further request on the same connection, which must not arrive anywhere. */
const refused: Record<string, string> = {
  'length, then chunks': `${head('Content-Length: 5', 'Transfer-Encoding: chunked')}0\r\n\r\n`,
  'chunks, then length': `${head('Transfer-Encoding: chunked', 'Content-Length: 5')}0\r\n\r\n`,
  'length 0 and chunks': `${head('Content-Length: 0', 'Transfer-Encoding: chunked')}0\r\n\r\n`,
  'two lengths': `${head('Content-Length: 3', 'Content-Length: 4')}abc`,
  'the same length twice': `${head('Content-Length: 3', 'Content-Length: 3')}abc`,
  'a list of lengths': `${head('Content-Length: 3, 3')}abc`,
  'a length with a sign': `${head('Content-Length: +3')}abc`,
  'a negative length': `${head('Content-Length: -3')}abc`,
  'a length in hex': `${head('Content-Length: 0x3')}abc`,
  'a length with a fraction': `${head('Content-Length: 3.0')}abc`,
  'a length with a parameter': `${head('Content-Length: 3;x')}abc`,
  'a length of two numbers': `${head('Content-Length: 3 3')}abc`,
  'an empty length': `${head('Content-Length:')}abc`,
  'a length beyond 64 bits': `${head('Content-Length: 99999999999999999999999')}abc`,
  'a length beyond what counts exactly': `${head('Content-Length: 18446744073709551615')}abc`,
  'a space before the colon of the length': `${head('Content-Length : 3')}abc`,
  'a tab before the colon of the length': `${head('Content-Length\t: 3')}abc`,
  'a name that reads like Content-Length': `${head('Content_Length: 3')}abc`,
  'coding identity': `${head('Transfer-Encoding: identity')}0\r\n\r\n`,
  'coding identity with a length': `${head('Transfer-Encoding: identity', 'Content-Length: 3')}abc`,
  'coding gzip': `${head('Transfer-Encoding: gzip')}0\r\n\r\n`,
  'gzip, then chunked': `${head('Transfer-Encoding: gzip, chunked')}0\r\n\r\n`,
  'chunked, then gzip': `${head('Transfer-Encoding: chunked, gzip')}0\r\n\r\n`,
  'chunked twice': `${head('Transfer-Encoding: chunked, chunked')}0\r\n\r\n`,
  'chunked in two fields': `${head('Transfer-Encoding: chunked', 'Transfer-Encoding: chunked')}0\r\n\r\n`,
  'identity and chunked in two fields': `${head('Transfer-Encoding: identity', 'Transfer-Encoding: chunked')}0\r\n\r\n`,
  'chunked and identity in two fields': `${head('Transfer-Encoding: chunked', 'Transfer-Encoding: identity')}0\r\n\r\n`,
  'chunked after an empty element': `${head('Transfer-Encoding: ,chunked')}0\r\n\r\n`,
  'chunked before an empty element': `${head('Transfer-Encoding: chunked,')}0\r\n\r\n`,
  'chunked with a parameter': `${head('Transfer-Encoding: chunked;x=1')}0\r\n\r\n`,
  'chunked in quotes': `${head('Transfer-Encoding: "chunked"')}0\r\n\r\n`,
  'almost chunked': `${head('Transfer-Encoding: xchunked')}0\r\n\r\n`,
  'an empty coding': `${head('Transfer-Encoding:')}0\r\n\r\n`,
  'a vertical tab before chunked': `${head('Transfer-Encoding: \x0bchunked')}0\r\n\r\n`,
  'a space before the colon of the coding': `${head('Transfer-Encoding : chunked')}0\r\n\r\n`,
  'a name that reads like Transfer-Encoding': `${head('Transfer_Encoding: chunked', 'Content-Length: 5')}0\r\n\r\n`,
  'a coding on the next line': `${head('Transfer-Encoding:', ' chunked')}0\r\n\r\n`,
  'chunks in HTTP/1.0': 'POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  'a chunk size in C': chunked('0x3\r\nabc\r\n0\r\n\r\n'),
  'a chunk size with a sign': chunked('+3\r\nabc\r\n0\r\n\r\n'),
  'a negative chunk size': chunked('-3\r\nabc\r\n0\r\n\r\n'),
  'a chunk size with an underscore': chunked('1_0\r\nabc\r\n0\r\n\r\n'),
  'a chunk size after a space': chunked(' 3\r\nabc\r\n0\r\n\r\n'),
  'a chunk size before a space': chunked('3 \r\nabc\r\n0\r\n\r\n'),
  'no chunk size': chunked('\r\nabc\r\n0\r\n\r\n'),
  'a chunk size that is none': chunked('zz\r\nabc\r\n0\r\n\r\n'),
  'a chunk size beyond 64 bits': chunked('10000000000000003\r\nabc\r\n0\r\n\r\n'),
  'a chunk size ended by a bare LF': chunked('3\nabc\r\n0\r\n\r\n'),
  'a chunk size ended by a bare CR': chunked('3\rabc\r\n0\r\n\r\n'),
  'a chunk ended by a bare LF': chunked('3\r\nabc\n0\r\n\r\n'),
  'a chunk longer than its size': chunked('3\r\nabcd\r\n0\r\n\r\n'),
  'a last chunk ended by a bare LF': chunked('3\r\nabc\r\n0\n\r\n'),
  'a body ended by a bare LF': chunked('3\r\nabc\r\n0\r\n\n'),
  'a bare LF in a chunk extension': chunked('3;a\nabc\r\n0\r\n\r\n'),
  'a bare LF within a chunk extension': chunked('3;a\nb\r\nabc\r\n0\r\n\r\n'),
  'a bare CR in a chunk extension': chunked('3;a\rb\r\nabc\r\n0\r\n\r\n'),
  'a line in a quoted chunk extension': chunked('3;a="b\r\nc"\r\nabc\r\n0\r\n\r\n'),
  'a NUL in a chunk extension': chunked('3;a\0\r\nabc\r\n0\r\n\r\n'),
  'a chunk extension without a name': chunked('3;\r\nabc\r\n0\r\n\r\n'),
  'a length among the trailers': chunked('0\r\nContent-Length: 5\r\n\r\n'),
  'a coding among the trailers': chunked('0\r\nTransfer-Encoding: chunked\r\n\r\n'),
  'a folded trailer': chunked('0\r\nX: a\r\n b\r\n\r\n'),
  'a bare LF after a trailer': chunked('0\r\nX: a\n\r\n'),
  'a bare LF after the request line': 'GET / HTTP/1.1\nHost: a\r\n\r\n',
  'a bare LF after a header': 'GET / HTTP/1.1\r\nHost: a\nX: 1\r\n\r\n',
  'a bare LF after the headers': 'GET / HTTP/1.1\r\nHost: a\r\n\n',
  'two bare LFs': 'GET / HTTP/1.1\r\nHost: a\n\n',
  'a bare LF in the target': get('GET /a\nb HTTP/1.1'),
  'a bare CR in a header': get('GET / HTTP/1.1', 'X: a\rb'),
  'a bare CR instead of the last line': 'GET / HTTP/1.1\r\nHost: a\r\n\rX: y\r\n\r\n',
  'a folded header': get('GET / HTTP/1.1', 'X: a\r\n b'),
  'a header folded with a tab': get('GET / HTTP/1.1', 'X: a\r\n\tb'),
  'a folded first header': 'GET / HTTP/1.1\r\n X: a\r\nHost: a\r\n\r\n',
  'a NUL in a header': get('GET / HTTP/1.1', 'X: a\0b'),
  'a NUL in a name': get('GET / HTTP/1.1', 'X\0Y: a'),
  'a header without a name': get('GET / HTTP/1.1', ': a'),
  'a header without a colon': get('GET / HTTP/1.1', 'foo'),
  'no host': 'GET / HTTP/1.1\r\n\r\n',
  'two hosts': get('GET / HTTP/1.1', 'Host: b'),
  'the same host twice': get('GET / HTTP/1.1', 'Host: a'),
  'a host with a path': 'GET / HTTP/1.1\r\nHost: a/b\r\n\r\n',
  'a host with a user': 'GET / HTTP/1.1\r\nHost: a@b\r\n\r\n',
  'a list of hosts': 'GET / HTTP/1.1\r\nHost: a, b\r\n\r\n',
  'a space before the request': get(' GET / HTTP/1.1'),
  'a tab in the request line': get('GET\t/ HTTP/1.1'),
  'a target with a space': get('GET /a b HTTP/1.1'),
  'a space after the version': get('GET / HTTP/1.1 '),
  'a version in small letters': get('GET / http/1.1'),
  'HTTP/0.9': get('GET / HTTP/0.9'),
  'no version': get('GET /'),
  'HTTP/2.0': get('GET / HTTP/2.0'),
  'HTTP/1.2': get('GET / HTTP/1.2'),
  'the preface of HTTP/2': 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  'a method in small letters': get('get / HTTP/1.1'),
};

t.test(
  'smuggling: what is ambiguous is refused, its connection closed, and nothing of it completes anywhere',
  async (t) => {
    const room = await startRawUpstream(t);
    const { port } = await startGateway(t, { booking: [upstreamAt('booking', room)] });
    t.ok(Object.keys(refused).length >= 40);
    for (const [name, text] of Object.entries(refused)) {
      const before = room.connections.length;
      const answer = await exchangeRaw(port, text, smuggled);
      t.match(answer, /^HTTP\/1\.1 400 Bad Request\r\n/, `${name}: 400`);
      t.match(answer, /connection: close\r\n/i, `${name}: closed`);
      t.match(answer, /"code":"BAD_REQUEST"/, `${name}: coded`);
      t.equal(answer.match(/HTTP\/1\.1 /g)?.length, 1, `${name}: one answer`);
      // A body may turn out bad when its beginning is at the instance: that request must be cut, not completed.
      const begun = room.connections.slice(before).filter(({ received }) => received !== '');
      await Promise.all(begun.map(({ closed }) => closed));
      t.notOk(
        begun.some(({ received }) => isComplete(received) || received.includes('smuggled')),
        `${name}: not passed on`,
      );
    }
  },
);

t.test('smuggling: an ambiguous request is refused also when it comes in pieces', async (t) => {
  const room = await startRawUpstream(t);
  const { port } = await startGateway(t, { booking: [upstreamAt('booking', room)] });
  const text = `${head('Transfer-Encoding: chunked', 'Content-Length: 5')}0\r\n\r\n${smuggled}`;
  for (const size of [1, 7]) {
    const pieces = text.match(new RegExp(`[\\s\\S]{1,${size}}`, 'g')) ?? [];
    t.match(await exchangeRaw(port, ...pieces), /^HTTP\/1\.1 400 /, `${size} bytes a piece`);
  }
  t.notOk(room.connections.some(({ received }) => received !== ''));
});

const accepted: Record<string, { text: string; body: string }> = {
  'chunks with an extension': { text: chunked('3;a=b\r\nabc\r\n0\r\n\r\n'), body: '3\r\nabc\r\n0\r\n\r\n' },
  'chunked in capitals': {
    text: `${head('Transfer-Encoding: CHUNKED')}3\r\nabc\r\n0\r\n\r\n`,
    body: '3\r\nabc\r\n0\r\n\r\n',
  },
  'a length with space after it': { text: `${head('Content-Length: 3 ')}abc`, body: 'abc' },
  'a length with leading zeros': { text: `${head('Content-Length: 003')}abc`, body: 'abc' },
  'a length that Connection names': {
    text: `${head('Connection: Content-Length', 'Content-Length: 3')}abc`,
    body: 'abc',
  },
  'a GET with a body': { text: `${get('GET /form HTTP/1.1', 'Content-Length: 3')}abc`, body: 'abc' },
  'empty lines before the request': { text: `\r\n\r\n${head('Content-Length: 3')}abc`, body: 'abc' },
};

t.test(
  'smuggling: what is only unusual arrives in plain form, and what follows it as a request of its own',
  async (t) => {
    const room = await startRawUpstream(t);
    const { port } = await startGateway(t, { booking: [upstreamAt('booking', room)] });
    for (const [name, { text, body }] of Object.entries(accepted)) {
      const from = room.connections.map(({ received }) => received.length);
      const last = 'GET /last HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';
      const answer = await exchangeRaw(port, text, last);
      t.equal(answer.match(/HTTP\/1\.1 200 OK/g)?.length, 2, `${name}: two answers`);
      const sent = room.connections.map(({ received }, index) => received.slice(from[index] ?? 0)).join('');
      const lines = sent.match(/(GET|POST) \S+ HTTP\/1\.1/g) ?? [];
      t.same(lines.map((line) => line.split(' ')[1]).sort(), ['/form', '/last'], `${name}: two requests`);
      const message = sent.slice(sent.indexOf(' /form '));
      t.equal(message.slice(message.indexOf('\r\n\r\n') + 4).slice(0, body.length), body, `${name}: its body`);
      t.notMatch(
        message.split('\r\n\r\n')[0],
        /^(upgrade|http2-settings|connection: (?!close|keep-alive)|content-length: .*\r\ntransfer)/im,
      );
    }
  },
);

t.test('smuggling: an upgrade to h2c is no tunnel, and what follows it is not passed on', async (t) => {
  const room = await startRawUpstream(t);
  const { port } = await startGateway(t, { booking: [upstreamAt('booking', room)] });
  const upgrade = ['Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABk'];
  const answer = await exchangeRaw(port, get('GET /form HTTP/1.1', ...upgrade) + smuggled);
  t.match(answer, /^HTTP\/1\.1 200 OK\r\n/);
  t.match(answer, /connection: close\r\n/i);
  t.equal(answer.match(/HTTP\/1\.1 /g)?.length, 1);
  const sent = room.connections.map(({ received }) => received).join('');
  t.match(sent, /^GET \/form HTTP\/1\.1\r\n/);
  t.notMatch(sent, /smuggled|upgrade|http2/i);
});

t.test('smuggling: nothing after a refused request in the same packet is looked at', async (t) => {
  const room = await startRawUpstream(t);
  const { port } = await startGateway(t, { booking: [upstreamAt('booking', room)] });
  const answer = await exchangeRaw(port, get('GET /a HTTP/1.1', 'Host: b') + smuggled + smuggled);
  t.equal(answer.match(/HTTP\/1\.1 /g)?.length, 1);
  t.equal(room.connections.filter(({ received }) => received !== '').length, 0);
});

const malformedAnswers: Record<string, string> = {
  'no HTTP': 'SSH-2.0-OpenSSH_9.6\r\n\r\n',
  'length and chunks': 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  'two lengths': 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 2\r\n\r\nokokok',
  'a list of lengths': 'HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\n\r\nok',
  'a negative length': 'HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\nok',
  'a folded header': 'HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length: 2\r\n\r\nok',
  'a bare LF': 'HTTP/1.1 200 OK\nContent-Length: 2\n\nok',
  'a NUL in a header': 'HTTP/1.1 200 OK\r\nX: a\0b\r\nContent-Length: 2\r\n\r\nok',
  'a space before a colon': 'HTTP/1.1 200 OK\r\nContent-Length : 2\r\n\r\nok',
  'a version that does not exist': 'HTTP/3.7 200 OK\r\nContent-Length: 2\r\n\r\nok',
  'a status that is none': 'HTTP/1.1 20 OK\r\nContent-Length: 2\r\n\r\nok',
  'a status beyond all': 'HTTP/1.1 1200 OK\r\nContent-Length: 2\r\n\r\nok',
  'an upgrade nobody asked for': 'HTTP/1.1 101 Switching\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n',
  'a coding besides chunked': 'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n',
  'a coding that is not chunked': 'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\nConnection: close\r\n\r\nxx',
  'headers without end': `HTTP/1.1 200 OK\r\n${`X: ${'y'.repeat(1000)}\r\n`.repeat(50)}`,
};

t.test('smuggling: an answer that is no HTTP becomes 502, and its connection is not used again', async (t) => {
  let answer = '';
  const room = await startRawUpstream(t, ({ socket, received }) => {
    if (received.endsWith('\r\n\r\n')) socket.write(Buffer.from(answer, 'latin1'));
  });
  const { port } = await startGateway(t, { booking: [upstreamAt('booking', room)] });
  for (const [name, text] of Object.entries(malformedAnswers)) {
    answer = text;
    const before = room.connections.length;
    const told = await exchangeRaw(port, get('GET /a HTTP/1.1', 'Connection: close'));
    t.match(told, /^HTTP\/1\.1 502 Bad Gateway\r\n/, `${name}: 502`);
    t.match(told, /"code":"UPSTREAM_(MALFORMED|RESET)"/, `${name}: coded`);
    const used = room.connections.slice(before);
    t.equal(used.length, 1, `${name}: a connection of its own`);
    await Promise.all(used.map(({ closed }) => closed));
  }
});

t.test('smuggling: an answer longer than its length does not run into the next one', async (t) => {
  const room = await startRawUpstream(t, ({ socket, received }) => {
    if (!received.endsWith('\r\n\r\n')) return;
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil');
  });
  const { port } = await startGateway(t, { booking: [upstreamAt('booking', room)] });
  for (let count = 0; count < 3; count += 1) {
    const told = await exchangeRaw(port, get('GET /a HTTP/1.1', 'Connection: close'));
    t.match(told, /\r\n\r\nok$/);
  }
  t.equal(room.connections.length, 3);
});
