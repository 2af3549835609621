import { createInvitations } from '@fairline/shared/invitations.ts';
import { startSystem, until } from '@fairline/shared/testing/system.ts';
import t from 'tap';
import { launchBrowser } from './browser.ts';

/** For the page: writes down the title of a notification that the browser has really shown. */
const watchNotifications = `window.Notification = class extends Notification {
  constructor(title, options) {
    super(title, options);
    this.addEventListener('show', () => { document.documentElement.dataset.notified = title; });
  }
};`;

t.test(
  'the waiting page keeps its place through reload, closing and being offline, and says when it is its turn',
  async (t) => {
    const system = await startSystem(t, { settings: { maxBooking: '0', claimSeconds: '90' } });
    const browser = await launchBrowser(t);
    const context = await browser.newContext({ locale: 'ja-JP' });
    context.setDefaultTimeout(20_000);
    await context.grantPermissions(['notifications']);
    await context.addInitScript({ content: watchNotifications });
    const problems: string[] = [];
    context.on('console', (line) => {
      // What a browser itself says about a connection that is not there.
      if (line.type() === 'error' && !line.text().includes('ERR_INTERNET_DISCONNECTED')) problems.push(line.text());
    });
    context.on('weberror', (error) => problems.push(String(error.error())));

    const first = await context.newPage();
    await first.goto(`${system.url()}/ticketing`);
    await first.locator('#number', { hasText: /^1$/ }).waitFor();
    await first.reload();
    await first.locator('#number', { hasText: /^1$/ }).waitFor();
    await first.close();
    const page = await context.newPage();
    await page.goto(`${system.url()}/ticketing`);
    await page.locator('#number', { hasText: /^1$/ }).waitFor();
    t.equal(await page.locator('html').getAttribute('lang'), 'ja');
    t.equal((await system.line.readProgress()).tail, 1, 'one number for one visitor');

    await context.setOffline(true);
    const notice = page.locator('#notice');
    await notice.waitFor();
    t.match(await notice.textContent(), /オフライン/);
    await context.setOffline(false);
    await notice.waitFor({ state: 'hidden' });

    await system.settings.save({ message: '開演は19時です' });
    await page.locator('#message', { hasText: '開演は19時です' }).waitFor();

    await page.locator('#sound').click();
    await page.locator('#sound[aria-pressed=true]').waitFor();
    await page.locator('#notification').click();
    await page.locator('#notification[aria-pressed=true]').waitFor();
    await page.evaluate("Object.defineProperty(document, 'hidden', { value: true })");
    // The way in does not open, so the page stays and has to say how long there is.
    await page.route('**/ticketing', (route) => route.abort('aborted'));
    await system.settings.save({ maxBooking: '1' });
    await page.locator('#countdown', { hasText: /^1:2\d$/ }).waitFor();
    t.match(await page.title(), /^1:2\d · あなたの番です$/);
    t.match(await page.locator('#announcer').textContent(), /^あなたの番です。/, 'screen readers hear it');
    await page.locator('html[data-notified="あなたの番です"]').waitFor({ state: 'attached' });
    await page.unroute('**/ticketing');
    await page.locator('#turn a').click();
    await page.locator('form[action="/api/booking/confirm"]').waitFor();
    t.same(problems, []);
  },
);

t.test('an invitation gives a place in the second line; leaving asks first, then the place is gone', async (t) => {
  const secrets = ['v'.repeat(32)];
  const logged: string[] = [];
  const system = await startSystem(t, {
    settings: { maxBooking: '0', vipSharePercent: '20' },
    env: { INVITE_SECRETS: secrets.join() },
    onLogLine: (_id, entry) => logged.push(JSON.stringify(entry)),
  });
  const browser = await launchBrowser(t);
  const page = await browser.newPage();
  await page.goto(`${system.url()}/ticketing`);
  await page.locator('#lines', { hasText: 'it gets 20 of every 100 places' }).waitFor();

  const invitation = { event: 'default', id: 'first-invitation', expiresAtMs: Date.now() + 3_600_000 };
  const token = createInvitations({ secrets }).sign(invitation);
  const invited = await (await browser.newContext()).newPage();
  await invited.goto(`${system.url()}/ticketing?invite=${token}`);
  await invited.locator('#number', { hasText: /^Priority 1$/ }).waitFor();
  t.equal(invited.url(), `${system.url()}/ticketing`);
  await invited.locator('#lines', { hasText: 'You are in the priority line' }).waitFor();
  await system.settings.save({ vipSharePercent: '0' });
  await invited.locator('#lines', { hasText: 'It has no priority at the moment' }).waitFor();
  t.notMatch(logged.join('\n'), token.slice(-43), 'no log has it');
  await invited.close();

  await page.locator('summary').click();
  await page.getByText('Leave for good?').waitFor();
  await page.locator('form[action="/queue/leave"] button').click();
  await page.getByText('You have left the line').first().waitFor();
  await until('the public line to be empty', async () => (await system.line.readProgress()).queued === 1);
});
