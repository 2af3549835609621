import t from 'tap';
import { createCookieJar } from '../cookie-jar.ts';
import { createErrorGuard } from '../error-guard.ts';
import { renderBlock, renderLine } from '../progress-view.ts';
import { readSight } from '../read-sight.ts';
import { writeStep } from '../requests.ts';
import { bucketToldWaits, createToldWaits } from '../told-waits.ts';

const status = {
  ...{ status: 'waiting', number: 7, position: 3, waiting: 9, etaSeconds: { low: 1, high: 9 }, refreshAfterSeconds: 2 },
  ...{ leaseEndsAt: null, message: null, updatedAt: '2026-11-22T09:00:00.000Z' },
};
const head = (code: number, ...lines: string[]) => [`HTTP/1.1 ${code} x`, ...lines, '', ''].join('\r\n');

t.test('sight: a waiting page tells as much as a poll, whatever its code', async (t) => {
  const facts = JSON.stringify({ words: { x: "it's <b>" }, status }).replaceAll('"', '&quot;');
  const body = `<html><main data-facts="${facts}"></main>`;
  for (const code of [200, 202, 429]) {
    t.same(readSight(code, head(code) + body, 'page').sight, { kind: 'told', told: status }, String(code));
  }
  t.same(readSight(200, head(200) + JSON.stringify(status), 'told').sight, { kind: 'told', told: status });
  t.same(readSight(200, `${head(200)}<html>`, 'page').sight, { kind: 'page' });
});

t.test('sight: refusals, failures and detours are told apart', async (t) => {
  const read = (code: number, body: string, expects: 'page' | 'told' | 'done', ...lines: string[]) =>
    readSight(code, head(code, ...lines) + body, expects).sight;
  t.same(read(200, '{}', 'done'), { kind: 'done' });
  t.same(read(409, '{"code":"SOLD_OUT"}', 'done'), {
    kind: 'refused',
    status: 409,
    code: 'SOLD_OUT',
    retryMs: undefined,
  });
  t.same(read(503, '{"code":"TRY_AGAIN"}', 'page', 'Retry-After: 2'), {
    ...{ kind: 'failed', reason: 'status 503 TRY_AGAIN', retryMs: 2000 },
  });
  t.same(read(303, '', 'page', 'location: /ticketing'), { kind: 'redirect', location: '/ticketing' });
  t.match(read(303, '', 'page'), { kind: 'failed' });
  t.match(read(200, '{"status":"waiting"}', 'told'), { kind: 'failed', reason: 'an answer that is no status' });
  t.match(read(200, 'no JSON', 'told'), { kind: 'failed' });
  t.same(readSight(200, head(200, 'set-cookie: a=1; Path=/', 'Set-Cookie: b=2'), 'page').setCookies, [
    'a=1; Path=/',
    'b=2',
  ]);
});

t.test('cookies: kept, replaced, and gone when they end', async (t) => {
  const jar = createCookieJar();
  t.equal(jar.header(), undefined);
  jar.take(['visitor_id=abc.d-_e; Path=/; HttpOnly; Max-Age=60', 'marker=1; Max-Age=10']);
  t.equal(jar.header(), 'visitor_id=abc.d-_e; marker=1');
  jar.take(['marker=; Max-Age=0; Path=/', 'visitor_id=new']);
  t.equal(jar.header(), 'visitor_id=new');
});

t.test('request: says who it is, and brings its cookie', async (t) => {
  const text = writeStep({ method: 'POST', expects: 'done' }, { path: '/x', host: 'h', cookie: 'a=1' });
  t.match(
    text,
    /^POST \/x HTTP\/1\.1\r\nhost: h\r\nuser-agent: fairline-rehearsal\/1 .*\r\ncookie: a=1\r\ncontent-length: 0\r\n\r\n$/s,
  );
  t.notMatch(
    writeStep({ method: 'GET', expects: 'page' }, { path: '/', host: 'h', cookie: undefined }),
    /cookie|length/,
  );
});

t.test('told waits: a miss is what is outside for every moment of the admission', async (t) => {
  const waits = createToldWaits();
  waits.noteWaiting(1, 0, { low: 5, high: 10 });
  waits.noteWaiting(1, 5_000, { low: 90, high: 99 });
  waits.noteWaiting(1, 9_000, null);
  waits.noteAdmitted(1, 12_000);
  waits.noteWaiting(2, 0, { low: 1, high: 3 });
  waits.noteWaiting(2, 16_000, { low: 1, high: 3 });
  waits.noteAdmitted(2, 18_000);
  waits.noteWaiting(3, 0, { low: 1, high: 3 });
  waits.forget(3);
  waits.noteAdmitted(3, 5_000);
  t.same(waits.read(), [
    { atSec: 0, low: 5, high: 10, waitSec: 10.5, isMiss: false },
    { atSec: 0, low: 1, high: 3, waitSec: 17, isMiss: true },
    { atSec: 16, low: 1, high: 3, waitSec: 1, isMiss: false },
  ]);
  t.same(bucketToldWaits(waits.read(), 10), [
    { atSec: 0, low: 3, high: 6.5, waitSec: 13.75, count: 2 },
    { atSec: 10, low: 1, high: 3, waitSec: 1, count: 1 },
  ]);
});

t.test('error guard: trips on many errors of late, not on a few requests, and not on old ones', async (t) => {
  const guard = createErrorGuard({ maxRatio: 0.2 });
  for (let index = 0; index < 40; index += 1) guard.note(1000, true);
  t.notOk(guard.isTripped(1000), 'too few to tell');
  for (let index = 0; index < 40; index += 1) guard.note(2000, false);
  t.ok(guard.isTripped(2000));
  for (let index = 0; index < 200; index += 1) guard.note(9000, false);
  t.notOk(guard.isTripped(9000));
  for (let index = 0; index < 60; index += 1) guard.note(30_000, true);
  t.ok(guard.isTripped(30_000), 'slots are used again');
  t.notOk(guard.isTripped(45_000));
});

t.test('progress: everything in one block that fits the terminal, and in one line', async (t) => {
  const facts = {
    ...{ requestsPerSec: 1234, visitors: 2000, wholeMs: 180_000 },
    now: {
      ...{ elapsedMs: 61_000, arrived: 1500, waiting: 900, booked: 50, confirmed: 500, left: 50, errors: 3 },
      ...{ requests: 9000, recent: { count: 10, p50Ms: 4.25, p99Ms: 81 }, positions: { lowest: 1, highest: 899 } },
      findings: 0,
    },
  };
  const block = renderBlock(facts, 80);
  t.equal(block.length, 4);
  const text = block.join('\n');
  for (const part of [
    '01:01',
    '03:00',
    'arrived 1 500 of 2 000',
    'waiting 900',
    'errors 3',
    '1 234 requests/s',
    'p50 4.3 p99 81 ms',
    '1–899',
  ]) {
    t.ok(text.includes(part), part);
  }
  t.ok(renderBlock(facts, 40).every((line) => line.length < 40));
  t.notMatch(renderLine(facts), /\n|BROKEN/);
  t.match(
    renderLine({ ...facts, now: { ...facts.now, findings: 2, positions: undefined } }),
    /positions –.*BROKEN PROMISES 2/,
  );
});
