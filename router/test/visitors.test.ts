import { createIdentities } from '@fairline/shared/identity.ts';
import { createVisitorCookies } from '@fairline/shared/visitor-cookie.ts';
import fc from 'fast-check';
import t from 'tap';
import { dropCookies, readVisitorCookieValues } from '../admission/cookie-header.ts';
import { addMarker, hasMarker, removeMarker } from '../admission/cookie-marker.ts';
import { canCarryCookie } from '../admission/cookie-target.ts';
import { createVisitors } from '../admission/visitors.ts';
import { createBoundedCache } from '../bounded-cache.ts';
import { ownText } from '../own-text.ts';

const secret = 'a secret of more than thirty-two characters';
const olderSecret = 'an older secret of more than thirty-two characters';
const cookies = createVisitorCookies({ secrets: [secret, olderSecret] });
const olderCookies = createVisitorCookies({ secrets: [olderSecret] });
const identities = createIdentities({ secrets: [secret] });
const dayMs = 86_400_000;

function buildVisitors() {
  const time = { ms: 20_000 * dayMs };
  const minute = () => Math.floor(time.ms / 60_000);
  const visitors = createVisitors({ cookies, identities, event: 'default', minute, nowMs: () => time.ms });
  return { visitors, time, minute };
}

t.test('visitors: a cookie that verifies names the visitor, whatever stands beside it', async (t) => {
  const { visitors } = buildVisitors();
  const { visitorId, value } = cookies.create();
  const headers = [
    `visitor_id=${value}`,
    `a=b; visitor_id=${value}; c=d`,
    `visitor_id=rubbish; visitor_id=${value}`,
    `visitor_id=${value};visitor_id=${value}`,
    `visitor_id=${'x'.repeat(5000)}; visitor_id=${value}`,
    `visitor_idx=1; visitor_id = ${value} ;`,
  ];
  for (const header of headers) t.equal(visitors.recognize(header)?.visitorId, visitorId, header.slice(0, 80));
});

t.test('visitors: nobody is known by anything else', async (t) => {
  const { visitors } = buildVisitors();
  const { visitorId, value } = cookies.create();
  const tampered = value.startsWith('0') ? `1${value.slice(1)}` : `0${value.slice(1)}`;
  const stranger = createVisitorCookies({ secrets: ['somebody else with more than thirty-two characters'] });
  const headers = [
    undefined,
    '',
    'visitor_id',
    'visitor_id=',
    `visitor_id=${visitorId}`,
    `visitor_id=${visitorId}.`,
    `visitor_id=${tampered}`,
    `visitor_id=${value}x`,
    `visitor_id="${value}"`,
    `VISITOR_ID=${value}`,
    `visitor_id=${value.repeat(3)}`,
    `visitor_id=${stranger.create().value}`,
    `visitor_id=${value}; visitor_id=${cookies.create().value}`,
    `${Array.from({ length: 8 }, (_, index) => `visitor_id=x${index}`).join(';')};visitor_id=${value}`,
  ];
  for (const header of headers) t.equal(visitors.recognize(header), undefined, header?.slice(0, 80) ?? 'none');
});

t.test('visitors: the cookie is sent again once a day', async (t) => {
  const { visitors, time } = buildVisitors();
  const { visitorId, value } = cookies.create();
  const visit = () => {
    const visitor = visitors.recognize(`visitor_id=${value}`);
    return visitor && visitors.renewCookie(visitor, false);
  };
  t.equal(visit(), `visitor_id=${value}; Max-Age=2592000; Path=/; HttpOnly; SameSite=Lax`);
  t.equal(visit(), undefined);
  time.ms += dayMs;
  t.ok(visit()?.includes(visitorId));
  t.equal(visit(), undefined);
});

t.test('visitors: a cookie of an older secret is signed anew, the visitor stays', async (t) => {
  const { visitors } = buildVisitors();
  const { visitorId, value } = olderCookies.create();
  const visitor = visitors.recognize(`visitor_id=${value}`);
  if (!visitor) return t.fail('not known');
  const renewed = /visitor_id=([^;]+)/.exec(visitors.renewCookie(visitor, true) ?? '')?.[1] ?? '';
  t.same(cookies.verify(renewed), { visitorId, isCurrentSecret: true });
  const both = visitors.recognize(`visitor_id=${value}; visitor_id=${renewed}`);
  t.match(both, { visitorId, isCurrentSecret: true });
});

t.test('visitors: Secure only for those who came by https', async (t) => {
  const { visitors } = buildVisitors();
  t.match(visitors.issueCookie(true), /; Secure$/);
  t.notMatch(visitors.issueCookie(false), /Secure/);
});

