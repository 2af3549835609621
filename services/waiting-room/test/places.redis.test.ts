import { parseBookedNote } from '@fairline/shared/contracts/internal-headers.ts';
import { startTestRedis } from '@fairline/shared/testing/redis-server.ts';
import t from 'tap';
import { openRoom, until } from './waiting-room-setup.ts';

const server = await startTestRedis(t);

t.test('page: the first visitor is handed over without a body, the next one waits at the same address', async (t) => {
  const room = await openRoom(t, server);
  const first = await room.openVisitor().page();
  t.equal(first.status, 200);
  t.equal(await first.text(), '');
  const note = parseBookedNote(first.headers.get('x-fairline-booked') ?? '');
  t.ok(note && note.seq > 0 && note.leaseEndsAtMs !== null && note.leaseEndsAtMs > Date.now());

  const second = room.openVisitor();
  const page = await second.page('/ticketing', { 'accept-language': 'ko' });
  t.equal(page.status, 200);
  t.match(page.headers.get('content-type'), /text\/html/);
  t.match(page.headers.get('refresh'), /^[12]$/);
  t.match(page.headers.get('cache-control'), 'no-store');
  t.match(page.headers.get('content-security-policy'), "default-src 'none'");
  t.equal(page.headers.get('x-fairline-booked'), null);
  t.match(await page.text(), /lang="ko"/);
  t.match(second.cookie(), /^visitor_ticket=t1\./);
  t.match(await second.status(), { status: 'waiting', number: 2, position: 1, waiting: 1, leaseEndsAt: null });
});

t.test('page: coming back keeps the first place, with and without the ticket', async (t) => {
  const room = await openRoom(t, server);
  await room.openVisitor().page();
  const visitor = room.openVisitor();
  await visitor.page();
  await room.openVisitor().page();
  await visitor.page('/ticketing/seats');
  visitor.setCookie('');
  t.match(await visitor.status(), { status: 'waiting', number: 2 });
  t.match(visitor.cookie(), /^visitor_ticket=t1\./, 'one look-up restored the ticket');
  visitor.setCookie('visitor_ticket=t1.default.0.1.forged; visitor_ticket=');
  await visitor.page();
  t.match(await room.line.readProgress(), { tail: 3, queued: 2 });
});

t.test('page: HEAD, prefetches and requests of scripts look but do not join', async (t) => {
  const room = await openRoom(t, server, { settings: { maxBooking: '0' } });
  const visitor = room.openVisitor();
  const head = await visitor.visit('/ticketing', { method: 'HEAD', headers: { accept: 'text/html' } });
  t.equal(head.status, 200);
  await visitor.page('/ticketing', { 'sec-purpose': 'prefetch' });
  const fetched = await visitor.page('/ticketing', { 'sec-fetch-mode': 'cors' });
  t.match(await fetched.text(), 'You are not in line yet');
  t.match(await visitor.status(), { status: 'none', number: null, position: null });
  t.match(await room.line.readProgress(), { tail: 0 });
});

t.test('page: JSON for those who ask for it, and the status code an operator chose for the page', async (t) => {
  const room = await openRoom(t, server, { settings: { maxBooking: '0', queueingStatusCode: '202' } });
  const visitor = room.openVisitor();
  t.equal((await visitor.page()).status, 202);
  const answer = await visitor.visit('/ticketing', { headers: { accept: 'application/json' } });
  t.equal(answer.status, 200);
  t.match(await answer.json(), { status: 'waiting', number: 1, position: 1 });
});

t.test('apply: joins once however often, in JSON or by a form', async (t) => {
  const room = await openRoom(t, server, { settings: { maxBooking: '0' } });
  const visitor = room.openVisitor();
  const answers = await Promise.all([visitor.apply(), visitor.apply(), visitor.apply()]);
  for (const answer of answers) t.match(await answer.json(), { status: 'waiting', number: 1, position: 1 });
  const form = await visitor.visit('/apply', {
    method: 'POST',
    headers: { accept: 'text/html', 'content-type': 'application/x-www-form-urlencoded' },
    body: '',
  });
  t.equal(form.status, 303);
  t.equal(form.headers.get('location'), '/ticketing');
  t.match(await room.line.readProgress(), { tail: 1, queued: 1 });
});

t.test('apply: a visitor who gets a place at once hears so', async (t) => {
  const room = await openRoom(t, server);
  const visitor = room.openVisitor();
  const answer = await visitor.apply();
  t.match(await answer.json(), { status: 'booked', number: 1, leaseEndsAt: /^20/ });
  t.ok(parseBookedNote(answer.headers.get('x-fairline-booked') ?? ''));
  const status = await visitor.visit('/queue/status');
  t.ok(parseBookedNote(status.headers.get('x-fairline-booked') ?? ''), 'the status tells the gateway too');
});

