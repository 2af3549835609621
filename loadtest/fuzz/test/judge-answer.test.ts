import t from 'tap';
import { findAnswerProblem } from '../judge-answer.ts';
import { type Exchange, readAnswer } from '../raw-exchange.ts';

function answered(status: number, body: unknown, headers: Record<string, string> = {}): Exchange {
  const type = typeof body === 'string' ? {} : { 'content-type': 'application/json; charset=utf-8' };
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return {
    kind: 'answered',
    answer: { status, headers: new Map(Object.entries({ ...type, ...headers })), body: text },
  };
}
const error = (statusCode: number, code: string) => ({ statusCode, code, error: 'x', message: 'y', requestId: 'z' });

t.test('judge: answers in order', async (t) => {
  t.equal(findAnswerProblem(answered(200, { status: 'none' })), undefined);
  t.equal(findAnswerProblem(answered(400, error(400, 'BAD_PATH'))), undefined);
  t.equal(findAnswerProblem(answered(503, error(503, 'TRY_AGAIN'))), undefined);
  t.equal(findAnswerProblem(answered(404, '<html>nothing here</html>', { 'content-type': 'text/html' })), undefined);
  t.equal(findAnswerProblem({ kind: 'closed' }, { mayBeNoRequest: true }), undefined);
});

t.test('judge: everything else is told', async (t) => {
  t.match(findAnswerProblem(answered(500, error(500, 'INTERNAL'))), 'status 500');
  t.match(findAnswerProblem(answered(502, error(502, 'UPSTREAM_RESET'))), 'status 502');
  t.match(findAnswerProblem(answered(400, error(404, 'BAD_PATH'))), 'BAD_PATH with status 400');
  t.match(findAnswerProblem(answered(400, error(400, 'WHATEVER'))), 'an unknown code');
  t.match(findAnswerProblem(answered(400, { error: 'no' })), 'another shape');
  t.match(findAnswerProblem(answered(400, '{', { 'content-type': 'application/json' })), 'no JSON');
  t.match(findAnswerProblem(answered(400, 'WRONGTYPE Operation', { 'content-type': 'text/html' })), 'our inside');
  t.match(findAnswerProblem(answered(200, {}, { 'x-fairline-booked': '1' })), 'x-fairline-booked');
  t.match(findAnswerProblem(answered(200, {}, { 'set-cookie': 'a=b', 'cache-control': 'public' })), 'may be stored');
  t.match(findAnswerProblem({ kind: 'closed' }), 'without an answer');
  t.match(findAnswerProblem({ kind: 'silent' }, { mayBeNoRequest: true }), 'stays open');
  t.match(findAnswerProblem({ kind: 'malformed', text: 'x' }), 'no HTTP');
});

const whole = { isHead: false, isEnd: false };

t.test('reading an answer: by its length, its chunks or the end of the connection', async (t) => {
  t.match(readAnswer('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nab', whole), { status: 200, body: 'ab' });
  t.match(readAnswer('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n', whole), {
    body: 'ab',
  });
  t.match(readAnswer('HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n', whole), { status: 204 });
  t.match(readAnswer('HTTP/1.1 200 OK\r\n\r\nab', { isHead: false, isEnd: true }), { body: 'ab' });
  t.match(readAnswer('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n', { isHead: true, isEnd: false }), { status: 200 });
});

t.test('reading an answer: parts are waited for, the rest is no HTTP', async (t) => {
  for (const part of [
    'HTTP/1.1 200 OK\r\n',
    'HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nab',
    'HTTP/1.1 200 OK\r\n\r\n',
  ]) {
    t.equal(readAnswer(part, whole), 'incomplete', part);
  }
  const ended = { isHead: false, isEnd: true };
  for (const text of [
    'hello',
    'HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nab',
    'HTTP/1.1 99 x\r\n\r\n',
    'HTTP/1.1 200 OK\r\na b: c\r\n\r\n',
  ]) {
    t.equal(readAnswer(text, ended), 'malformed', text);
  }
});
