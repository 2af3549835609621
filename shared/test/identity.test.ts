import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import t from 'tap';
import { createIdentities } from '../identity.ts';

const oldSecret = 'o'.repeat(32);
const newSecret = 'n'.repeat(32);
const identities = createIdentities({ secrets: [newSecret, oldSecret] });
const identity = {
  visitorId: '6f1c1c60-8f0e-4b6e-9d52-0a9c3f3c2a11',
  event: 'default',
  isBooked: true,
  tier: 'standard',
};
const minute = 29_900_000;
const header = identities.sign(identity, minute);

t.test('identity: the header has the documented form', async (t) => {
  const text = `v1.${identity.visitorId}.default.1.standard.${minute}`;
  t.equal(header, `${text}.${createHmac('sha256', newSecret).update(text).digest('base64url')}`);
  t.match(identities.sign({ ...identity, isBooked: false }, minute), '.default.0.standard.');
});

t.test('identity: what is signed is read back, also with an older secret', async (t) => {
  t.same(identities.verify(header, minute), identity);
  t.same(identities.verify(createIdentities({ secrets: [oldSecret] }).sign(identity, minute), minute), identity);
  t.equal(createIdentities({ secrets: ['x'.repeat(32)] }).verify(header, minute), undefined);
});

t.test('identity: valid for its minute, the next one, and one early for skew', async (t) => {
  t.ok(identities.verify(header, minute - 1));
  t.ok(identities.verify(header, minute + 1));
  t.equal(identities.verify(header, minute + 2), undefined);
  t.equal(identities.verify(header, minute - 2), undefined);
});

t.test('identity: nobody books themselves by changing it', async (t) => {
  const notBooked = identities.sign({ ...identity, isBooked: false }, minute);
  for (const text of [
    undefined,
    '',
    notBooked.replace('.default.0.', '.default.1.'),
    header.replace('.standard.', '.vip.'),
    header.replace(`.${minute}.`, `.${minute + 1}.`),
    header.replace('v1.', 'v2.'),
    header.slice(0, -1),
    `${header},${header}`,
    `${header}${'x'.repeat(300)}`,
  ]) {
    t.equal(identities.verify(text, minute), undefined, String(text));
  }
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => identities.verify(text, minute) === undefined));
});

t.test('identity: only fields that cannot be taken for others are signed', async (t) => {
  t.throws(() => identities.sign({ ...identity, visitorId: 'a.b' }, minute), TypeError);
  t.throws(() => identities.sign({ ...identity, tier: 'vip.1' }, minute), TypeError);
  t.throws(() => identities.sign({ ...identity, event: 'A' }, minute), TypeError);
  t.throws(() => identities.sign(identity, Number.NaN), TypeError);
});