t.test('leave: gives the place in line up, twice is harmless, and joining again is a wish of one’s own', async (t) => {
  const room = await openRoom(t, server, { settings: { maxBooking: '0' } });
  const visitor = room.openVisitor();
  await visitor.page();
  const left = await visitor.leave();
  t.match(await left.json(), { status: 'left', position: null });
  t.match(left.headers.getSetCookie()[0], /^visitor_ticket=; Max-Age=0/);
  t.equal(left.headers.get('x-fairline-released'), null, 'no booked place was given up');
  t.match(await (await visitor.leave()).json(), { status: 'left' });

  const page = await visitor.page();
  t.equal(page.headers.get('refresh'), null);
  t.match(await page.text(), /action="\/apply"/);
  t.match(await room.line.readProgress(), { tail: 1, queued: 0 });
  t.match(await (await visitor.apply()).json(), { status: 'waiting', number: 2 });
});

t.test('leave: a booked place is freed and the gateway is told; a form goes back to the page', async (t) => {
  const room = await openRoom(t, server);
  const visitor = room.openVisitor();
  await visitor.page();
  const left = await visitor.visit('/queue/leave', { method: 'POST', headers: { accept: 'text/html' } });
  t.equal(left.status, 303);
  t.match(left.headers.get('x-fairline-released'), /^\d+$/);
  t.match(await room.line.readProgress(), { booked: 0 });
  t.match(await (await room.openVisitor().leave()).json(), { status: 'none' }, 'someone who never joined');
});

t.test('join: refused while closed, full or sold out, with the word for it', async (t) => {
  const closed = await openRoom(t, server, { settings: { admissions: 'closed' } });
  const page = await closed.openVisitor().page();
  t.equal(page.status, 200);
  t.match(await page.text(), 'The line is closed');
  t.match(await (await closed.openVisitor().apply()).json(), { status: 'closed', number: null });
  t.match(await closed.openVisitor().status(), { status: 'closed' });

  const full = await openRoom(t, server, { settings: { maxBooking: '0', maxQueue: '1' } });
  await full.openVisitor().page();
  const refused = await full.openVisitor().page();
  t.equal(refused.status, 503);
  t.match(refused.headers.get('retry-after'), /^\d+$/);
  t.match(await refused.text(), 'The line is full');
  const apply = await full.openVisitor().apply();
  t.equal(apply.status, 200);
  t.match(apply.headers.get('retry-after'), /^\d+$/);
  t.match(await apply.json(), { status: 'full', number: null });

  const soldOut = await openRoom(t, server, { settings: { ticketStock: '1' } });
  const buyer = soldOut.openVisitor();
  await buyer.page();
  await soldOut.line.confirm(buyer.id, JSON.stringify({ id: 'ORDER-1' }));
  t.match(await (await soldOut.openVisitor().page()).text(), 'Sold out');
  t.match(await (await soldOut.openVisitor().apply()).json(), { status: 'soldOut', number: null });
  const confirmed = await buyer.page();
  t.match(await confirmed.text(), 'ORDER-1');
  t.equal(confirmed.headers.get('refresh'), null);
});

t.test(
  'line: those in it are told when admissions are on hold, closed or sold out, and keep their place',
  async (t) => {
    const room = await openRoom(t, server);
    const buyer = room.openVisitor();
    await buyer.page();
    const visitor = room.openVisitor();
    await visitor.page();
    const told = (status: string) => until(visitor.status, (body) => body.status === status);
    await room.settingsStore.save({ admissions: 'paused', message: 'Back at 8' });
    t.match(await told('paused'), { number: 2, position: 1, message: 'Back at 8', etaSeconds: null });
    await room.settingsStore.save({ admissions: 'closed' });
    t.match(await told('closed'), { number: 2, position: 1 });
    const page = await visitor.page();
    t.match(await page.text(), /Admission is closed[\s\S]*Back at 8/);
    await room.settingsStore.save({ admissions: 'open', ticketStock: '1' });
    await room.line.confirm(buyer.id, '{}');
    t.match(await told('soldOut'), { number: 2, position: 1 });
  },
);

t.test('position: people ahead who leave or are admitted no longer count, on the next poll', async (t) => {
  const room = await openRoom(t, server);
  const visitors = Array.from({ length: 5 }, () => room.openVisitor());
  for (const visitor of visitors) await visitor.page();
  const [booked, second, third, , last] = visitors;
  if (!booked || !second || !third || !last) throw new Error('too few visitors');
  t.match(await last.status(), { number: 5, position: 4, waiting: 4 });
  await third.leave();
  t.match(await until(last.status, (body) => body.position === 3), { number: 5, position: 3, waiting: 3 });
  await booked.leave();
  await room.tick();
  await room.admit();
  t.match(await until(last.status, (body) => body.position === 2), { number: 5, waiting: 2 });
  t.match(await second.status(), { status: 'booked', number: 2 });
});

