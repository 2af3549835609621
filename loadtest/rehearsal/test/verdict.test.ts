import t from 'tap';
import type { CrowdResult } from '../crowd.ts';
import { readOptions } from '../options.ts';
import { renderPlots } from '../plots.ts';
import { renderReport } from '../report.ts';
import { createTally } from '../tally.ts';
import { judgeRehearsal } from '../verdict.ts';

const limits = { maxErrorRatio: 0.1, maxP99Ms: 500, maxEstimateMissRatio: 0.25, minAdmissionsPerMinute: 20 };

/** A good night: ten people wait, one is let in each second. */
function playGoodNight(changes: Partial<CrowdResult> = {}): CrowdResult {
  const tally = createTally();
  for (let second = 0; second < 10; second += 1) {
    tally.move('coming', 'waiting', second * 1000);
    tally.totals.person.clients += 1;
  }
  for (let second = 10; second < 19; second += 1) {
    tally.move('waiting', 'booked', second * 1000);
    tally.totals.person.admitted += 1;
  }
  for (const step of ['join', 'claim', 'status', 'confirm'] as const) {
    for (let index = 0; index < 10; index += 1) {
      const at = { intendedMs: index * 1000, nowMs: index * 1000 + 40 };
      tally.noteRequest({ kind: 'person', step, ...at, status: 0, failure: undefined });
    }
  }
  return {
    ...tally.read(),
    ...{ end: 'everybody is through', durationMs: 20_000, latenessP99Ms: 1, promises: { counts: {}, findings: [] } },
    toldWaits: Array.from({ length: 24 }, (_, atSec) => ({ atSec, low: 1, high: 9, waitSec: 5, isMiss: atSec < 3 })),
    ...changes,
  };
}

const brokenOf = (result: CrowdResult, changes = {}) =>
  judgeRehearsal(result, { ...limits, ...changes })
    .judgements.filter(({ verdict }) => verdict === 'broken')
    .map(({ name }) => name);

t.test('verdict: a good night is a GO, with every limit and its value', async (t) => {
  const { isGo, judgements } = judgeRehearsal(playGoodNight(), limits);
  t.ok(isGo);
  t.same(
    judgements.map(({ name, value, verdict }) => [name, value, verdict]),
    [
      ['played to its end', 'yes', 'kept'],
      ['requests that failed', '0 % (0 of 40)', 'kept'],
      ['p99 of a join', '40 ms', 'kept'],
      ['p99 of a page', '40 ms', 'kept'],
      ['told waits that came true outside the range', '12.5 % (3 of 24)', 'kept'],
      ['admissions a minute while anybody waited', '28 over 19 s', 'kept'],
      ['broken promises', '0', 'kept'],
    ],
  );
});

t.test('verdict: each limit alone makes a NO-GO', async (t) => {
  t.same(brokenOf(playGoodNight({ end: 'interrupted' })), ['played to its end']);
  t.same(brokenOf(playGoodNight({ end: 'too many errors' })), ['played to its end']);
  t.same(brokenOf(playGoodNight(), { maxP99Ms: 30 }), ['p99 of a join', 'p99 of a page']);
  t.same(brokenOf(playGoodNight(), { maxEstimateMissRatio: 0.1 }), ['told waits that came true outside the range']);
  t.same(brokenOf(playGoodNight(), { minAdmissionsPerMinute: 100 }), ['admissions a minute while anybody waited']);
  t.same(brokenOf(playGoodNight({ promises: { counts: { position: 1 }, findings: [] } })), ['broken promises']);
  const withErrors = playGoodNight({ errorsByCode: { 'join: timeout': 9, 'status: reset': 1 } });
  withErrors.byKind.person.errors = 10;
  t.same(brokenOf(withErrors), ['requests that failed']);
  t.match(judgeRehearsal(withErrors, limits).judgements[1]?.reason, /9 × join: timeout/);
});

t.test('verdict: nothing asked for is no GO; too few estimates are not judged; a reason is told', async (t) => {
  const tally = createTally();
  for (let index = 0; index < 8; index += 1) tally.move('coming', 'waiting', index * 1000);
  tally.passTime(30_000);
  tally.noteWord('paused');
  const empty: CrowdResult = { ...playGoodNight(), ...tally.read(), toldWaits: [] };
  const { isGo, judgements } = judgeRehearsal(empty, limits);
  t.notOk(isGo);
  t.equal(judgements[2]?.verdict, 'broken');
  t.equal(judgements[4]?.verdict, 'not judged');
  t.match(judgements[5], { verdict: 'broken', value: '0.0 over 31 s', reason: /admissions are paused/ });
});

t.test('report: the verdict is its first word, and all that was asked and found is in it', async (t) => {
  const outcome = readOptions(['--seed', '42', '--arrivals', 'ramp']);
  if (outcome.kind !== 'run') throw new Error('not run');
  const result = playGoodNight({
    promises: { counts: { number: 1 }, findings: [{ promise: 'number', visitor: 3, atMs: 1500, what: '7 became 8' }] },
    errorsByCode: { 'join: timeout': 2 },
    errorSeconds: [{}, { timeout: 2 }],
  });
  const plots = renderPlots(result);
  const text = renderReport({
    ...{ options: outcome.options, result, verdict: judgeRehearsal(result, limits), plots, level: 1, site: undefined },
    machine: { cores: 2, cpu: 'x', memoryGiB: 4, node: 'v26', platform: 'linux', load1: 0 },
    ...{ version: '1.2.3', startedAt: new Date('2026-11-22T09:00:00Z'), imageOf: ({ name }) => `${name}.svg` },
  });
  t.match(text, /^# NO-GO: /);
  for (const part of [
    '7 became 8',
    'seed 42',
    'ramp',
    'Fairline 1.2.3',
    '2026-11-22T09:00',
    'join: timeout',
    '127.0.0.1:8080',
  ]) {
    t.ok(text.includes(part), part);
  }
  t.same(
    plots.map(({ name }) => name),
    ['arrivals', 'crowd', 'latency', 'errors', 'waits'],
  );
  for (const { name, svg } of plots) {
    t.ok(text.includes(`(${name}.svg)`), name);
    t.match(svg, /^<svg /);
    t.notMatch(svg, /NaN|Infinity/);
  }
});
