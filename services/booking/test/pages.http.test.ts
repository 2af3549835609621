import { releasedHeader } from '@fairline/shared/contracts/internal-headers.ts';
import t from 'tap';
import { identityOf, listenBooking, minute, nobody } from './booking-setup.ts';

const nowMs = minute * 60_000;
const booked = { kind: 'booked' as const, number: 1, leaseEndsAtMs: nowMs + 60_000, isClaimed: true, seq: 9, nowMs };
const html = { accept: 'text/html,application/xhtml+xml' };

t.test('landing page: open to all, in the language the visitor reads best', async (t) => {
  const site = await listenBooking(t, {});
  const pages: [string, string, string][] = [
    ['', 'en', 'Get tickets'],
    ['ko-KR,ko;q=0.9,en;q=0.5', 'ko', '예매하기'],
    ['fr,de;q=0.8', 'en', 'Get tickets'],
    ['fr,ko;q=0.8', 'ko', '예매하기'],
    ['\u00ff;;q=x', 'en', 'Get tickets'],
  ];
  for (const [language, lang, words] of pages) {
    const response = await site.get('/', { ...html, 'accept-language': language });
    t.equal(response.status, 200);
    const text = await response.text();
    t.match(text, `<html lang="${lang}">`, language);
    t.match(text, words, language);
    t.match(response.headers.get('vary'), /Accept-Language/);
  }
});

t.test('landing page: curl gets the page, who asks for JSON the catalogue', async (t) => {
  const site = await listenBooking(t, {});
  t.match((await site.get('/', { accept: '*/*' })).headers.get('content-type'), 'text/html');
  t.match(await (await site.get('/', { accept: 'application/json' })).json(), { sections: [{ id: 'parterre' }] });
});

t.test('landing page: says so when a place was given back, and repeats nothing from the URL', async (t) => {
  const site = await listenBooking(t, {});
  t.match(await (await site.get('/?notice=given-back')).text(), 'given your place back');
  const odd = await (await site.get('/?notice=<script>alert(1)</script>&notice=x')).text();
  t.notMatch(odd, 'alert(1)');
});

t.test(
  'pages: every answer has the strict policy, and no page has inline script or style beside its nonce',
  async (t) => {
    const site = await listenBooking(t, { line: { ...nobody, readStanding: async () => booked } });
    for (const path of ['/', '/ticketing', '/order', '/nothing']) {
      const response = await site.get(path, { ...identityOf('visitor'), ...html });
      const policy = response.headers.get('content-security-policy') ?? '';
      t.match(policy, "default-src 'none'", path);
      t.match(policy, "frame-ancestors 'none'", path);
      t.notMatch(policy, 'unsafe', path);
      t.equal(response.headers.get('x-content-type-options'), 'nosniff');
      const text = await response.text();
      t.notMatch(text, /<script(?![^>]* src=)/, path);
      t.notMatch(text, /\s(style|on\w+)=/, path);
      const nonce = /<style nonce="([^"]+)">/.exec(text)?.[1];
      if (path === '/ticketing') t.match(policy, `'nonce-${nonce}'`);
      else t.equal(nonce, undefined);
    }
  },
);

t.test('ticketing page: shows the place, the time it has from now on, and the forms', async (t) => {
  const site = await listenBooking(t, { line: { ...nobody, readStanding: async () => booked } });
  const response = await site.get('/ticketing', { ...identityOf('visitor'), ...html });
  t.equal(response.status, 200);
  t.equal(response.headers.get('cache-control'), 'private, no-store');
  t.equal(response.headers.get(releasedHeader), null);
  const text = await response.text();
  t.match(text, '--seconds-left:600', 'this visit is activity: the lease starts anew');
  t.match(text, /action="\/api\/booking\/confirm"/);
  t.match(text, /action="\/api\/booking\/cancel"/);
  t.match(text, /value="parterre"[^>]* checked/);
});

