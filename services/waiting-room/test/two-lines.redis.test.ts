import { vipNumberBase } from '@fairline/shared/stores/line/numbers.ts';
import { createTierStore } from '@fairline/shared/stores/visitors/tiers.ts';
import { startTestRedis } from '@fairline/shared/testing/redis-server.ts';
import t from 'tap';
import { html, invitations, json, openRoom, until } from './waiting-room-setup.ts';

const server = await startTestRedis(t);
const room = await openRoom(t, server, { settings: { maxBooking: '0', vipSharePercent: '50' } });
const hourMs = 3_600_000;
let invitationCount = 0;

function inviteTo(event: string, endsInMs: number): string {
  invitationCount += 1;
  const id = `invitation-${invitationCount}`;
  return `invite=${invitations.sign({ event, id, expiresAtMs: Date.now() + endsInMs })}`;
}

t.test('two lines: each visitor is told the place in the own line, and that there is another', async (t) => {
  const [first, second, vip] = [room.openVisitor(), room.openVisitor(), room.openVisitor('vip-1', 'vip')];
  for (const visitor of [first, second, vip]) await visitor.page();
  await until(
    () => room.copy.view()?.vip.queued,
    (queued) => queued === 1,
  );
  const status = await second.status();
  t.match(status, { number: 2, position: 2, waiting: 2, lines: { own: 'public', vipSharePercent: 50 } });
  t.match(await vip.status(), {
    ...{ number: vipNumberBase + 1, position: 1, waiting: 1 },
    lines: { own: 'vip', vipSharePercent: 50 },
  });
  const page = await (await second.page()).text();
  t.match(page, /priority line.*50 of every 100 places and this line gets the rest/);
  const ownPage = await (await vip.page()).text();
  t.match(ownPage, /<dd id="number">Priority 1<\/dd>/);
  t.match(ownPage, /You are in the priority line/);
});

t.test('two lines: who becomes a VIP while waiting is moved where that is no worse, and keeps one place', async (t) => {
  const id = 'raised';
  await room.openVisitor(id).page();
  const raised = room.openVisitor(id, 'vip');
  await until(
    () => raised.status(),
    ({ number }) => number === vipNumberBase + 2,
  );
  t.match(await room.line.readProgress(), { queued: 4, vip: { queued: 2 } });
});

t.test('invitation: the first who opens it is a VIP, in the line at once, at the URL without it', async (t) => {
  const link = `/ticketing/seats?row=7&${inviteTo(room.event, hourMs)}`;
  const invited = room.openVisitor('invited');
  const answer = await invited.page(link);
  t.match([answer.status, answer.headers.get('location')], [303, '/ticketing/seats?row=7']);
  const tiers = createTierStore({ redis: room.hand, keys: room.keys });
  t.equal(await tiers.readTier('invited'), 'vip');
  // Its ticket says which line it is of, also while the gateway has not heard of the tier.
  t.match(await invited.status(), { number: vipNumberBase + 3, lines: { own: 'vip' } });
  t.match([(await invited.page(link)).status], [303], 'again by the same visitor');
  t.ok((await room.hand.pttl(room.keys.invites)) > 0, 'what is kept of it ends');

  const late = room.openVisitor();
  const refused = await late.page(link, { 'accept-language': 'en' });
  t.equal(refused.status, 403);
  t.match(await refused.text(), /This invitation is taken/);
  t.match(await (await late.visit(link, { headers: json })).json(), { code: 'INVITE_USED' });
  t.equal(await tiers.readTier(late.id), 'standard');
  t.match(await late.status(), { status: 'none' }, 'and stands in no line without wishing to');
});

t.test('invitation: one that ended, of another event or that we did not sign makes nobody a VIP', async (t) => {
  const visitor = room.openVisitor();
  const open = async (query: string) => {
    const answer = await visitor.page(`/ticketing?${query}`);
    return `${answer.status} ${/<h1>([^<]+)/.exec(await answer.text())?.[1]}`;
  };
  t.equal(await open(inviteTo(room.event, -hourMs)), '410 This invitation has ended');
  t.equal(await open(inviteTo('gala', hourMs)), '400 This is no invitation of ours');
  t.equal(await open('invite=i1.cut.short'), '400 This is no invitation of ours');
  t.equal(await room.hand.hget('booking:tiers', visitor.id), null);
});

t.test('invitation: what only looks at a link does not take it', async (t) => {
  const link = `/ticketing?${inviteTo(room.event, hourMs)}`;
  const looking = room.openVisitor();
  await looking.visit(link, { method: 'HEAD', headers: html });
  await looking.page(link, { 'sec-purpose': 'prefetch' });
  t.equal((await room.openVisitor('really').page(link)).status, 303);
});

t.end();
