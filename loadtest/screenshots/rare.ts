import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type System, startSystem, until } from '@fairline/shared/testing/system.ts';
import type { TestLike } from '@fairline/shared/testing/test-like.ts';
import { createVisitorCookies, type VisitorCookies, visitorCookieName } from '@fairline/shared/visitor-cookie.ts';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { request } from 'undici';
import { say } from '../report/script.ts';
import { devices, launchBrowser } from './browser.ts';

const patienceMs = 20_000;
const views = {
  'phone-light-en': { device: 'phone', colorScheme: 'light', locale: 'en-US' },
  'phone-dark-ja': { device: 'phone', colorScheme: 'dark', locale: 'ja-JP' },
  'desktop-light-ko': { device: 'desktop', colorScheme: 'light', locale: 'ko-KR' },
  'desktop-dark-en': { device: 'desktop', colorScheme: 'dark', locale: 'en-US' },
} as const;
type ViewName = keyof typeof views;
type View = { name: ViewName; context: BrowserContext; page: Page };

/** The pages that few ever see, on phones and desktops, light and dark, in all languages, as pictures in `folder`. */
export async function takeRareScreens(t: TestLike, folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const system = await startSystem(t, {
    rooms: { booking: 1, 'queue-processor': 1 },
    settings: { maxBooking: '0', leaseMinutes: '0' },
  });
  const browser = await launchBrowser(t);
  const ticketing = `${system.url()}/ticketing`;
  const cookies = createVisitorCookies({ secrets: [system.secrets.COOKIE_SECRETS] });

  /** Shows everyone, each a new visitor, a page that `show` leads to. */
  async function take(name: string, show: (page: Page, visitorId: string) => Promise<unknown>): Promise<void> {
    for (const view of await openViews(browser)) {
      const { visitorId, value } = cookies.create();
      await view.context.addCookies([{ name: visitorCookieName, value, url: system.url() }]);
      await show(view.page, visitorId);
      await view.page.screenshot({ path: join(folder, `${name}-${view.name}.png`), animations: 'disabled' });
      await view.context.close();
    }
    say(name);
  }
  const hasTitle = (page: Page) => page.locator('h1').first().waitFor();
  const open = async (page: Page, url = ticketing) => {
    await page.goto(url);
    await hasTitle(page);
  };
  const save = async (changes: Record<string, string>) => {
    await system.settings.save(changes);
    // Rooms take settings over within a second.
    await new Promise((resolve) => setTimeout(resolve, 1200));
  };

  await take('none', async (page) => {
    await page.setExtraHTTPHeaders({ 'sec-purpose': 'prefetch' });
    await open(page);
  });
  await take('left', async (page) => {
    await open(page);
    await page.locator('summary').click();
    await page.locator('form[action="/queue/leave"] button').click();
    await page.locator('form[action="/apply"]').waitFor();
  });
  await take('revoked', async (page, visitorId) => {
    await open(page);
    await system.line.revoke(visitorId);
    await page.locator('form[action="/apply"]').waitFor();
  });
  await take('waiting-room-not-found', (page) => open(page, `${system.url()}/queue/assets/nothing`));
  await take('booking-not-found', (page) => open(page, `${system.url()}/nothing-here`));

  await save({ maxBooking: '100' });
  await take('booking-place-ended', async (page, visitorId) => {
    await open(page);
    await system.line.revoke(visitorId);
    await page.locator('form[action="/api/booking/confirm"] button').click();
    await hasTitle(page);
  });
  await take('confirmed', async (page, visitorId) => {
    await open(page);
    await system.line.confirm(visitorId, JSON.stringify({ id: 'FL-7K3M-9Q6D-4HTX' }));
    await until('the copies to know', async () => {
      await open(page);
      return (await page.locator('.order').count()) > 0;
    });
  });
  await save({ maxBooking: '0', maxQueue: '1' });
  await system.line.join([{ visitorId: randomUUID(), again: false }]);
  await take('full', (page) => open(page));
  await save({ maxQueue: '0', ticketStock: '1' });
  await take('sold-out-outside', (page) => open(page));
  await save({ ticketStock: '0', admissions: 'closed' });
  await take('closed', (page) => open(page));
  await save({ admissions: 'open', maxBooking: '100' });

  await takeFailures(system, { cookies, take, open });
}

/** What visitors see while parts of the system are gone; nothing comes back. */
async function takeFailures(
  system: System,
  {
    cookies,
    take,
    open,
  }: {
    cookies: VisitorCookies;
    take(name: string, show: (page: Page) => Promise<unknown>): Promise<void>;
    open(page: Page, url?: string): Promise<void>;
  },
): Promise<void> {
  const end = async (room: 'booking' | 'waiting-room') => {
    for (const each of system.ofRoom(room)) await each.end('SIGKILL');
  };
  await take('no-cookies', async (page) => {
    // Asked for without any cookie, which a browser cannot be told to do.
    await page.route('**/ticketing*', async (route) => {
      const { cookie, ...headers } = await route.request().allHeaders();
      const asked = Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith(':')));
      let answer = await request(route.request().url(), { headers: asked });
      const next = answer.headers.location;
      await answer.body.dump();
      answer = await request(new URL(String(next), system.url()), { headers: asked });
      await route.fulfill({ status: answer.statusCode, contentType: 'text/html', body: await answer.body.text() });
    });
    await open(page);
  });
  const booked: string[] = [];
  for (const { visitorId, value } of Object.keys(views).map(() => cookies.create())) {
    await system.line.join([{ visitorId, again: false }]);
    booked.push(value);
  }
  await until('places for all', async () => (await system.line.readProgress()).queued === 0);
  await end('booking');
  await until('a shut gate', async () => !(await system.line.readProgress()).gate.isOpen);
  await take('booking-gone', (page) => open(page, `${system.url()}/`));
  await take('booked-booking-gone', async (page) => {
    await page.context().addCookies([{ name: visitorCookieName, value: booked.pop() ?? '', url: system.url() }]);
    await open(page);
  });
  await system.redisServer.stop('SIGKILL');
  await new Promise((resolve) => setTimeout(resolve, 3000));
  await take('redis-gone', (page) => open(page));
  await end('waiting-room');
  await take('waiting-room-gone', (page) => open(page));
}

async function openViews(browser: Browser): Promise<View[]> {
  return Promise.all(
    (Object.keys(views) as ViewName[]).map(async (name) => {
      const { device, ...how } = views[name];
      const context = await browser.newContext({ ...devices[device], ...how });
      context.setDefaultTimeout(patienceMs);
      return { name, context, page: await context.newPage() };
    }),
  );
}
