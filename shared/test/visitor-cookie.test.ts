import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import t from 'tap';
import { createVisitorCookies } from '../visitor-cookie.ts';

const oldSecret = 'o'.repeat(32);
const newSecret = 'n'.repeat(32);
const cookies = createVisitorCookies({ secrets: [newSecret, oldSecret] });

t.test('visitor cookie: a new one verifies', async (t) => {
  const { visitorId, value } = cookies.create();
  t.match(visitorId, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  t.equal(value, `${visitorId}.${createHmac('sha256', newSecret).update(visitorId).digest('base64url')}`);
  t.same(cookies.verify(value), { visitorId, isCurrentSecret: true });
  t.equal(cookies.sign(visitorId), value);
  t.not(cookies.create().visitorId, visitorId);
});

t.test('visitor cookie: an older secret verifies and says so; an unknown one does not', async (t) => {
  const { visitorId, value } = createVisitorCookies({ secrets: [oldSecret] }).create();
  t.same(cookies.verify(value), { visitorId, isCurrentSecret: false });
  t.equal(cookies.verify(createVisitorCookies({ secrets: ['x'.repeat(32)] }).create().value), undefined);
});

t.test('visitor cookie: nothing but the exact value verifies', async (t) => {
  const { visitorId, value } = cookies.create();
  const signature = value.slice(37);
  const bad = [
    '',
    '.',
    visitorId,
    `${visitorId}.`,
    `.${signature}`,
    value.toUpperCase(),
    ` ${value}`,
    `${value} `,
    `${value}=`,
    `${value}\n`,
    `${value}.${signature}`,
    `"${value}"`,
    `${cookies.create().visitorId}.${signature}`,
    `${visitorId.replace(/-4/, '-1')}.${signature}`,
    value.padEnd(129, 'x'),
    'x'.repeat(1_000_000),
  ];
  for (const text of bad) t.equal(cookies.verify(text), undefined, JSON.stringify(text.slice(0, 100)));
});

t.test('visitor cookie: no other spelling of the same signature bytes is taken', async (t) => {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const { value } = cookies.create();
  const accepted = [...alphabet].filter((last) => cookies.verify(value.slice(0, -1) + last) !== undefined);
  t.same(accepted, [value.at(-1)]);
});

t.test('visitor cookie: any change of any character is refused', async (t) => {
  const { value } = cookies.create();
  fc.assert(
    fc.property(
      fc.nat(value.length - 1),
      fc.string({ minLength: 1, maxLength: 1, unit: 'binary' }),
      (index, character) => {
        fc.pre(value[index] !== character);
        return cookies.verify(value.slice(0, index) + character + value.slice(index + 1)) === undefined;
      },
    ),
  );
  fc.assert(fc.property(fc.string({ maxLength: 200, unit: 'binary' }), (text) => cookies.verify(text) === undefined));
  t.pass();
});

t.test('visitor cookie: without a secret there are no cookies', async (t) => {
  t.throws(() => createVisitorCookies({ secrets: [] }), TypeError);
});
