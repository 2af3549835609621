import { type OptionForm, readCommandLine } from '../../deploy/local/command-line.ts';
import { type ArrivalShape, arrivalShapes } from './arrivals-curve.ts';
import type { Habits } from './persona.ts';
import { bounds, judgeTarget, type Target } from './target.ts';
import type { Limits } from './verdict.ts';

type Row = { about: string } & (
  | { kind: 'integer' | 'number'; fallback: number; min: number; max: number }
  | { kind: 'choice'; fallback: string; choices: readonly string[] }
  | { kind: 'text'; fallback: string }
  | { kind: 'flag' }
);

const share = (fallback: number, about: string) => ({ kind: 'number', fallback, min: 0, max: 1, about }) as const;
const mostVisitors = bounds.loopback.visitors;
const mostConnections = bounds.loopback.connections;

const optionTable = {
  url: { kind: 'text', fallback: 'http://127.0.0.1:8080', about: 'the site' },
  'i-own': {
    kind: 'text',
    fallback: '',
    about: 'host name of --url once more, for a site that is not on this machine',
  },
  start: { kind: 'flag', about: 'begin a site of its own, with a Redis of its own, and stop it afterwards' },
  places: { kind: 'integer', fallback: 100, min: 1, max: 1_000_000, about: 'with --start: places (maxBooking)' },
  visitors: { kind: 'integer', fallback: 500, min: 1, max: mostVisitors, about: 'how many come, bots included' },
  minutes: { kind: 'number', fallback: 2, min: 0.05, max: 60, about: 'time over which they come' },
  'after-minutes': { kind: 'number', fallback: 1, min: 0, max: 60, about: 'at most so long after the last has come' },
  arrivals: {
    ...{ kind: 'choice', fallback: 'spike', choices: arrivalShapes },
    about: 'flat: evenly; spike: 60 % in the first tenth (at most 10 s), then a long tail; ramp: more and more',
  },
  patience: {
    ...{ kind: 'number', fallback: 600, min: 1, max: 36_000 },
    about: 'median seconds that people wait before they leave without a word (log-normal, sigma 0.7)',
  },
  'drop-off': share(0.1, 'share of the admitted who never enter, never order, or give the place back (a third each)'),
  'think-seconds': {
    ...{ kind: 'number', fallback: 10, min: 0, max: 3600 },
    about: 'median seconds from the booking page to the order (log-normal, sigma 0.5)',
  },
  reload: share(0.1, 'share of people who reload the waiting page every 5 to 30 s'),
  bots: share(0, 'share of clients that are bots: half keep no cookies, half ask far sooner than told'),
  connections: { kind: 'integer', fallback: 500, min: 1, max: mostConnections, about: 'kept connections at most' },
  seed: { kind: 'integer', fallback: 1, min: 0, max: 4_294_967_295, about: 'the same seed draws the same crowd' },
  'max-error-ratio': share(0.01, 'limit: share of requests of people that fail'),
  'max-p99-ms': {
    ...{ kind: 'number', fallback: 1000, min: 1, max: 60_000 },
    about: 'limit: 99th percentile of a join and of a page, ms from when it was due',
  },
  'max-estimate-miss': share(0.25, 'limit: share of told waits that came true outside the range'),
  'min-admissions-per-minute': {
    ...{ kind: 'number', fallback: 1, min: 0, max: 1_000_000 },
    about: 'limit: admissions a minute while anybody waits',
  },
  out: { kind: 'text', fallback: '', about: 'folder of the report (default .data/rehearsals/ and the time)' },
  sample: { kind: 'flag', about: 'put the report into docs/rehearsal.md as its sample as well' },
} as const satisfies Record<string, Row>;

type OptionName = keyof typeof optionTable;

export type RehearsalOptions = {
  target: Target;
  start: boolean;
  places: number;
  visitors: number;
  minutes: number;
  afterMinutes: number;
  arrivals: ArrivalShape;
  habits: Habits;
  connections: number;
  seed: number;
  limits: Limits;
  out: string;
  sample: boolean;
  /** As it can be typed to play the same again. */
  command: string;
};
export type OptionsOutcome =
  | { kind: 'run'; options: RehearsalOptions }
  | { kind: 'help'; text: string }
  | { kind: 'refused'; problems: string[] };

const forms: Readonly<Record<string, OptionForm>> = Object.fromEntries(
  Object.entries(optionTable).map(([name, { kind }]) => [name, kind === 'flag' ? 'flag' : 'value']),
);

