import { startSystem } from '@fairline/shared/testing/system.ts';
import t from 'tap';
import { launchBrowser } from './browser.ts';

for (const javaScriptEnabled of [true, false]) {
  t.test(`two visitors, one place, ${javaScriptEnabled ? 'with' : 'without'} JavaScript`, async (t) => {
    const system = await startSystem(t, { settings: { maxBooking: '1' } });
    const browser = await launchBrowser(t);
    const open = async () => {
      const context = await browser.newContext({ javaScriptEnabled, locale: 'en-GB' });
      context.setDefaultTimeout(20_000);
      return context.newPage();
    };

    const first = await open();
    await first.goto(`${system.url()}/ticketing`);
    await first.locator('form[action="/api/booking/confirm"]').waitFor();

    const second = await open();
    await second.goto(`${system.url()}/ticketing`);
    await second.locator('#position', { hasText: /^1$/ }).waitFor();
    t.equal(new URL(second.url()).pathname, '/ticketing');
    t.equal(new URL(second.url()).search, '', 'the address is clean');

    await first.locator('form[action="/api/booking/confirm"] button').click();
    await first.getByText(/FL-/).first().waitFor();
    const confirmedAt = performance.now();
    await second.locator('form[action="/api/booking/confirm"]').waitFor();
    t.comment(`let in ${Math.round(performance.now() - confirmedAt)} ms after the first confirmed`);
    t.equal(new URL(second.url()).pathname, '/ticketing', 'the address never changed');
    t.same(system.problems, []);
  });
}
