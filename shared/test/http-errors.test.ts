import t from 'tap';
import { createCodedError } from '../errors.ts';
import { isRedisUnavailable, toCodedError } from '../http-errors.ts';

function failure(message: string, fields: Record<string, unknown> = {}): Error {
  return Object.assign(new Error(message), fields);
}

t.test('http-errors: a coded error stays what it is', async (t) => {
  const error = createCodedError('SOLD_OUT');
  t.equal(toCodedError(error), error);
});

t.test('http-errors: faults of Redis are 503, others INTERNAL, without telling the message', async (t) => {
  const gone = [
    failure('Command timed out'),
    failure('Connection is closed.'),
    failure("Stream isn't writeable and enableOfflineQueue options is false"),
    failure('LOADING Redis is loading the dataset in memory'),
    failure("READONLY You can't write against a read only replica."),
    failure("OOM command not allowed when used memory > 'maxmemory'."),
    failure('MISCONF Redis is configured to save RDB snapshots'),
    failure('Reached the max retries per request limit (which is 1).', { name: 'MaxRetriesPerRequestError' }),
  ];
  for (const error of gone) {
    t.ok(isRedisUnavailable(error), error.message);
    t.equal(toCodedError(error).code, 'REDIS_UNAVAILABLE');
  }
  const bug = failure('cannot read properties of undefined');
  const coded = toCodedError(bug);
  t.equal(coded.code, 'INTERNAL');
  t.notMatch(coded.message, 'undefined');
  t.equal(coded.cause, bug);
  t.equal(toCodedError('a string').code, 'INTERNAL');
  t.equal(toCodedError(undefined).code, 'INTERNAL');
});

t.test(
  'http-errors: a key that somebody made into something else is no fault of the program: 503, not 500',
  async (t) => {
    const spoiled = [
      failure('WRONGTYPE Operation against a key holding the wrong kind of value'),
      failure('WRONGKEY booking:gate holds a string, expected a hash script: 4f1c, on @user_script:5.'),
    ];
    for (const error of spoiled) {
      const coded = toCodedError(error);
      t.match(coded, { code: 'DATA_SPOILED', statusCode: 503, cause: error });
      t.notMatch(coded.message, /WRONG|booking:/);
    }
  },
);

t.test('http-errors: faults of the asker keep their status', async (t) => {
  const cases = [
    [{ code: 'FST_ERR_CTP_BODY_TOO_LARGE', statusCode: 413 }, 'BODY_TOO_LARGE'],
    [{ code: 'FST_ERR_CTP_INVALID_MEDIA_TYPE', statusCode: 415 }, 'UNSUPPORTED_MEDIA_TYPE'],
    [{ code: 'FST_ERR_BAD_URL', statusCode: 400 }, 'BAD_PATH'],
    [{ code: 'FST_CSRF_INVALID_TOKEN', statusCode: 403 }, 'CSRF'],
    [{ code: 'WHATEVER', statusCode: 404 }, 'NOT_FOUND'],
    [{ code: 'WHATEVER', statusCode: 418 }, 'BAD_REQUEST'],
    [{ code: 'WHATEVER', statusCode: 502 }, 'INTERNAL'],
  ] as const;
  for (const [fields, code] of cases) t.equal(toCodedError(failure('x', fields)).code, code, JSON.stringify(fields));
});

t.test('http-errors: a failed validation names the field', async (t) => {
  const error = failure('x', {
    statusCode: 400,
    validationContext: 'body',
    validation: [{ instancePath: '/order/seats', message: 'must be integer' }],
  });
  t.match(toCodedError(error).message, 'body/order/seats must be integer');
});
