import t from 'tap';
import { type AccessLogMode, createAccessLog } from '../access-log.ts';
import { weighLine } from '../log-sampler.ts';
import { createLogger, type LogLevel } from '../logger.ts';

t.test('sampler: all up to a rate, then one in many that stands for them', async (t) => {
  const state = { second: 0, count: 0 };
  const rule = { allPerSec: 10, oneIn: 50 };
  const weigh = (count: number, second: number) =>
    Array.from({ length: count }, () => weighLine(state, second, rule)).filter((weight) => weight > 0);
  t.same(weigh(10, 5), Array(10).fill(1));
  t.same(weigh(49, 5), []);
  t.same(weigh(101, 5), [50, 50, 50]);
  t.same(weigh(3, 6), [1, 1, 1], 'a new second begins anew');
  const flood = weigh(10_007, 7).reduce((sum, weight) => sum + weight, 0);
  t.ok(Math.abs(flood - 10_007) < 50, 'sums come out right');
});

function setUp({ mode, level = 'info' }: { mode: AccessLogMode; level?: LogLevel }) {
  const lines: Record<string, unknown>[] = [];
  const logger = createLogger({
    ...{ room: 'test', instanceId: 'test-1', level },
    destination: { write: (text) => lines.push(JSON.parse(text)) },
  });
  const clock = { monotonicMs: () => 0 };
  const log = createAccessLog({ logger, mode, clock, rule: { allPerSec: 2, oneIn: 10 } });
  const note = (status: number) =>
    log.note(status, () => ({ requestId: 'r', method: 'GET', path: '/', status, ms: 1.234, visitor: 'v' }));
  return { lines, note };
}

t.test('access log: a flood is sampled, errors are not, and each mode does what it says', async (t) => {
  const { lines, note } = setUp({ mode: 'sampled' });
  for (let count = 0; count < 32; count += 1) note(200);
  t.same(
    lines.map(({ sampled }) => sampled),
    [undefined, undefined, 10, 10, 10],
  );
  t.match(lines[0], { msg: 'request', requestId: 'r', visitor: 'v', status: 200, ms: 1.2 });
  for (let count = 0; count < 5; count += 1) note(503);
  t.equal(lines.filter(({ status }) => status === 503).length, 5);

  const all = setUp({ mode: 'all' });
  for (let count = 0; count < 32; count += 1) all.note(200);
  t.equal(all.lines.length, 32);
  for (const quiet of [setUp({ mode: 'off' }), setUp({ mode: 'all', level: 'warn' })]) {
    quiet.note(500);
    t.same(quiet.lines, []);
  }
});
