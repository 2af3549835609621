import t from 'tap';
import { type Options, readOptions } from '../options.ts';

function run(argv: string[], env: Record<string, string> = {}): Options {
  const outcome = readOptions(argv, env);
  if (outcome.kind !== 'run') throw new Error(JSON.stringify(outcome));
  return outcome.options;
}

function problems(argv: string[], env: Record<string, string> = {}): string[] {
  const outcome = readOptions(argv, env);
  return outcome.kind === 'refused' ? outcome.problems : [];
}

t.test('options: without any, two booking instances, two queue-processors and one of the others', async (t) => {
  t.same(run([]), {
    port: 8080,
    host: '127.0.0.1',
    gateways: 1,
    gatewayWorkers: 1,
    bookingInstances: 2,
    waitingRooms: 1,
    autoscale: false,
    bookingMax: 8,
    waitingRoomsMax: 4,
    queueProcessors: 2,
    redisUrl: undefined,
    redisPort: 6390,
    dataDir: '.data',
    logLevel: 'info',
    adminUser: 'admin',
    adminPassword: undefined,
  });
});

t.test('options: from the environment, empty counts as not set', async (t) => {
  const options = run([], { PORT: '9000', BOOKING_INSTANCES: '4', REDIS_URL: '', LOG_LEVEL: '' });
  t.match(options, { port: 9000, bookingInstances: 4, logLevel: 'info' });
  t.equal(options.redisUrl, undefined);
});

t.test('options: the command line wins over the environment', async (t) => {
  t.equal(run(['--port', '9001'], { PORT: '9000' }).port, 9001);
  t.equal(run(['--port=9002'], { PORT: 'nonsense' }).port, 9002);
});

t.test('options: all problems at once, each with its source', async (t) => {
  t.same(problems(['--gateways', '0', '--colour', 'red', 'stray', '--host'], { PORT: '99999', LOG_LEVEL: 'loud' }), [
    '--colour: no such option; see --help',
    'red: not an option; see --help',
    'stray: not an option; see --help',
    '--host: needs a value',
    "PORT: must be a whole number from 1 to 65535, not '99999'",
    "--gateways: must be a whole number from 1 to 16, not '0'",
    "LOG_LEVEL: must be one of trace, debug, info, warn, error, fatal, silent, not 'loud'",
  ]);
});

t.test('options: a flag stands alone, or has a word', async (t) => {
  t.equal(run(['--autoscale', '--booking-max', '5']).autoscale, true);
  t.equal(run(['--autoscale=0'], { AUTOSCALE: '1' }).autoscale, false);
  t.equal(run([], { AUTOSCALE: 'true' }).autoscale, true);
  t.same(problems([], { AUTOSCALE: 'maybe' }), ["AUTOSCALE: must be one of 1, 0, true, false, not 'maybe'"]);
});

t.test('options: numbers are whole and plain', async (t) => {
  for (const text of ['80.5', '-1', '0x50', '1e3', ' 80', '٨٠', '99999999999999999999']) {
    t.equal(problems([], { PORT: text }).length, 1, text);
  }
});

t.test('options: a refused REDIS_URL is not repeated, it may hold a password', async (t) => {
  for (const text of ['http://user:hunter2@host', 'redis:', 'hunter2']) {
    const [problem, ...rest] = problems([], { REDIS_URL: text });
    t.match(problem, /^REDIS_URL: must .*redis:..host:6379/);
    t.notMatch(problem, /hunter2/);
    t.same(rest, []);
  }
  t.equal(
    run([], { REDIS_URL: 'rediss://user:pw@cache.example:6380/1' }).redisUrl,
    'rediss://user:pw@cache.example:6380/1',
  );
});

t.test('options: ports that cannot go together', async (t) => {
  t.match(problems(['--port', '65535', '--gateways', '2']), [/^--gateways: the last one would need port 65536/]);
  t.match(problems(['--booking-instances', '0']), [/^--booking-instances: 0 needs UPSTREAMS/]);
  t.match(problems(['--port', '6389', '--gateways', '2']), [/^--redis-port: 6390 is a port of the gateway as well/]);
  t.same(problems(['--port', '6390'], { REDIS_URL: 'redis://127.0.0.1' }), [], 'no Redis of our own, no clash');
});

t.test('options: a password is taken from the environment only, and has a length', async (t) => {
  t.equal(run([], { ADMIN_PASSWORD: 'long enough' }).adminPassword, 'long enough');
  t.match(problems([], { ADMIN_PASSWORD: 'short' }), [/^ADMIN_PASSWORD: must have 8 to 1024 characters, has 5$/]);
  t.match(problems(['--admin-password', 'long enough']), [/^--admin-password: no such option/, /not an option/]);
});

t.test('options: --help names every option with its variable and default', async (t) => {
  const outcome = readOptions(['--help', '--port', 'nonsense'], {});
  t.equal(outcome.kind, 'help');
  if (outcome.kind !== 'help') return;
  t.match(outcome.text, /--booking-instances +BOOKING_INSTANCES +booking instances, 0 for .* \(2\)/);
  t.match(outcome.text, /ADMIN_PASSWORD/);
  t.equal(readOptions(['-h'], {}).kind, 'help');
});
