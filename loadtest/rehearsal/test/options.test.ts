import t from 'tap';
import { readOptions } from '../options.ts';
import { judgeTarget } from '../target.ts';

const problemsOf = (...argv: string[]) => {
  const outcome = readOptions(argv);
  return outcome.kind === 'refused' ? outcome.problems : [];
};

t.test('options: the defaults play against this machine', async (t) => {
  const outcome = readOptions([]);
  if (outcome.kind !== 'run') throw new Error('not run');
  t.same(outcome.options.target, { origin: 'http://127.0.0.1:8080', ownHost: undefined });
  t.match(outcome.options, { visitors: 500, minutes: 2, arrivals: 'spike', start: false, sample: false });
});

t.test('options: all problems are told at once, each with its option, range and value', async (t) => {
  const problems = problemsOf(
    '--visitors',
    '0',
    '--bots=1.5',
    '--arrivals',
    'wave',
    '--nonsense',
    'word',
    '--url=x',
    '--seed',
  );
  for (const part of [
    "--visitors: must be a whole number from 1 to 200000, not '0'",
    "--bots: must be a number from 0 to 1, not '1.5'",
    "--arrivals: must be one of flat, spike, ramp, not 'wave'",
    '--nonsense: no such option; see --help',
    'word: not an option; see --help',
    '--seed: needs a value',
    "--url: must be like http://127.0.0.1:8080 or https://tickets.example.com, not 'x'",
  ]) {
    t.ok(problems.includes(part), part);
  }
  t.equal(problems.length, 7);
});

t.test('options: what does not go together is refused', async (t) => {
  t.match(problemsOf('--start', '--url', 'http://127.0.0.1:9000'), [/^--start: /]);
  t.match(problemsOf('--places', '5'), [/^--places: goes with --start/]);
  t.match(problemsOf('--start=yes'), [/^--start: takes no value/]);
});

t.test('options: --help names each option with its default', async (t) => {
  const outcome = readOptions(['--help', '--bogus']);
  if (outcome.kind !== 'help') throw new Error('no help');
  for (const name of ['url', 'i-own', 'start', 'arrivals', 'patience', 'drop-off', 'bots', 'max-p99-ms', 'out']) {
    t.ok(outcome.text.includes(`  --${name}`), name);
  }
  t.match(outcome.text, /default 500/);
});

t.test('target: another machine only when its name is said twice, by https, within bounds', async (t) => {
  const url = 'https://tickets.example.com';
  t.same(judgeTarget(url, 'tickets.example.com'), {
    kind: 'target',
    target: { origin: url, ownHost: 'tickets.example.com' },
  });
  const refused = (text: string, owned?: string) => {
    const verdict = judgeTarget(text, owned);
    return verdict.kind === 'refused' ? verdict.problems.join() : '';
  };
  t.match(refused(url), /attack.*--i-own tickets\.example\.com/);
  t.match(refused(url, 'example.com'), /'example\.com' is not the host/);
  t.match(refused('http://tickets.example.com', 'tickets.example.com'), /https/);
  t.match(refused('http://localhost:8080'), /127\.0\.0\.1 instead/);
  t.match(refused('http://127.0.0.1.example.com'), /not this machine/);
  t.match(refused('http://127.0.0.1:8080/path'), /without user, path/);
  t.match(refused('http://127.0.0.1', '127.0.0.1'), /is this machine/);
  t.match(refused('ftp://127.0.0.1'), /must be like/);
  const owned = ['--url', url, '--i-own', 'tickets.example.com'];
  t.match(problemsOf(...owned, '--visitors', '20001', '--connections', '501'), [
    /^--visitors: must be at most 20000 for a site elsewhere/,
    /^--connections: must be at most 500/,
  ]);
  t.same(problemsOf(...owned), []);
});
