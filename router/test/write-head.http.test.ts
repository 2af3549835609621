import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import t from 'tap';
import { keepAliveTimeoutMs, writeHead } from '../proxy/write-head.ts';

/** What a client sees of an answer that `answer` gives, twice on one connection when that stays open. */
async function see(answer: (response: ServerResponse) => void, request: string): Promise<string> {
  const server = createServer({ keepAliveTimeout: keepAliveTimeoutMs }, (_request, response) => answer(response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.write(`${request}\r\nHost: a\r\n\r\nGET /last HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
  let text = '';
  for await (const chunk of socket) text += chunk.toString('latin1');
  server.close();
  return text.replace(/^Date: .*$/gim, 'Date: now');
}

const date = ['Date', 'Sun, 22 Nov 2026 09:00:00 GMT'];
const cases: Record<string, { status?: number; headers: string[]; body?: string; request?: string }> = {
  'a page': { headers: [...date, 'Content-Type', 'text/html', 'Content-Length', '5'], body: 'hello' },
  'a page without a date': { headers: ['Content-Length', '5'], body: 'hello' },
  HEAD: { headers: [...date, 'Content-Length', '5'], request: 'HEAD / HTTP/1.1' },
  'an empty page': { status: 404, headers: [...date, 'Content-Length', '0'] },
  'two cookies, latin1': { headers: [...date, 'Set-Cookie', 'a=\xe9', 'Set-Cookie', 'b=c', 'Content-Length', '0'] },
  'HTTP/1.0': {
    headers: [...date, 'Content-Length', '5'],
    body: 'hello',
    request: 'GET / HTTP/1.0\r\nConnection: keep-alive',
  },
  'a client that closes': {
    headers: [...date, 'Content-Length', '5'],
    body: 'hello',
    request: 'GET / HTTP/1.1\r\nConnection: close',
  },
  'a body as bytes': { headers: [...date, 'Content-Length', '5'], body: 'bytes' },
};

for (const [name, { status = 200, headers, body = '', request = 'GET / HTTP/1.1' }] of Object.entries(cases)) {
  t.test(`write head: the same as Node writes: ${name}`, async (t) => {
    const send = (response: ServerResponse) => {
      if (body === 'bytes') {
        response.write(Buffer.from('by'));
        response.end(Buffer.from('tes'));
      } else response.end(body, 'latin1');
    };
    const ours = await see((response) => {
      writeHead(response, { status, headers, isPlain: true, isChecked: true });
      t.equal(response.headersSent, true);
      send(response);
    }, request);
    const nodes = await see((response) => {
      response.writeHead(status, headers);
      send(response);
    }, request);
    t.equal(ours, nodes);
    t.match(ours, /^HTTP\/1\.1 \d{3} /);
  });
}

t.test('write head: headers that nobody checked are checked', async (t) => {
  let problem: unknown;
  await see((response) => {
    try {
      const headers = [...date, 'X-A', 'b\r\nX-C: d', 'Content-Length', '0'];
      writeHead(response, { status: 200, headers, isPlain: true, isChecked: false });
    } catch (error) {
      problem = error;
    }
    response.end();
  }, 'GET / HTTP/1.1');
  t.match(problem, { code: 'ERR_INVALID_CHAR' });
});
