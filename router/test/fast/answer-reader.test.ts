import { createServer, request } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import fc from 'fast-check';
import t from 'tap';
import { AnswerReader } from '../../proxy/fast/answer-reader.ts';
import { UpstreamFault } from '../../proxy/upstream-error.ts';

type Read = { status: number; headers: string[]; body: string; isDone: boolean; rest: number };

/** Reads an answer from these pieces, in a memory that is used again for each, as a connection does. */
function readPieces(pieces: readonly Buffer[], method = 'GET'): Read {
  const result: Read = { status: 0, headers: [], body: '', isDone: false, rest: 0 };
  const reader = new AnswerReader();
  reader.begin(method, {
    onHead: ({ status, rawHeaders }) => {
      result.status = status;
      result.headers = rawHeaders;
    },
    onBody: (bytes, from, to) => {
      result.body += bytes.toString('latin1', from, to);
    },
    onEnd: () => {},
  });
  const memory = Buffer.alloc(128 * 1024);
  for (const piece of pieces) {
    memory.fill(0xff);
    piece.copy(memory);
    if (!reader.isDone()) result.rest = piece.length - reader.read(memory, 0, piece.length);
    else result.rest += piece.length;
  }
  reader.noteEnd();
  result.isDone = reader.isDone();
  return result;
}

function cut(bytes: Buffer, at: readonly number[]): Buffer[] {
  const places = [...new Set(at.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b);
  return [0, ...places].map((start, index) => bytes.subarray(start, places[index] ?? bytes.length));
}

const tokens = fc.stringMatching(/^[A-Za-z][A-Za-z0-9-]{0,20}$/).map((name) => `X-${name}`);
const values = fc.stringMatching(/^(?:[\x21-\x7e\xa1-\xff](?:[\x20-\x7e\t\xa1-\xff]{0,30}[\x21-\x7e\xa1-\xff])?)?$/);
const bodies = fc.array(fc.uint8Array({ minLength: 1, maxLength: 300 }), { maxLength: 5 });
const answers = fc.record({
  status: fc.integer({ min: 200, max: 599 }).filter((status) => status !== 204 && status !== 304),
  reason: fc.constantFrom('OK', 'Not Found', '', 'a b c'),
  headers: fc.array(fc.tuple(tokens, values), { maxLength: 8 }),
  body: bodies,
  isChunked: fc.boolean(),
});
type Answer = typeof answers extends fc.Arbitrary<infer A> ? A : never;

function writeAnswer({ status, reason, headers, body, isChunked }: Answer): Buffer {
  const pieces = body.map((piece) => Buffer.from(piece));
  const framing = isChunked ? 'Transfer-Encoding: chunked' : `Content-Length: ${Buffer.concat(pieces).length}`;
  const lines = [`HTTP/1.1 ${status} ${reason}`, ...headers.map(([name, value]) => `${name}: ${value}`), framing];
  const head = Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
  if (!isChunked) return Buffer.concat([head, ...pieces]);
  const chunks = pieces.flatMap((piece) => [
    Buffer.from(`${piece.length.toString(16)}\r\n`),
    piece,
    Buffer.from('\r\n'),
  ]);
  return Buffer.concat([head, ...chunks, Buffer.from('0\r\n\r\n')]);
}

t.test('answer reader: cut anywhere, an answer reads the same', async () => {
  fc.assert(
    fc.property(answers, fc.array(fc.nat()), (answer, places) => {
      const bytes = writeAnswer(answer);
      const whole = readPieces([bytes]);
      const read = readPieces(cut(bytes, places));
      const sent = Buffer.concat(answer.body.map((piece) => Buffer.from(piece))).toString('latin1');
      return (
        read.isDone &&
        read.rest === 0 &&
        read.body === sent &&
        read.status === answer.status &&
        JSON.stringify(read) === JSON.stringify(whole)
      );
    }),
    { numRuns: 500 },
  );
});

t.test('answer reader: garbage ends as an error, never as a crash or a longer wait than its limit', async () => {
  const text = fc.array(
    fc.constantFrom(
      'HTTP/1.1 200 OK',
      '\r\n',
      '\n',
      '\r',
      'Content-Length: 5',
      'Transfer-Encoding: chunked',
      '5',
      ':',
      'x',
    ),
  );
  const garbage = fc.oneof(
    fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes)),
    text.map((parts) => Buffer.from(parts.join(''))),
    fc.tuple(answers, fc.nat(), fc.integer({ min: 0, max: 255 })).map(([answer, at, byte]) => {
      const bytes = writeAnswer(answer);
      bytes[at % bytes.length] = byte;
      return bytes;
    }),
  );
  fc.assert(
    fc.property(garbage, fc.array(fc.nat()), (bytes, places) => {
      try {
        readPieces(cut(bytes, places));
        return true;
      } catch (error) {
        return error instanceof UpstreamFault && error.code === 'UPSTREAM_MALFORMED';
      }
    }),
    { numRuns: 2000 },
  );
});

