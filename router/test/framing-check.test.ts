import t from 'tap';
import { findFramingProblem } from '../routing/framing-check.ts';

/** A head as Node would hand it over; the same field twice arrives joined, except Host, whose first counts. */
function head(rawHeaders: string[], httpVersion = '1.1') {
  const headers: Record<string, string> = {};
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = String(rawHeaders[index]).toLowerCase();
    const value = String(rawHeaders[index + 1]);
    if (headers[name] === undefined) headers[name] = value;
    else if (name !== 'host') headers[name] += `, ${value}`;
  }
  return { httpVersion, headers, rawHeaders };
}

t.test('framing: one host name, once', async (t) => {
  t.equal(findFramingProblem(head(['Host', 'tickets.example:8080', 'Accept', '*/*'])), undefined);
  t.equal(findFramingProblem(head(['host', '[::1]:8080'])), undefined);
  t.ok(findFramingProblem(head([])));
  t.ok(findFramingProblem(head(['Host', ''])));
  t.ok(findFramingProblem(head(['Host', 'a', 'host', 'b'])));
  t.ok(findFramingProblem(head(['Host', 'a', 'Host', 'a'])));
  for (const host of ['a/b', 'a,b', 'a b', 'user@a', 'a\\b']) t.ok(findFramingProblem(head(['Host', host])), host);
});

t.test('framing: the end of a body is plain to everybody', async (t) => {
  const withHost = (...rawHeaders: string[]) => head(['Host', 'a', ...rawHeaders]);
  t.equal(findFramingProblem(withHost('Content-Length', '0')), undefined);
  t.equal(findFramingProblem(withHost('Content-Length', '999999999999999')), undefined);
  t.equal(findFramingProblem(withHost('Transfer-Encoding', 'Chunked')), undefined);
  for (const length of ['', '-1', '+1', '0x1', '1.0', '1, 1', '1e3', '9999999999999999']) {
    t.ok(findFramingProblem(withHost('Content-Length', length)), length);
  }
  for (const coding of ['', 'identity', 'gzip, chunked', 'chunked, chunked', ',chunked', 'chunked;a=b', 'xchunked']) {
    t.ok(findFramingProblem(withHost('Transfer-Encoding', coding)), coding);
  }
  t.ok(findFramingProblem(withHost('Transfer-Encoding', 'identity', 'Transfer-Encoding', 'chunked')));
  t.ok(findFramingProblem(withHost('Transfer-Encoding', 'chunked', 'Content-Length', '5')));
  t.ok(findFramingProblem(withHost('Content_Length', '5')));
  t.ok(findFramingProblem(withHost('transfer_encoding', 'chunked')));
});

t.test('framing: no version but 1.1 and 1.0, and no transfer coding in 1.0', async (t) => {
  t.equal(findFramingProblem(head(['Host', 'a'], '1.0')), undefined);
  t.ok(findFramingProblem(head(['Host', 'a', 'Transfer-Encoding', 'chunked'], '1.0')));
  for (const version of ['0.9', '2.0']) t.ok(findFramingProblem(head(['Host', 'a'], version)), version);
});
