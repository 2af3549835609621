import { readFileSync } from 'node:fs';
import t from 'tap';
import { errorTable } from '../error-table.ts';
import { bodyOfError, createCodedError, type ErrorCode, errorBody, errorRow, isCodedError } from '../errors.ts';

const codes = Object.keys(errorTable) as ErrorCode[];

t.test('errors: docs/errors.md lists exactly the rows of the table', async (t) => {
  const docs = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8');
  const documented = docs
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) =>
      line
        .split('|')
        .slice(1, 7)
        .map((cell) => cell.trim()),
    );
  const rows = codes.map((code) => {
    const { status, room, source, retryable, message } = errorRow(code);
    return [`\`${code}\``, String(status), room === 'shared' ? 'any' : room, source, retryable ? 'yes' : 'no', message];
  });
  t.same(documented, rows);
});

t.test('errors: every row is sensible', async (t) => {
  for (const code of codes) {
    const row = errorRow(code);
    t.match(code, /^[A-Z][A-Z_]+[A-Z]$/, `${code} is a public code`);
    if (row.source === 'client') t.ok(row.status >= 400 && row.status < 500, `${code}: a fault of the asker is 4xx`);
    if (row.source === 'upstream') t.ok([502, 503, 504].includes(row.status), `${code}: upstream faults are never 500`);
    if (row.source === 'redis') t.equal(row.status, 503, `${code}: Redis comes back`);
    if (row.status === 503) {
      t.ok(row.retryable, `${code}: 503 can be tried again`);
      t.ok(row.retryAfterSec, `${code}: 503 says when`);
    }
    t.match(row.message, /\.$/, `${code} has a sentence`);
  }
});

t.test('errors: a coded error carries code, status, message and cause', async (t) => {
  const cause = new Error('inner');
  const error = createCodedError('BAD_REQUEST', 'the body is empty', { cause });
  t.equal(error.code, 'BAD_REQUEST');
  t.equal(error.statusCode, 400);
  t.equal(error.message, 'The request is malformed: the body is empty.');
  t.equal(error.cause, cause);
  t.ok(error instanceof Error);
});

t.test('errors: what a client sent is told back shortened', async (t) => {
  const { message } = createCodedError('BAD_SETTING', 'message', 'is too long', 'x'.repeat(5000));
  t.ok(message.length < 300);
  t.match(message, /…\.$/);
});

t.test('errors: only our own errors are coded', async (t) => {
  t.ok(isCodedError(createCodedError('NOT_FOUND')));
  t.notOk(
    isCodedError(Object.assign(new Error('no'), { code: 'NOT_FOUND', statusCode: 404 })),
    'a code alone is not enough',
  );
  t.notOk(isCodedError(Object.assign(new Error('no'), { code: 'toString' })));
  t.notOk(isCodedError({ code: 'NOT_FOUND' }));
  t.notOk(isCodedError(undefined));
});

t.test('errors: bodies', async (t) => {
  const body = {
    statusCode: 409,
    code: 'PLACE_ENDED',
    error: 'Conflict',
    message: errorTable.PLACE_ENDED.message,
    requestId: 'r1',
  };
  t.same(errorBody('PLACE_ENDED', 'r1'), body);
  t.same(bodyOfError(createCodedError('PLACE_ENDED'), 'r1'), body);
  t.equal(errorBody('METHOD_NOT_ALLOWED', 'r1', 'PUT').message, 'This address does not take PUT requests.');
});
