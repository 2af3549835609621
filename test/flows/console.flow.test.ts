import { readFile } from 'node:fs/promises';
import { hashPassword } from '@fairline/shared/password.ts';
import { isCluster, type RedisClient } from '@fairline/shared/redis/client.ts';
import { findReadingProblems } from '@fairline/shared/testing/reading-problems.ts';
import { type System, startSystem, until } from '@fairline/shared/testing/system.ts';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import t from 'tap';
import { launchBrowser } from './browser.ts';
import { createVisitor } from './visitor.ts';

const password = 'a long enough password';

async function openPage(browser: Browser, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ locale: 'en-GB', ...options });
  context.setDefaultTimeout(20_000);
  return context.newPage();
}

async function logIn(page: Page, system: System, name: string): Promise<void> {
  await page.goto(`${system.url()}/system`);
  await page.fill('#name', name);
  await page.fill('#password', password);
  await page.click('main button.primary');
  await page.locator('main[data-view="overview"]').waitFor();
}

t.test('the console, by operators of a running sale, through the gateway', async (t) => {
  const hash = await hashPassword(password);
  const system = await startSystem(t, {
    rooms: { admin: 1 },
    settings: { maxBooking: '0' },
    env: {
      OPERATORS: `mina:operator:${hash},lee:viewer:${hash}`,
      ADMIN_SECRETS: 'x'.repeat(43),
      TRUSTED_PROXIES: '127.0.0.0/8',
    },
  });
  const visitor = createVisitor(system.url);
  await visitor.arrive();
  t.match(await visitor.apply(), { status: 'waiting' });
  const browser = await launchBrowser(t);
  const page = await openPage(browser);
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(String(error)));
  page.on('console', (message) => {
    if (/Content Security Policy/.test(message.text())) problems.push(message.text());
  });
  const saved = (field: string, value: string) =>
    until(`${field} to be ${value}`, async () => (await system.redis.hget(system.keys.settingsGood, field)) === value);

  await t.test('login: nothing is shown without, a wrong password is told', async (t) => {
    await page.goto(`${system.url()}/system/settings`);
    t.equal(new URL(page.url()).pathname, '/system/login');
    await page.fill('#name', 'mina');
    await page.fill('#password', 'wrong');
    await page.click('main button.primary');
    await page.locator('#login-problem').waitFor();
    await logIn(page, system, 'mina');
  });

  await t.test('live: figures follow the sale, the charts get points', async (t) => {
    await page.locator('.live[data-live="live"]').waitFor();
    await page.locator('[data-figure="waiting"] b', { hasText: /^1$/ }).waitFor();
    const points = async () => Number(await page.locator('[data-charts]').getAttribute('data-points'));
    const first = await until('the first points', points);
    await until('another point', async () => (await points()) > first);
    t.ok(await page.locator('[data-chart="people"] canvas').isVisible());
    const [admin] = system.ofRoom('admin');
    await admin?.end('SIGSTOP');
    await page.locator('.live[data-live="lost"]').waitFor();
    t.ok(await page.getByText('Connection lost. What you see is the last known').isVisible());
    await admin?.end('SIGCONT');
    await page.locator('.live[data-live="live"]').waitFor();
    // Its stream goes on at once, while the gateway sends it nothing new before its next report.
    const login = `${system.url()}/system/login`;
    await until('the console to be asked again', async () => (await page.request.get(login)).ok());
    t.notOk(await page.locator('[data-banner]').isVisible());
  });

  await t.test('settings: a bad value is refused, the effect of a good one is seen before it is saved', async (t) => {
    await page.keyboard.press('g');
    await page.keyboard.press('s');
    await page.waitForURL('**/system/settings');
    await page.fill('#maxBooking', '1000001');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.locator('#maxBooking-problem', { hasText: /0 to 1,000,000/ }).waitFor();
    t.equal(await page.inputValue('#maxBooking'), '1000001', 'what was typed is kept');
    t.match(await system.settings.readGood(), { maxBooking: 0 }, 'a bad value writes nothing');
    await page.fill('#maxBooking', '1');
    await page.locator('[data-effects]', { hasText: 'The next 1 waiting are let in at once' }).waitFor();
    t.match(await system.settings.readGood(), { maxBooking: 0 }, 'looking writes nothing');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.locator('[data-done]', { hasText: 'Saved.' }).waitFor();
    await until('the visitor to be admitted', async () => (await visitor.status()).status === 'booked');
  });

  await t.test('drain: by the keyboard alone, and the rest of the room serves', async (t) => {
    await page.keyboard.press('?');
    await page.locator('#help').waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('g');
    await page.keyboard.press('i');
    await page.waitForURL('**/system/instances');
    const [first] = system.ofRoom('booking');
    const row = page.locator(`tr[data-id="${first?.id}"]`);
    await row.waitFor();
    await until('the row to have the focus', async () => {
      await page.keyboard.press('j');
      return row.evaluate((element) => element === element.ownerDocument.activeElement);
    });
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    await row.locator('.state', { hasText: 'drained' }).waitFor();
    t.equal(await system.redis.sismember('booking:instances:disabled', first?.id ?? ''), 1);
    t.equal((await visitor.page('/ticketing')).status, 200, 'the other instance serves');
    await row.getByRole('button', { name: /Enable/ }).click();
    await row.locator('.state', { hasText: 'ready' }).waitFor();
    const card = page.locator('[data-room="booking"]');
    await card.getByRole('button', { name: 'One more booking' }).click();
    await card.getByText('An operator chose the number.').waitFor();
    t.equal(await system.redis.hget(system.keys.scaling, 'booking:wish'), '3');
    await card.getByRole('button', { name: 'Automatic' }).click();
    await card.getByRole('button', { name: 'Automatic' }).waitFor({ state: 'hidden' });
  });

  await t.test('message and pause: asked first, then shown to everyone within a moment', async (t) => {
    const waiting = createVisitor(system.url);
    await waiting.arrive();
    t.match(await waiting.apply(), { status: 'waiting' });
    await page.keyboard.press('m');
    await page.waitForURL('**/system#message');
    await page.fill('#message', 'Five more minutes <b>please</b>');
    t.equal(await page.locator('[data-preview]').textContent(), 'Five more minutes <b>please</b>');
    await page.getByRole('button', { name: 'Show to everyone…' }).click();
    await page.getByRole('button', { name: 'Show it' }).click();
    await until('the message', async () => (await waiting.status()).message === 'Five more minutes <b>please</b>');
    await page.locator('[data-done]', { hasText: 'Everyone waiting reads it now.' }).waitFor();
    await page.locator(':popover-open').waitFor({ state: 'detached' });
    await page.locator('main').focus();
    await page.keyboard.press('p');
    await page.getByRole('dialog', { name: 'Pause admissions?' }).waitFor();
    await page.keyboard.press('Enter');
    await page.locator('[data-sale-word]', { hasText: 'Paused' }).waitFor();
    await until('the visitor to be told', async () => (await waiting.status()).status === 'paused');
    await page.locator('[data-latest]', { hasText: 'admissions' }).waitFor();
  });

  await t.test('message: what is typed before the scripts have come is kept', async (t) => {
    const early = await openPage(browser);
    await logIn(early, system, 'mina');
    const gate = Promise.withResolvers<void>();
    await early.route('**/message.*.js', async (route) => {
      await gate.promise;
      await route.continue();
    });
    await early.goto(`${system.url()}/system`, { waitUntil: 'commit' });
    await early.fill('#message', 'Typed early');
    gate.resolve();
    await early.locator('.live[data-live="live"]').waitFor();
    await early.locator('[data-preview]', { hasText: 'Typed early' }).waitFor();
    t.equal(await early.inputValue('#message'), 'Typed early');
    await early.context().close();
  });

  await t.test('visitor: found, blocked with a reason, and let through again', async (t) => {
    const [id = ''] = await system.redis.smembers(system.keys.booked);
    await page.keyboard.press('/');
    await page.locator('[data-search]').fill(id);
    await page.keyboard.press('Enter');
    await page.locator('[data-standing="booked"]').waitFor();
    await page.getByRole('button', { name: 'Block…' }).click();
    await page.locator('#block-reason').fill('resale bot');
    await page.getByRole('button', { name: 'Block', exact: true }).click();
    await page.getByText('resale bot').first().waitFor();
    t.ok(await system.redis.zscore(system.keys.blocked, `visitor:${id}`));
    await page.goto(`${system.url()}/system/blocks`);
    await page.getByRole('button', { name: 'Unblock…' }).click();
    await page.getByRole('button', { name: 'Unblock', exact: true }).click();
    await page.getByText('Nobody is blocked.').waitFor();
    t.equal(await system.redis.zscore(system.keys.blocked, `visitor:${id}`), null);
    await page.goto(`${system.url()}/system/audit`);
    await page.getByText('resale bot').first().waitFor();
  });

  await t.test('visitor: a place is ended, the next let in before the turn, sent away, and made a VIP', async (t) => {
    const next = createVisitor(system.url);
    await next.arrive();
    t.match(await next.apply(), { status: 'paused' });
    const press = async (name: string) => {
      await page.getByRole('button', { name: `${name}…`, exact: true }).click();
      await page.getByRole('button', { name, exact: true }).click();
    };
    const [held = ''] = await system.redis.smembers(system.keys.booked);
    await page.goto(`${system.url()}/system/visitor?id=${held}`);
    await press('End the place');
    await until('the place to be free', async () => (await system.redis.scard(system.keys.booked)) === 0);
    t.match(await visitor.status(), { status: 'left' });

    await page.goto(`${system.url()}/system/visitor?id=${next.id()}`);
    await page.locator('[data-standing="waiting"]').waitFor();
    await press('Let in now');
    await page.locator('[data-standing="booked"]').waitFor();
    t.match(await next.status(), { status: 'booked' }, 'while the others are on hold');
    await press('Send away');
    await page.locator('[data-standing="ended"]', { hasText: 'Revoked' }).waitFor();
    t.ok(await page.locator('main:focus').isVisible(), 'the keys go on on the page: that button is disabled now');
    await until('the visitor to be told', async () => (await next.status()).status === 'revoked');
    t.match((await next.confirm()).json(), { code: 'PLACE_ENDED' });
    await page.getByRole('button', { name: 'Change tier…' }).click();
    await page.getByRole('radio', { name: 'VIP' }).check({ force: true });
    await page.getByRole('button', { name: 'Change tier', exact: true }).click();
    await until('a VIP', async () => (await system.redis.hget(system.keys.tiers, next.id())) === 'vip');
    await page.locator('main').getByText('VIP', { exact: true }).first().waitFor();
  });

  await t.test('a network is blocked and let through again, the log has pages, and files are taken home', async (t) => {
    const outsider = createVisitor(system.url);
    const status = async () => (await outsider.ask('/', { headers: { 'x-forwarded-for': '203.0.113.9' } })).status;
    t.equal(await status(), 200);
    await page.goto(`${system.url()}/system/blocks`);
    await page.getByRole('button', { name: 'Block…' }).click();
    await page.fill('#block-value', '203.0.113.7/24');
    await page.fill('#block-reason', 'a scraper');
    await page.getByRole('button', { name: 'Block', exact: true }).click();
    await page.getByText('203.0.113.0/24').first().waitFor();
    await until('a refusal', async () => (await status()) === 403);
    t.equal((await visitor.ask('/')).status, 200, 'nobody else');
    await page.getByRole('button', { name: 'Unblock…' }).click();
    await page.getByRole('button', { name: 'Unblock', exact: true }).click();
    await page.getByText('Nobody is blocked.').waitFor();
    await until('to be let through', async () => (await status()) === 200);

    const entry = ['who', 'kim', 'what', 'instance', 'subject', 'booking-x', 'before', '{}', 'after', '{}'];
    for (let count = 0; count < 50; count += 1) await system.redis.xadd('booking:audit', '*', ...entry);
    await page.goto(`${system.url()}/system/audit`);
    t.equal(await page.getByText('a scraper').count(), 0);
    await page.getByRole('link', { name: 'Older' }).click();
    await page.getByText('a scraper').first().waitFor();
    await page.getByText('Sent away').first().waitFor();
    await page.getByRole('link', { name: 'Newest' }).click();
    await page.getByText('booking-x').first().waitFor();

    await page.goto(`${system.url()}/system/sale`);
    for (const [name, columns] of [
      ['Journeys of this sale', /^visitor_id,number,joined_at,/],
      ['Orders of this sale', /^visitor_id,id,event,/],
    ] as const) {
      const coming = page.waitForEvent('download');
      await page.getByRole('link', { name }).click();
      const text = await readFile(await (await coming).path(), 'utf8');
      t.match(text, columns);
      if (name.startsWith('Journeys')) t.match(text, /,revoked,1,/, 'who was sent away');
    }
  });

  await t.test('without JavaScript: the same questions, forms and effects', async (t) => {
    const plain = await openPage(browser, { javaScriptEnabled: false });
    await logIn(plain, system, 'mina');
    await plain.getByRole('button', { name: 'Resume…' }).click();
    await plain.getByRole('button', { name: 'Resume', exact: true }).click();
    await plain.getByText('Admissions are open.').waitFor();
    await saved('admissions', 'open');
    await plain.goto(`${system.url()}/system/settings`);
    await plain.fill('#maxBooking', '5');
    await plain.getByRole('button', { name: 'Show the effect' }).click();
    await plain.getByText('Places: 1 → 5').waitFor();
    t.match(await system.settings.readGood(), { maxBooking: 1 }, 'looking writes nothing');
    await plain.getByRole('button', { name: 'Save' }).click();
    await plain.getByText('Saved.').waitFor();
    await saved('maxBooking', '5');
  });

  await t.test('viewers see everything and change nothing, here in Korean on a phone', async (t) => {
    const phone = await openPage(browser, { locale: 'ko-KR', viewport: { width: 390, height: 844 }, isMobile: true });
    await logIn(phone, system, 'lee');
    t.equal(await phone.locator('html').getAttribute('lang'), 'ko');
    await phone.locator('[data-sale-word]', { hasText: '열림' }).waitFor();
    t.ok(await phone.getByRole('button', { name: '마감…' }).isDisabled());
    for (const view of ['', '/instances', '/settings', '/visitor', '/blocks', '/audit', '/sale']) {
      await phone.goto(`${system.url()}/system${view}`);
      await phone.getByText('조회자로 로그인했습니다').first().waitFor();
      const overflow = await phone.evaluate('document.documentElement.scrollWidth - window.innerWidth');
      t.equal(overflow, 0, `${view || '/'} fits`);
      t.same(await findReadingProblems(phone), [], `${view || '/'} can be read, and used by keys`);
    }
  });

  await t.test('a new sale: only when closed, by typing the name of the event', async (t) => {
    await page.goto(`${system.url()}/system/sale`);
    t.ok(await page.getByRole('button', { name: 'Begin a new sale…' }).isDisabled());
    await page.goto(`${system.url()}/system`);
    await page.getByRole('button', { name: 'Close…' }).click();
    await page.getByRole('button', { name: 'Close', exact: true }).click();
    await page.locator('[data-sale-word]', { hasText: 'Closed' }).waitFor();
    await page.goto(`${system.url()}/system/sale`);
    await page.getByRole('button', { name: 'Begin a new sale…' }).click();
    await page.getByRole('checkbox', { name: /End the \d+ places/ }).check();
    await page.fill('#sale-event', 'default');
    await page.getByRole('button', { name: 'Begin the new sale' }).click();
    await page.getByText('The new sale has begun.').waitFor();
    await page.getByText('Sale 1', { exact: true }).waitFor();
    const client = system.redis as RedisClient;
    const servers = isCluster(client) ? client.nodes('master') : [client];
    const kept = (await Promise.all(servers.map((server) => server.keys(`${system.keys.archive}:1:*`)))).flat().length;
    await page.getByText(`Archived ${kept} keys under booking:archive:1:`).waitFor();
    await page.getByText('Raised epoch to 1.').waitFor();
    t.equal((await system.line.readProgress()).booked, 0);
  });

  t.same(problems, [], 'no script failed, no policy was broken');
});