/** Reads everything before judging, so that all problems are told at once. */
export function readOptions(argv: readonly string[]): OptionsOutcome {
  const problems: string[] = [];
  const given = readCommandLine(argv, forms, problems);
  if (given.has('help')) return { kind: 'help', text: helpText() };

  const text = (name: OptionName): string => {
    const row: Row = optionTable[name];
    const value = given.get(name);
    if (value === undefined) return 'fallback' in row ? String(row.fallback) : '';
    const problem = judge(row, value);
    if (problem === undefined) return value;
    problems.push(`--${name}: ${problem}`);
    return 'fallback' in row ? String(row.fallback) : '';
  };
  const number = (name: OptionName) => Number(text(name));

  const options = {
    start: text('start') !== '',
    places: number('places'),
    visitors: number('visitors'),
    minutes: number('minutes'),
    afterMinutes: number('after-minutes'),
    arrivals: text('arrivals') as ArrivalShape,
    habits: {
      patienceSec: number('patience'),
      dropOffRatio: number('drop-off'),
      thinkSec: number('think-seconds'),
      botRatio: number('bots'),
      reloadRatio: number('reload'),
    },
    connections: number('connections'),
    seed: number('seed'),
    limits: {
      maxErrorRatio: number('max-error-ratio'),
      maxP99Ms: number('max-p99-ms'),
      maxEstimateMissRatio: number('max-estimate-miss'),
      minAdmissionsPerMinute: number('min-admissions-per-minute'),
    },
    out: text('out'),
    sample: text('sample') !== '',
    command: writeCommand(given),
  };
  if (options.start && (given.has('url') || given.has('i-own'))) {
    problems.push('--start: begins a site of its own; leave --url and --i-own out');
  }
  if (!options.start && given.has('places')) {
    problems.push('--places: goes with --start; a site that runs has its own maxBooking');
  }
  const verdict = judgeTarget(
    options.start ? optionTable.url.fallback : text('url'),
    options.start ? undefined : given.get('i-own'),
  );
  if (verdict.kind === 'refused') return { kind: 'refused', problems: [...problems, ...verdict.problems] };
  const { target } = verdict;
  if (target.ownHost !== undefined) {
    const most = bounds.elsewhere;
    for (const name of ['visitors', 'connections'] as const) {
      if (options[name] <= most[name]) continue;
      problems.push(`--${name}: must be at most ${most[name]} for a site elsewhere, not ${options[name]}`);
    }
  }
  return problems.length > 0 ? { kind: 'refused', problems } : { kind: 'run', options: { ...options, target } };
}

/** Without where the report goes, which changes nothing of what is played. */
function writeCommand(given: ReadonlyMap<string, string>): string {
  const words = Array.from(given).filter(([name]) => name !== 'out' && name !== 'sample');
  const typed = words.map(([name, value]) => (forms[name] === 'flag' ? ` --${name}` : ` --${name}=${value}`));
  return `npm run rehearse${typed.length > 0 ? ' --' : ''}${typed.join('')}`;
}

function judge(row: Row, text: string): string | undefined {
  switch (row.kind) {
    case 'integer':
    case 'number': {
      const form = row.kind === 'integer' ? /^\d{1,10}$/ : /^\d{1,10}(\.\d{1,6})?$/;
      const value = form.test(text) ? Number(text) : Number.NaN;
      if (value >= row.min && value <= row.max) return undefined;
      return `must be a ${row.kind === 'integer' ? 'whole ' : ''}number from ${row.min} to ${row.max}, not '${text}'`;
    }
    case 'choice':
      return row.choices.includes(text) ? undefined : `must be one of ${row.choices.join(', ')}, not '${text}'`;
    case 'flag':
      return text === '1' ? undefined : `takes no value, not '${text}'`;
    case 'text':
      return undefined;
  }
}

function helpText(): string {
  const rows = Object.entries(optionTable).map(([name, row]: [string, Row]) => {
    const value = { integer: '=N', number: '=N', choice: '=WORD', text: '=TEXT', flag: '' }[row.kind];
    const range = row.kind === 'integer' || row.kind === 'number' ? `${row.min} to ${row.max}, ` : '';
    const choices = row.kind === 'choice' ? `${row.choices.join(', ')}; ` : '';
    const fallback = 'fallback' in row && row.fallback !== '' ? ` (${choices}${range}default ${row.fallback})` : '';
    return [`--${name}${value}`, `${row.about}${fallback}`] as const;
  });
  const width = Math.max(...rows.map(([name]) => name.length));
  return [
    'npm run rehearse -- [options]: plays an on-sale night against a Fairline site that runs, and says GO or NO-GO.',
    '',
    'Each visitor keeps cookies, comes to / or /ticketing, waits as told, enters, thinks and orders. Everything happens when it',
    'is due, however slow the site is, and latency counts from then. What visitors see is held against what the line promises.',
    'The report (Markdown with plots) says which limits were kept. Exit code 0: GO, 2: NO-GO, 1: it could not be played.',
    'Ctrl-C ends it early, in order, with a report of what there is.',
    '',
    ...rows.map(([name, about]) => `  ${name.padEnd(width)}  ${about}`),
    `  ${'--help'.padEnd(width)}  this text`,
    '',
    'Real orders are made and real places taken: rehearse on a site whose sale may be thrown away. Load goes to this machine;',
    'for a site elsewhere that is yours say its name twice:',
    '  npm run rehearse -- --url https://tickets.example.com --i-own tickets.example.com',
    `There it is limited to ${bounds.elsewhere.visitors} visitors and ${bounds.elsewhere.connections} connections, and ends by itself when a fifth of the requests of ten seconds fail.`,
  ].join('\n');
}