t.test('status: waiting with a ticket costs no Redis command', async (t) => {
  const own = await startTestRedis(t);
  const room = await openRoom(t, own, { settings: { maxBooking: '0' } });
  const visitor = room.openVisitor();
  await visitor.page();
  const countScripts = async () =>
    Number(/cmdstat_evalsha:calls=(\d+)/.exec(await room.hand.info('commandstats'))?.[1]);
  await room.hand.config('RESETSTAT');
  const begun = performance.now();
  for (let poll = 0; poll < 100; poll++) {
    t.match(await visitor.status(), { status: 'waiting', position: 1 });
  }
  await visitor.page();
  const looks = (performance.now() - begun) / 1000 + 3;
  t.ok(((await countScripts()) || 0) <= looks, 'no more scripts than the room’s own looks at the line');
});

t.test('presence: a poll of someone due is a sign of life, written within seconds', async (t) => {
  const room = await openRoom(t, server, { settings: { maxBooking: '0' } });
  const visitor = room.openVisitor();
  await visitor.page();
  await room.tick(10);
  await until(
    () => room.copy.view()?.dueNumber,
    (dueNumber) => dueNumber === 10,
  );
  await room.hand.del(room.keys.present);
  await visitor.status();
  await until(
    () => room.hand.zscore(room.keys.present, visitor.id),
    (sign) => sign !== null,
  );
  t.pass('a poll is a sign of life');
});

t.test('requests without a valid identity, from other sites or malformed are refused with a code', async (t) => {
  const room = await openRoom(t, server, { settings: { maxBooking: '0' } });
  for (const path of ['/ticketing', '/queue/status', '/queue/events']) {
    const bare = await fetch(room.url + path, { headers: { 'x-fairline-visitor': 'v1.me.default.1.vip.1.x' } });
    t.equal(bare.status, 403, path);
    t.match(await bare.json(), { code: 'IDENTITY_REQUIRED' });
  }
  const visitor = room.openVisitor();
  const post = (headers: Record<string, string>, body?: string) =>
    visitor.visit('/apply', { method: 'POST', headers, ...(body !== undefined && { body }) });
  t.equal((await post({ 'sec-fetch-site': 'cross-site' })).status, 403);
  t.equal((await post({ 'content-type': 'application/json' }, '{"a":')).status, 400);
  t.equal((await post({ 'content-type': 'application/x-www-form-urlencoded' }, `a=${'x'.repeat(10_000)}`)).status, 413);
  t.equal((await visitor.visit('/queue/leave')).status, 405);
  t.equal((await visitor.visit('/queue/other')).status, 404);
  t.match(await room.line.readProgress(), { tail: 0 });
});

t.test('no booking instance: the booked visitor is told that the place is kept', async (t) => {
  const room = await openRoom(t, server);
  const visitor = room.openVisitor();
  const page = await visitor.page('/ticketing', { 'x-fairline-no-capacity': '1' });
  t.equal(page.status, 503);
  t.match(page.headers.get('refresh'), /^\d+$/);
  t.match(await page.text(), 'Your place is kept');
  const body = await visitor.visit('/ticketing', {
    headers: { accept: 'application/json', 'x-fairline-no-capacity': '1' },
  });
  t.equal(body.status, 503);
  t.match(await body.json(), { code: 'NO_CAPACITY' });
  t.match(await room.line.readProgress(), { tail: 0 }, 'nothing was asked of the line');
});

t.test('assets: kept for ever under their own hash, served fresh under another', async (t) => {
  const room = await openRoom(t, server);
  const page = await (await room.openVisitor().page('/ticketing', { 'sec-fetch-mode': 'cors' })).text();
  const path = /href="(\/queue\/assets\/page\.[^"]+)"/.exec(page)?.[1] ?? '';
  const style = await fetch(room.url + path);
  t.equal(style.status, 200);
  t.match(style.headers.get('content-type'), 'text/css');
  t.match(style.headers.get('cache-control'), 'immutable');
  const script = await fetch(`${room.url}/queue/assets/waiting.another-hash.js`);
  t.equal(script.status, 200);
  t.equal(script.headers.get('cache-control'), 'no-store');
  t.equal((await fetch(`${room.url}/queue/assets/main.ts`)).status, 404);
});

t.end();
