import { createVisitorCookies } from '@fairline/shared/visitor-cookie.ts';
import fc from 'fast-check';
import t from 'tap';
import { createVisitorTable } from '../admission/visitor-table.ts';

const cookies = createVisitorCookies({ secrets: ['a secret of more than thirty-two characters'] });
const otherCookies = createVisitorCookies({ secrets: ['another secret of more than thirty-two characters'] });

/** A cookie whose id begins with this number. */
function cookieOf(index: number): string {
  return cookies.sign(`${index.toString(16).padStart(8, '0')}-0000-4000-8000-${String(index).padStart(12, '0')}`);
}

t.test('visitor table: what was noted of a visitor is there the next time', async (t) => {
  const table = createVisitorTable(64);
  const { visitorId, value } = cookies.create();
  t.equal(table.find(value), undefined);
  const first = table.add(value, true);
  const { touchedAtMs, renewedAtMs, requestsSinceTouch, claimedPlace, renewedDay, isRenewalPending } = first;
  t.same([touchedAtMs, renewedAtMs], [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY]);
  t.same([requestsSinceTouch, claimedPlace, renewedDay, isRenewalPending], [0, undefined, -1, false]);
  first.touchedAtMs = 1.5;
  first.renewedAtMs = 2 ** 40 + 0.25;
  first.requestsSinceTouch += 3;
  first.claimedPlace = 2 ** 52;
  first.renewedDay = 20_000;
  first.isRenewalPending = true;
  const again = table.find(value);
  t.match(again, { visitorId, isCurrentSecret: true, cookieValue: value, touchedAtMs: 1.5, requestsSinceTouch: 3 });
  t.match(again, { renewedAtMs: 2 ** 40 + 0.25, claimedPlace: 2 ** 52, renewedDay: 20_000, isRenewalPending: true });
  first.isRenewalPending = false;
  t.match(again, { isRenewalPending: false, isCurrentSecret: true });
});

t.test('visitor table: counts requests as far as it can, and knows who came in this minute', async (t) => {
  const visitor = createVisitorTable(64).add(cookies.create().value, true);
  visitor.requestsSinceTouch = 65_535;
  visitor.requestsSinceTouch += 1;
  t.equal(visitor.requestsSinceTouch, 65_535);
  const minute = 30_000_000;
  t.same([visitor.isFirstInMinute(minute), visitor.isFirstInMinute(minute)], [true, false]);
  t.same([visitor.isFirstInMinute(minute + 1), visitor.isFirstInMinute(minute + 1)], [true, false]);
});

t.test('visitor table: place 0 is a place', async (t) => {
  const visitor = createVisitorTable(64).add(cookies.create().value, true);
  visitor.claimedPlace = 0;
  t.equal(visitor.claimedPlace, 0);
});

t.test('visitor table: a cookie is known whole or not at all', async (t) => {
  const table = createVisitorTable(64);
  const { visitorId, value } = cookies.create();
  table.add(value, true);
  const otherEnd = value.endsWith('A') ? 'B' : 'A';
  const others = [
    '',
    visitorId,
    `${visitorId}.`,
    `${visitorId}.${'x'.repeat(43)}`,
    `${value.slice(0, -1)}${otherEnd}`,
    `${value}x`,
    value.toUpperCase(),
    `${value.slice(0, 35)}${value[35] === '0' ? '1' : '0'}${value.slice(36)}`,
    value.replaceAll('-', '_'),
  ];
  for (const other of others) t.equal(table.find(other), undefined, other);
  t.equal(table.find(value)?.visitorId, visitorId);
  t.throws(() => table.add('rubbish', true), TypeError);
});

t.test('visitor table: two cookies of one visitor are two', async (t) => {
  const table = createVisitorTable(64);
  const { visitorId, value } = cookies.create();
  const other = otherCookies.sign(visitorId);
  table.add(value, true).renewedDay = 1;
  table.add(other, false).renewedDay = 2;
  t.match(table.find(value), { visitorId, isCurrentSecret: true, renewedDay: 1 });
  t.match(table.find(other), { visitorId, isCurrentSecret: false, renewedDay: 2 });
  t.equal(table.size(), 2);
});

t.test('visitor table: of one home those stay longest who are asked for', async (t) => {
  const table = createVisitorTable(64);
  // 16 homes of 8: these are all of the same one.
  const cookie = (index: number) => cookieOf(index * 16);
  table.add(cookie(0), true);
  for (let index = 1; index < 100; index += 1) {
    table.add(cookie(index), true);
    if (!table.find(cookie(0))) t.fail(`forgotten after ${index} others`);
  }
  t.ok(table.find(cookie(99)));
  t.equal(table.find(cookie(1)), undefined);
  t.equal(table.size(), 8);
});

t.test('visitor table: when all records are in use the next home gives one up', async (t) => {
  const table = createVisitorTable(8);
  for (let index = 0; index < 8; index += 1) table.add(cookieOf(index * 2), true);
  t.equal(table.size(), 8);
  // The other home is empty.
  const late = cookieOf(1);
  t.match(table.add(late, true), { visitorId: late.slice(0, 36) });
  t.ok(table.find(late));
  t.equal(table.size(), 8);
  const known = Array.from({ length: 8 }, (_, index) => table.find(cookieOf(index * 2)));
  t.equal(known.filter((visitor) => visitor === undefined).length, 1);
});

t.test('visitor table: what is noted of a visitor who was forgotten reaches nobody else', async (t) => {
  const table = createVisitorTable(8);
  const before = table.add(cookieOf(0), true);
  before.claimedPlace = 7;
  before.isRenewalPending = true;
  for (let index = 1; index < 100; index += 1) table.add(cookieOf(index), true);
  t.equal(table.find(cookieOf(0)), undefined);
  const { claimedPlace, isRenewalPending, touchedAtMs, requestsSinceTouch, renewedDay } = before;
  t.same([claimedPlace, isRenewalPending, touchedAtMs], [undefined, false, Number.NEGATIVE_INFINITY]);
  t.same([requestsSinceTouch, renewedDay], [0, -1]);
  before.claimedPlace = 8;
  before.touchedAtMs = 1;
  before.requestsSinceTouch = 5;
  before.isRenewalPending = true;
  const now = Array.from({ length: 100 }, (_, index) => table.find(cookieOf(index))).filter(
    (visitor) => visitor !== undefined,
  );
  t.equal(now.length, 8);
  for (const visitor of now) {
    t.match(visitor, { claimedPlace: undefined, requestsSinceTouch: 0, isRenewalPending: false });
  }
});

t.test('visitor table: says of nobody what is another one’s', async () => {
  const step = fc.record({ index: fc.nat(40), isAsked: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
      const table = createVisitorTable(16);
      const noted = new Map<number, number>();
      for (const [at, { index, isAsked }] of steps.entries()) {
        const cookie = cookieOf(index);
        const known = table.find(cookie);
        // Forgotten ones are nobody; whoever is known is known by what was noted last.
        if (known && known.renewedDay !== noted.get(index)) return false;
        if (isAsked && !known) continue;
        const visitor = known ?? table.add(cookie, true);
        if (visitor.visitorId !== cookie.slice(0, 36) || visitor.cookieValue !== cookie) return false;
        if (!known && visitor.renewedDay !== -1) return false;
        visitor.renewedDay = at;
        noted.set(index, at);
        if (table.find(cookie)?.renewedDay !== at || table.size() > 16) return false;
      }
      return true;
    }),
    { numRuns: 500 },
  );
});
