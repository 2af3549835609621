import { hashPassword } from '@fairline/shared/password.ts';
import { startSystem, until } from '@fairline/shared/testing/system.ts';
import t from 'tap';
import { launchBrowser } from './browser.ts';
import { createVisitor } from './visitor.ts';

const password = 'a long enough password';

t.test('an operator logs in, opens a place and drains an instance, through the gateway', async (t) => {
  const system = await startSystem(t, {
    rooms: { admin: 1 },
    settings: { maxBooking: '0' },
    env: { OPERATORS: `mina:operator:${await hashPassword(password)}`, ADMIN_SECRETS: 'x'.repeat(43) },
  });
  const visitor = createVisitor(system.url);
  await visitor.arrive();
  t.match(await visitor.apply(), { status: 'waiting' });

  const page = await (await launchBrowser(t)).newPage({ locale: 'en-GB' });
  page.setDefaultTimeout(20_000);
  await page.goto(`${system.url()}/system`);
  t.equal(new URL(page.url()).pathname, '/system/login', 'nothing is shown without a login');
  await page.fill('#name', 'mina');
  await page.fill('#password', 'wrong');
  await page.click('main button.primary');
  await page.locator('#login-problem').waitFor();
  await page.fill('#password', password);
  await page.click('main button.primary');
  await page.locator('#instances').waitFor();

  await page.fill('#maxBooking', '1000001');
  await page.locator('form:has(#maxBooking) button.primary').click();
  await page
    .getByText(/0–1,?000,?000/)
    .first()
    .waitFor();
  t.match(await system.settings.readGood(), { maxBooking: 0 }, 'a bad value writes nothing');
  await page.fill('#maxBooking', '1');
  await page.locator('form:has(#maxBooking) button.primary').click();
  await until('the visitor to be admitted', async () => (await visitor.status()).status === 'booked');

  const [first] = system.ofRoom('booking');
  const row = page.locator('tr', { hasText: first?.id ?? '' });
  await row.getByRole('button').click();
  await until('the wish to be noted', async () => {
    return (await system.redis.sismember('booking:instances:disabled', first?.id ?? '')) === 1;
  });
  t.equal((await visitor.page('/ticketing')).status, 200, 'the other instance serves');
});
