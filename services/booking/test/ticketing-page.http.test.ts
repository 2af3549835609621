import { chromium } from 'playwright-core';
import t, { type Test } from 'tap';
import { identityOf, startSale } from './booking-setup.ts';

async function openPage(t: Test, visitorId: string, options: { javaScriptEnabled: boolean }) {
  const sale = await startSale(t);
  await sale.admit(visitorId);
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
  t.after(() => browser.close());
  const context = await browser.newContext({ locale: 'en-GB', extraHTTPHeaders: identityOf(visitorId), ...options });
  context.setDefaultTimeout(15_000);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(`${sale.url}/ticketing`);
  return { sale, page, complaints };
}

t.test('ticketing page: total, kept choice and countdown follow the form, a double click orders once', async (t) => {
  const { sale, page, complaints } = await openPage(t, 'ada', { javaScriptEnabled: true });
  t.match(await page.locator('[data-countdown]').textContent(), /^(10:00|9:5\d)$/);
  await page.getByText('Loge').click();
  await page.locator('input[name=tickets][value="3"]').check();
  t.equal(await page.locator('[data-total]').textContent(), '₩420,000');
  await page.getByText('Choice kept').waitFor();
  t.same((await sale.visitors.read('ada'))?.session, { 'choice:default': '{"section":"loge","tickets":3}' });
  await page.reload();
  t.ok(await page.locator('input[value=loge]').isChecked());

  await page.locator('[data-confirm]').dblclick();
  await page.waitForURL('**/order');
  t.match(await page.locator('.order-id').textContent(), /^FL-/);
  t.equal((await sale.line.readProgress()).orders, 1);
  t.same(complaints, [], 'nothing that the policy forbids');
});

t.test(
  'ticketing page: without script the form works out the total, orders, and gives back after a question',
  async (t) => {
    const { sale, page, complaints } = await openPage(t, 'ada', { javaScriptEnabled: false });
    await page.getByText('Gallery').click();
    await page.getByText('Work out the total').click();
    await page.waitForURL('**/ticketing');
    t.equal(await page.locator('[data-total]').textContent(), '₩50,000');
    t.ok(await page.locator('input[value=gallery]').isChecked());

    const giveBack = page.getByRole('button', { name: 'Yes, give it back' });
    t.notOk(await giveBack.isVisible());
    await page.getByText('Give my place back').click();
    await giveBack.click();
    await page.getByText('given your place back').waitFor();
    t.match(await sale.line.readStanding('ada'), { kind: 'ended', outcome: 'left' });
    t.same(complaints, []);
  },
);
