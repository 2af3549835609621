import t from 'tap';
import { createResponseReader } from '../response-reader.ts';

const answers = {
  length: 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello',
  chunked: 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nhel\r\n2;a=b\r\nlo\r\n0\r\nx: y\r\n\r\n',
  none: 'HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n',
  interim: 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 500 Oh\r\ncontent-length: 0\r\n\r\n',
};

t.test('reader: answers are read whole, however their bytes come', async (t) => {
  for (const [name, text] of Object.entries(answers)) {
    for (const size of [1, 2, 7, 1000]) {
      const reader = createResponseReader({ keepsText: true });
      reader.begin('GET');
      const bytes = Buffer.from(text, 'latin1');
      const read: unknown[] = [];
      for (let at = 0; at < bytes.length; at += size) read.push(reader.feed(bytes.subarray(at, at + size)));
      t.same(read.slice(0, -1).filter(Boolean), [], `${name} by ${size}: nothing before its end`);
      t.ok(read.at(-1), `${name} by ${size}`);
    }
  }
});

t.test('reader: what an answer says is told', async (t) => {
  const reader = createResponseReader({ keepsText: true });
  const read = (text: string, method = 'GET') => {
    reader.begin(method);
    return reader.feed(Buffer.from(text, 'latin1'));
  };
  t.match(read(answers.length), { status: 200, canGoOn: true, text: /hello$/ });
  t.match(read(answers.none), { status: 204, canGoOn: false });
  t.match(read(answers.interim), { status: 500, canGoOn: true });
  t.match(read('HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n', 'HEAD'), { status: 200 });
  t.equal(read('HTTP/1.1 200 OK\r\n\r\nabc'), undefined, 'without a length it lasts until the end');
  t.match(reader.end(), { status: 200, canGoOn: false, text: /abc$/ });
});

t.test('reader: what is not well formed is an error', async (t) => {
  for (const text of [
    'HTTP/1.0 200 OK\r\n\r\n',
    'nonsense\r\n\r\n',
    'HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\nab',
    'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n',
    `HTTP/1.1 200 OK\r\n${'x'.repeat(70_000)}`,
  ]) {
    const reader = createResponseReader({ keepsText: false });
    reader.begin('GET');
    t.throws(() => reader.feed(Buffer.from(text, 'latin1')), text.slice(0, 60));
  }
});