t.test('answer reader: what it takes, Node takes, and reads the same', async (t) => {
  let bytes: Buffer = Buffer.alloc(0);
  const upstream = createTcpServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => socket.end(bytes));
  });
  upstream.listen(0, '127.0.0.1');
  await new Promise((resolve) => upstream.once('listening', resolve));
  t.after(() => upstream.close());
  const { port } = upstream.address() as AddressInfo;
  const askNode = () =>
    new Promise<Pick<Read, 'status' | 'headers' | 'body'>>((resolve, reject) => {
      const sent = request({ host: '127.0.0.1', port, agent: false }, async (answer) => {
        try {
          const { statusCode: status = 0, rawHeaders: headers } = answer;
          const parts: Buffer[] = [];
          for await (const part of answer) parts.push(part);
          resolve({ status, headers, body: Buffer.concat(parts).toString('latin1') });
        } catch (error) {
          reject(error);
        }
      });
      sent.on('error', reject);
      sent.end();
    });
  await fc.assert(
    fc.asyncProperty(answers, fc.nat(), fc.option(fc.integer({ min: 0, max: 255 })), async (answer, at, byte) => {
      bytes = writeAnswer(answer);
      if (byte !== null) bytes[at % bytes.length] = byte;
      let ours: Read;
      try {
        ours = readPieces([bytes]);
      } catch {
        return;
      }
      if (!ours.isDone || ours.status < 200) return;
      const { status, headers, body } = await askNode();
      t.same({ status, headers, body }, { status: ours.status, headers: ours.headers, body: ours.body });
    }),
    { numRuns: 200 },
  );
});

t.test('answer reader: the answer of a real server', async (t) => {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'x-a': 'b' });
    response.write('first ');
    response.end('last');
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  t.after(() => server.close());
  const { connect } = await import('node:net');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
  const pieces: Buffer[] = [];
  for await (const piece of socket) pieces.push(piece);
  const read = readPieces(pieces);
  t.equal(read.status, 200);
  t.equal(read.body, 'first last');
  t.equal(read.isDone, true);
});

const head = 'HTTP/1.1 200 OK\r\n';
const refused: Record<string, string> = {
  'a status line of another protocol': 'SSH-2.0-OpenSSH\r\n\r\n',
  'HTTP/2': 'HTTP/2 200\r\n\r\n',
  'two lengths': `${head}Content-Length: 2\r\nContent-Length: 2\r\n\r\nok`,
  'a length with a sign': `${head}Content-Length: +2\r\n\r\nok`,
  'a length and chunks': `${head}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
  'a coding that is not chunked': `${head}Transfer-Encoding: gzip, chunked\r\n\r\n`,
  'a folded line': `${head}A: b\r\n c\r\n\r\n`,
  'a bare line feed': `${head}A: b\n\r\n\r\n`,
  'a bare carriage return': `${head}A: b\rc\r\n\r\n`,
  'a space before the colon': `${head}A : b\r\n\r\n`,
  'a line without a colon': `${head}A\r\n\r\n`,
  'a NUL': `${head}A: \0\r\n\r\n`,
  'a chunk size with a sign': `${head}Transfer-Encoding: chunked\r\n\r\n-1\r\n`,
  'a chunk size with 0x': `${head}Transfer-Encoding: chunked\r\n\r\n0x2\r\nok\r\n0\r\n\r\n`,
  'a chunk size that is huge': `${head}Transfer-Encoding: chunked\r\n\r\n100000000\r\n`,
  'a chunk extension': `${head}Transfer-Encoding: chunked\r\n\r\n2;a=b\r\nok\r\n0\r\n\r\n`,
  'a chunk longer than its size': `${head}Transfer-Encoding: chunked\r\n\r\n2\r\nok!\r\n0\r\n\r\n`,
  'chunks with bare line feeds': `${head}Transfer-Encoding: chunked\r\n\r\n2\nok\n0\n\n`,
  'chunks for HTTP/1.0': 'HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  'another protocol': 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n',
  'a head without end': `${head}A: ${'b'.repeat(40_000)}`,
};
for (const [name, text] of Object.entries(refused)) {
  t.test(`answer reader: refuses ${name}`, async (t) => {
    const bytes = Buffer.from(text, 'latin1');
    t.throws(() => readPieces([bytes]), { code: 'UPSTREAM_MALFORMED' });
    t.throws(() => readPieces(cut(bytes, [...bytes.keys()])), { code: 'UPSTREAM_MALFORMED' });
  });
}

const read: Record<string, [text: string, method: string, expected: Partial<Read>]> = {
  'by its length': [`${head}Content-Length: 2\r\n\r\nok`, 'GET', { body: 'ok', isDone: true }],
  'less than its length': [`${head}Content-Length: 3\r\n\r\nok`, 'GET', { body: 'ok', isDone: false }],
  'more than its length': [`${head}Content-Length: 2\r\n\r\nok!`, 'GET', { body: 'ok', isDone: true, rest: 1 }],
  'nothing, by its length': [`${head}Content-Length: 0\r\n\r\n`, 'GET', { body: '', isDone: true }],
  'to the end of the connection': [`${head}\r\nok`, 'GET', { body: 'ok', isDone: true }],
  'without a body, as 304': [
    'HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n',
    'GET',
    { isDone: true, rest: 0 },
  ],
  'without a body, for HEAD': [`${head}Content-Length: 9\r\n\r\n`, 'HEAD', { isDone: true, rest: 0 }],
  'after early hints': [
    `HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n${head}Content-Length: 2\r\n\r\nok`,
    'GET',
    { status: 200, body: 'ok' },
  ],
  'with trailers, read over': [
    `${head}Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nA: b\r\n\r\n`,
    'GET',
    { body: 'ok', isDone: true, rest: 0 },
  ],
  'without a reason': ['HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok', 'GET', { status: 200, body: 'ok' }],
};
for (const [name, [text, method, expected]] of Object.entries(read)) {
  t.test(`answer reader: an answer ${name}`, async (t) => {
    const bytes = Buffer.from(text, 'latin1');
    t.match(readPieces([bytes], method), expected);
    if (expected.rest !== 1) t.match(readPieces(cut(bytes, [...bytes.keys()]), method), expected);
  });
}
