import t from 'tap';
import { createInvitations, findInvite, removeInvites } from '../invitations.ts';

const invitations = createInvitations({ secrets: ['n'.repeat(32), 'o'.repeat(32)] });
const invitation = { event: 'default', id: 'Ab3_-xyz90', expiresAtMs: 1_800_000_000_000 };

t.test('invitations: what we signed is read back, also with an older secret', async (t) => {
  const token = invitations.sign(invitation);
  t.same(invitations.verify(token), invitation);
  const older = createInvitations({ secrets: ['o'.repeat(32)] });
  t.same(invitations.verify(older.sign(invitation)), invitation);
  t.throws(() => invitations.sign({ ...invitation, event: 'a b' }), TypeError);
  t.throws(() => invitations.sign({ ...invitation, id: 'a.b' }), TypeError);
});

t.test('invitations: nothing else is one', async (t) => {
  const token = invitations.sign(invitation);
  const others = createInvitations({ secrets: ['x'.repeat(32)] });
  const bad = [
    '',
    'i1.',
    token.slice(0, -1),
    `${token}x`,
    token.replace('default', 'other'),
    token.replace('18', '19'),
  ];
  for (const text of [...bad, others.sign(invitation), 'i1.'.repeat(500)]) t.equal(invitations.verify(text), undefined);
});

t.test('invitations: a token is found in a query and taken out of it, all else stays', async (t) => {
  t.equal(findInvite('?a=1&invite=i1.x&b'), 'i1.x');
  t.equal(findInvite('?invite=friend&reinvite=i1.x'), undefined, 'a parameter of somebody else');
  t.equal(removeInvites('?a=1&invite=i1.x&b'), '?a=1&b');
  t.equal(removeInvites('?invite=i1.x'), '');
  t.equal(removeInvites('?invite=friend'), '?invite=friend');
  t.equal(removeInvites(''), '');
});
