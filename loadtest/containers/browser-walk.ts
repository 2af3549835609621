import type { TestLike } from '@fairline/shared/testing/test-like.ts';
import { launchBrowser } from '../screenshots/browser.ts';

const timeoutMs = 60_000;

/**
 * Two visitors in Chromium for one place: the first is let in, the second waits, the first orders, the second's page moves
 * on by itself. Returns how long that took after the order, ms; throws when a page does not come.
 */
export async function walkThrough(t: TestLike, site: string): Promise<number> {
  const browser = await launchBrowser(t);
  const open = async () => {
    const context = await browser.newContext({ locale: 'en-GB' });
    context.setDefaultTimeout(timeoutMs);
    const page = await context.newPage();
    await page.goto(`${site}/`);
    await page.locator('a[href="/ticketing"]').first().click();
    return page;
  };
  const confirmForm = 'form[action="/api/booking/confirm"]';
  const first = await open();
  await first.locator(confirmForm).waitFor();
  const second = await open();
  await second.locator('#position', { hasText: /^1$/ }).waitFor();
  await first.locator(`${confirmForm} button`).click();
  await first.getByText(/FL-/).first().waitFor();
  const orderedAtMs = performance.now();
  await second.locator(confirmForm).waitFor();
  const tookMs = performance.now() - orderedAtMs;
  await second.locator(`${confirmForm} button`).click();
  await second.getByText(/FL-/).first().waitFor();
  await browser.close();
  return tookMs;
}
