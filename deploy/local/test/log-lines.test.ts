import t from 'tap';
import { formatLogLine, hasColours } from '../log-lines.ts';

const prefix = { name: 'booking-1', width: 11, styleIndex: 1 };
const time = new Date(2026, 10, 22, 9, 5, 7, 42).toISOString();

function format(entry: object): string {
  return formatLogLine(prefix, JSON.stringify(entry), false);
}

t.test('log lines: time, level, message, then the other fields', async (t) => {
  t.equal(
    format({
      level: 'info',
      time,
      room: 'booking',
      instanceId: 'booking-1-ab',
      pid: 1,
      msg: 'listening',
      port: 80,
      url: 'http://a',
    }),
    'booking-1   │ 09:05:07.042 info  listening port=80 url=http://a',
  );
});

t.test('log lines: values with spaces are quoted, objects are JSON, empty ones stay visible', async (t) => {
  t.equal(
    format({ level: 'warn', time, msg: 'm', reason: 'no answer', list: [1, { a: 2 }], empty: '', none: null }),
    'booking-1   │ 09:05:07.042 WARN  m reason="no answer" list=[1,{"a":2}] empty=""',
  );
});

t.test('log lines: the stack of an error and of its cause follow, each with the prefix', async (t) => {
  const err = {
    type: 'Error',
    message: 'outer',
    stack: 'Error: outer\n    at a.ts:1',
    cause: { message: 'inner', stack: 'Error: inner' },
  };
  t.equal(
    format({ level: 'error', time, msg: 'failed', err }),
    [
      'booking-1   │ 09:05:07.042 ERROR failed',
      'booking-1   │     Error: outer',
      'booking-1   │     at a.ts:1',
      'booking-1   │     caused by',
      'booking-1   │     Error: inner',
    ].join('\n'),
  );
});

t.test('log lines: what is no log entry passes as it is', async (t) => {
  for (const line of ['plain words', '{"half":', '{"no":"level"}', '[1]', '']) {
    t.equal(formatLogLine(prefix, line, false), `booking-1   │ ${line}`);
  }
});

t.test('log lines: an entry with strange fields is still shown', async (t) => {
  t.equal(format({ level: 'odd', time: 'never', msg: 7 }), 'booking-1   │ odd  ');
  t.match(format({ level: 'info', time: {}, msg: 'm' }), /│ info {2}m$/);
});

t.test('log lines: control characters from outside cannot reach the terminal', async (t) => {
  const esc = String.fromCharCode(27);
  const line = format({ level: 'info', time, msg: `a${esc}[2J`, path: `/x${esc}[31m`, [`k${esc}`]: 1 });
  t.notOk(line.includes(esc));
  t.match(line, /a\\x1b\[2J/);
  t.notOk(formatLogLine(prefix, `raw ${esc}]0;title`, false).includes(esc));
});

t.test('log lines: colours when asked for', async (t) => {
  const esc = String.fromCharCode(27);
  const line = formatLogLine(prefix, JSON.stringify({ level: 'info', time, msg: 'm' }), true);
  t.ok(line.startsWith(`${esc}[36mbooking-1`));
});

t.test('log lines: who gets colours', async (t) => {
  t.equal(hasColours(true, {}), true);
  t.equal(hasColours(false, {}), false);
  t.equal(hasColours(true, { NO_COLOR: '1' }), false);
  t.equal(hasColours(true, { NO_COLOR: '' }), true);
  t.equal(hasColours(true, { TERM: 'dumb' }), false);
  t.equal(hasColours(false, { FORCE_COLOR: '1' }), true);
  t.equal(hasColours(true, { FORCE_COLOR: '0' }), false);
  t.equal(hasColours(true, { FORCE_COLOR: '1', NO_COLOR: '1' }), true);
});
