import { createInvitations } from '@fairline/shared/invitations.ts';
import t from 'tap';
import { makeInviteLinks, readInviteOptions } from '../invite-links.ts';

const secrets = ['s'.repeat(32)];
const nowMs = Date.UTC(2026, 10, 22, 9);

t.test('invite: each link is one invitation, signed, with its end', async (t) => {
  const options = readInviteOptions(['--count', '3', '--expires', '2d', '--url', 'https://tickets.example/shop']);
  if (!options) throw new Error('no options');
  const links = makeInviteLinks({ options, secrets, event: 'gala', nowMs });
  const invitations = createInvitations({ secrets });
  const found = links.map((link) => {
    const url = new URL(link);
    t.equal(`${url.origin}${url.pathname}`, 'https://tickets.example/ticketing');
    return invitations.verify(url.searchParams.get('invite') ?? '');
  });
  t.equal(new Set(found.map((invitation) => invitation?.id)).size, 3);
  for (const invitation of found) t.match(invitation, { event: 'gala', expiresAtMs: nowMs + 2 * 86_400_000 });
});

t.test('invite: what makes no sense is refused in words', async (t) => {
  t.throws(() => readInviteOptions(['--count', '0']), /--count: a whole number 1 to 10000, not 0/);
  t.throws(() => readInviteOptions(['--expires', '91d']), /--expires: .*at most 90d, not 91d/);
  t.throws(() => readInviteOptions(['--expires', '24']), /--expires/);
  t.throws(() => readInviteOptions(['--url', 'tickets.example']), /--url/);
  t.throws(() => readInviteOptions(['--number', '3']), /number/);
  t.equal(readInviteOptions(['--help']), undefined);
});