t.test('visitors: the identity is the same within a minute, for the same standing', async (t) => {
  const { visitors, time, minute } = buildVisitors();
  const { visitorId, value } = cookies.create();
  const visitor = visitors.recognize(`visitor_id=${value}`);
  if (!visitor) return t.fail('not known');
  const first = visitors.identityOf(visitor, false);
  t.equal(visitors.identityOf(visitor, false), first);
  t.same(identities.verify(first, minute()), { visitorId, event: 'default', isBooked: false, tier: 'standard' });
  const booked = visitors.identityOf(visitor, true);
  t.match(identities.verify(booked, minute()), { isBooked: true });
  time.ms += 60_000;
  t.not(visitors.identityOf(visitor, true), booked);
  t.match(identities.verify(visitors.identityOf(visitor, true, 'vip'), minute()), { tier: 'vip' });
});

t.test('visitors: everybody has an identity of their own, however many there are', async (t) => {
  const { visitors, minute } = buildVisitors();
  // The two of a pair are kept at the same place.
  const values = Array.from({ length: 2 ** 14 + 2 }, () => cookies.create().value);
  const all = values.map((value) => visitors.recognize(`visitor_id=${value}`));
  for (const index of [0, 2 ** 14, 0, 2 ** 14, 0, 1, 2 ** 14 + 1, 1, 2 ** 14 + 1, 1, 1]) {
    const visitor = all[index];
    if (!visitor) return t.fail('not known');
    const identity = identities.verify(visitors.identityOf(visitor, false), minute());
    t.equal(identity?.visitorId, values[index]?.slice(0, 36));
  }
});

t.test('cookie header: repeated values count once, other cookies stay', async (t) => {
  t.same(readVisitorCookieValues('visitor_id=a; visitor_id=b; visitor_id=a'), ['a', 'b']);
  t.equal(dropCookies('visitor_id=a; session=x=y; visitor_id=b', ['visitor_id']), 'session=x=y');
  t.equal(dropCookies('visitor_id=a;', ['visitor_id']), undefined);
});

t.test('cookie header: the short way reads what the long way reads', async () => {
  const piece = fc.constantFrom(
    'visitor_id',
    '=',
    ';',
    '; ',
    ' ',
    'a',
    'xvisitor_id',
    'session=1',
    '\t',
    'visitor_id=b',
  );
  const readLongWay = (header: string) => {
    const values = header.split(';').flatMap((part) => {
      const equals = part.indexOf('=');
      return equals !== -1 && part.slice(0, equals).trim() === 'visitor_id' ? [part.slice(equals + 1).trim()] : [];
    });
    return [...new Set(values)].filter((value) => value !== '').slice(0, 8);
  };
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      const header = pieces.join('');
      return JSON.stringify(readVisitorCookieValues(header)) === JSON.stringify(readLongWay(header));
    }),
    { numRuns: 2000 },
  );
});

t.test('cookie target: navigations and API calls, never static assets', async (t) => {
  const can = (path: string, secFetchDest?: string, method = 'GET') => canCarryCookie({ method, path, secFetchDest });
  for (const path of ['/', '/ticketing', '/queue/status', '/api/booking', '/v1.2/x', '/page.html']) {
    t.ok(can(path), path);
  }
  for (const path of ['/a.css', '/queue/assets/x.JS', '/favicon.ico', '/robots.txt']) t.notOk(can(path), path);
  t.ok(can('/', 'document') && can('/api', 'empty'));
  t.notOk(can('/picture', 'image') || can('/x', 'script') || can('/x', 'style'));
  t.ok(can('/upload.png', 'empty', 'POST'));
});

t.test('cookie marker: added once, taken away wholly', async (t) => {
  t.equal(addMarker(''), '?fairline-cookie=1');
  t.equal(addMarker('?a=1'), '?a=1&fairline-cookie=1');
  t.equal(removeMarker('?fairline-cookie=1'), '');
  t.equal(removeMarker('?a=1&fairline-cookie=1&b=2'), '?a=1&b=2');
  t.equal(removeMarker('?a=fairline-cookie=1'), '?a=fairline-cookie=1');
  t.notOk(hasMarker('?xfairline-cookie=1') || hasMarker(''));
  t.ok(hasMarker('?fairline-cookie=1'));
});

t.test('own text: the same text, short and long', async (t) => {
  for (const text of ['', 'a', 'é\x00ÿ', 'x'.repeat(5000)]) t.equal(ownText(text), text);
});

t.test('bounded cache: what is used stays, what is not is forgotten', async (t) => {
  const cache = createBoundedCache<number, string>(2);
  cache.set(1, 'one');
  cache.set(2, 'two');
  cache.set(3, 'three');
  t.equal(cache.get(1), 'one');
  cache.set(4, 'four');
  t.equal(cache.get(1), 'one');
  t.equal(cache.get(2), undefined);
});
