import t from 'tap';
import Type from 'typebox';
import { ConfigError, commonConfig, createInstanceId, readConfig, SecretList, secretList } from '../config.ts';

const secretA = 'a'.repeat(32);
const secretB = 'b'.repeat(40);

function problemsOf(run: () => unknown): string[] {
  try {
    run();
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

t.test('config: an empty environment gives the defaults', async (t) => {
  const config = readConfig(Type.Object(commonConfig), {});
  t.same(config, {
    REDIS_URL: 'redis://127.0.0.1:6379',
    HOST: '127.0.0.1',
    PORT: 0,
    INTERNAL_HOST: '127.0.0.1',
    INTERNAL_PORT: 0,
    LOG_LEVEL: 'info',
    EVENT: 'default',
    DRAIN_DELAY_MS: 0,
    STOP_TIMEOUT_MS: 10_000,
  });
  t.notOk('CAPACITY' in config, 'optional fields stay out');
});

t.test('config: text becomes the type of the field', async (t) => {
  const schema = Type.Object({
    PORT: commonConfig.PORT,
    RATIO: Type.Number({ minimum: 0, maximum: 1 }),
    ON: Type.Boolean(),
    OFF: Type.Boolean(),
    NAMES: Type.Array(Type.String()),
    SIZES: Type.Array(Type.Integer()),
    CODE: Type.Union([Type.Literal(200), Type.Literal(429)]),
    MODE: Type.Union([Type.Literal('a'), Type.Literal('b')]),
  });
  const config = readConfig(schema, {
    PORT: ' 8080 ',
    RATIO: '0.25',
    ON: '1',
    OFF: 'false',
    NAMES: 'x, y,,z',
    SIZES: '1,2',
    CODE: '429',
    MODE: 'b',
  });
  t.same(config, {
    PORT: 8080,
    RATIO: 0.25,
    ON: true,
    OFF: false,
    NAMES: ['x', 'y', 'z'],
    SIZES: [1, 2],
    CODE: 429,
    MODE: 'b',
  });
});

t.test('config: an explicit 0 is kept, an empty text counts as not set', async (t) => {
  const schema = Type.Object({ LIMIT: Type.Integer({ minimum: 0, default: 5 }) });
  t.equal(readConfig(schema, { LIMIT: '0' }).LIMIT, 0);
  t.equal(readConfig(schema, { LIMIT: '' }).LIMIT, 5);
  t.equal(readConfig(schema, { LIMIT: '  ' }).LIMIT, 5);
});

t.test('config: all problems are told at once, with name, range and value', async (t) => {
  const schema = Type.Object({ ...commonConfig, COOKIE_SECRETS: SecretList, ON: Type.Boolean() });
  const problems = problemsOf(() =>
    readConfig(schema, { PORT: '70000', INTERNAL_PORT: '80a', LOG_LEVEL: 'loud', EVENT: 'Big Sale', ON: 'yes' }),
  );
  t.equal(problems.length, 6);
  t.match(problems, [
    'PORT must be a whole number 0–65535, not "70000"',
    'INTERNAL_PORT must be a whole number 0–65535, not "80a"',
    /^LOG_LEVEL must be one of fatal \| .* \| silent, not "loud"$/,
    /^EVENT must be .*, not "Big Sale"$/,
    /^COOKIE_SECRETS is not set \(secrets separated by commas/,
    'ON must be one of 1 | 0 | true | false, not "yes"',
  ]);
});

t.test('config: numbers are plain decimals', async (t) => {
  const schema = Type.Object({ N: Type.Integer() });
  for (const text of ['0x10', '1e3', '1.5', 'NaN', 'Infinity', '1 2', '٣']) {
    t.equal(problemsOf(() => readConfig(schema, { N: text })).length, 1, text);
  }
});

t.test('config: secrets', async (t) => {
  const schema = Type.Object({ COOKIE_SECRETS: SecretList, REDIS_URL: commonConfig.REDIS_URL });
  t.same(readConfig(schema, { COOKIE_SECRETS: `${secretA}, ${secretB}` }).COOKIE_SECRETS, [secretA, secretB]);
  const problems = problemsOf(() =>
    readConfig(schema, { COOKIE_SECRETS: `${secretA},hunter2`, REDIS_URL: 'http://user:hunter2@host' }),
  );
  t.equal(problems.length, 2);
  t.match(problems[0], 'COOKIE_SECRETS each secret needs at least 32 characters; number 2 has fewer');
  t.notMatch(problems.join(), 'hunter2', 'secrets are never printed');
  t.match(
    problemsOf(() => readConfig(schema, { COOKIE_SECRETS: `${secretA},${secretA}` })),
    [/same secret twice/],
  );
  t.match(
    problemsOf(() => readConfig(schema, { COOKIE_SECRETS: ' , ' })),
    [/at least one/],
  );
});

t.test('config: secretList', async (t) => {
  t.same(secretList(`${secretA},${secretB}`), [secretA, secretB]);
  t.same(
    problemsOf(() => secretList('short')),
    ['each secret needs at least 32 characters; number 1 has fewer'],
  );
});

t.test('config: an advertised address is an origin', async (t) => {
  const schema = Type.Object(commonConfig);
  for (const url of ['http://10.0.0.5:3000', 'https://booking.internal']) {
    t.equal(readConfig(schema, { ADVERTISE_URL: url }).ADVERTISE_URL, url);
  }
  for (const url of ['http://a:b@host', 'http://host/path', 'http://host?x', 'ftp://host', 'host:80']) {
    t.equal(problemsOf(() => readConfig(schema, { ADVERTISE_URL: url })).length, 1, url);
  }
});

t.test('config: the result cannot be changed and shares nothing with the schema', async (t) => {
  const schema = Type.Object({ NAMES: Type.Array(Type.String(), { default: ['x'] }) });
  const config = readConfig(schema, {});
  t.throws(() => (config.NAMES as string[]).push('y'), TypeError);
  t.throws(() => Object.assign(config, { NAMES: [] }), TypeError);
  t.same(readConfig(schema, {}).NAMES, ['x']);
});

t.test('config: an instance id names the room and differs', async (t) => {
  t.match(createInstanceId('booking'), /^booking-[0-9a-f]{8}$/);
  t.not(createInstanceId('booking'), createInstanceId('booking'));
});