t.test('ticketing page: while Redis is away it is served without what only Redis knows', async (t) => {
  const readStanding = async () => {
    throw new Error("Stream isn't writeable and enableOfflineQueue options is false");
  };
  const site = await listenBooking(t, { line: { ...nobody, readStanding } });
  const page = await site.get('/ticketing', { ...identityOf('visitor'), ...html });
  t.equal(page.status, 200);
  t.match(await page.text(), 'cannot be shown at this moment');
  const call = await site.get('/api/booking', identityOf('visitor'));
  t.equal(call.status, 503);
  t.equal(call.headers.get('retry-after'), '2');
  t.match(await call.json(), { code: 'REDIS_UNAVAILABLE' });
});

t.test('ticketing page: whoever the gateway let in by mistake is told, and the gateway too', async (t) => {
  const cases = [
    [{ kind: 'confirmed', order: '{}', seq: 12, nowMs }, 303, undefined],
    [{ kind: 'ended', outcome: 'expired', number: 1, atMs: 1, seq: 12, nowMs }, 409, 'PLACE_ENDED'],
    [{ kind: 'waiting', number: 1, seq: 12, nowMs }, 403, 'NOT_BOOKED'],
    [{ kind: 'none', seq: 12, nowMs }, 403, 'NOT_BOOKED'],
  ] as const;
  for (const [standing, status, code] of cases) {
    const site = await listenBooking(t, { line: { ...nobody, readStanding: async () => standing } });
    const response = await site.get('/ticketing', { ...identityOf('visitor'), ...html });
    t.equal(response.status, status, standing.kind);
    t.equal(response.headers.get(releasedHeader), '12', standing.kind);
    if (code) t.match(await response.text(), `data-code="${code}"`);
    else t.equal(response.headers.get('location'), '/order');
  }
});

t.test('problems: a browser gets a page with a way on, in its language', async (t) => {
  const site = await listenBooking(t, {});
  const cases: [string, Record<string, string>, number, RegExp][] = [
    ['/nothing', {}, 404, /There is no such page[\s\S]*href="\/"/],
    ['/nothing', { 'accept-language': 'ko' }, 404, /없는 페이지입니다/],
    ['/ticketing', {}, 403, /cannot tell who is asking[\s\S]*href="\/"/],
    ['/ticketing', identityOf('visitor', false), 403, /not your turn yet[\s\S]*href="\/ticketing"/],
    ['/order', identityOf('visitor', false), 404, /No order yet[\s\S]*href="\/ticketing"/],
  ];
  for (const [path, headers, status, words] of cases) {
    const response = await site.get(path, { ...html, ...headers });
    t.equal(response.status, status, path);
    t.match(response.headers.get('content-type'), 'text/html');
    t.match(await response.text(), words);
  }
});

t.test('problems: what a form said is told back escaped', async (t) => {
  const site = await listenBooking(t, {});
  const fields = { section: '<script>alert(1)</script>', tickets: '2' };
  const response = await site.submit('/api/booking/confirm', identityOf('visitor'), fields);
  t.equal(response.status, 400);
  const text = await response.text();
  t.notMatch(text, '<script>alert');
  t.match(text, '&lt;script&gt;alert');
});

t.test('static files: kept for good under their own hash only', async (t) => {
  const site = await listenBooking(t, {});
  const page = await (await site.get('/', html)).text();
  const url = /href="(\/assets\/booking\/booking\.css\?v=[^"]+)"/.exec(page)?.[1] ?? '';
  const response = await site.get(url);
  t.equal(response.status, 200);
  t.match(response.headers.get('content-type'), 'text/css');
  t.equal(response.headers.get('cache-control'), 'public, max-age=31536000, immutable');
  t.equal((await site.get('/assets/booking/booking.css?v=older')).headers.get('cache-control'), 'no-cache');
  t.equal((await site.get('/assets/booking/nothing.css')).status, 404);
  const script = await site.get('/assets/booking/ticketing.js');
  t.match(script.headers.get('content-type'), 'javascript');
});
