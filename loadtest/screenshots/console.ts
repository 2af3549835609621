import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { hashPassword } from '@fairline/shared/password.ts';
import { createVisitorStore } from '@fairline/shared/stores/visitors/store.ts';
import { type System, startSystem } from '@fairline/shared/testing/system.ts';
import type { TestLike } from '@fairline/shared/testing/test-like.ts';
import type { Browser, Page } from 'playwright-core';
import { request } from 'undici';
import { launchBrowser } from './browser.ts';

const name = 'mina';
const password = 'only for these pictures';
const desktop = { viewport: { width: 1360, height: 900 } };
const phone = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 1.5, isMobile: true, hasTouch: true };

const people = 3_000;
/** Long enough for the lines of the charts to say something. */
const historyMs = 75_000;

/** The operators' console while a sale goes on, on a desktop in the dark and in the light, and on a phone. */
export async function takeConsole(t: TestLike, save: (page: Page, name: string) => Promise<void>): Promise<void> {
  const system = await startSystem(t, {
    rooms: { booking: 3, 'waiting-room': 2, router: 2, admin: 1 },
    env: { OPERATORS: `${name}:operator:${await hashPassword(password)}`, ADMIN_SECRETS: 's'.repeat(43) },
    settings: {
      maxBooking: '120',
      newBookingsPerMinute: '240',
      ticketStock: '5000',
      claimSeconds: '600',
      message: 'Doors open at 7:30 pm. Please have your membership card ready.',
    },
  });
  const browser = await launchBrowser(t);
  const requests = Array.from({ length: people }, () => ({ visitorId: randomUUID(), again: false }));
  for (let at = 0; at < people; at += 200) await system.line.join(requests.slice(at, at + 200));
  await noteVisits(system, [
    ...requests.map(({ visitorId }) => visitorId),
    ...Array.from({ length: 900 }, () => randomUUID()),
  ]);
  const sale = new AbortController();
  const buying = keepBuying(system, sale.signal);
  try {
    const pages = await openConsole(browser, system);
    await sleep(historyMs);
    await takeScenes(pages, system, save);
  } finally {
    sale.abort();
    await buying;
  }
}

/** As gateways tell of visitors whose cookie came back. */
async function noteVisits({ redis }: System, visitorIds: readonly string[]): Promise<void> {
  const store = createVisitorStore({ redis });
  const visit = { requests: 1, lastPath: '/ticketing', addressTag: 'k3ZpQ1', userAgentTag: 'Xa91bQ' };
  await store.touch(
    visitorIds.map((visitorId) => ({ visitorId, ...visit })),
    600_000,
  );
}

/** Somebody looks, buys, leaves, a few times a second, until the signal: a sale as it goes. */
async function keepBuying({ line, redis, keys, url }: System, signal: AbortSignal): Promise<void> {
  for (let turn = 0; !signal.aborted; turn += 1) {
    const buyer = await redis.srandmember(keys.booked);
    if (buyer && turn % 2 === 0) await line.confirm(buyer, JSON.stringify({ id: `FL-${turn}` }));
    if (buyer && turn % 11 === 0) await line.leave(buyer);
    const waiting = await redis.srandmember(keys.queued);
    if (waiting && turn % 5 === 0) await line.leave(waiting);
    const looks = Array.from({ length: 12 }, async () => (await request(`${url()}/`)).body.dump());
    await Promise.all(looks);
    await sleep(200);
  }
}

type ConsolePages = { dark: Page; light: Page; phone: Page };

/** The console on a desktop in the dark and in the light, and on a phone, logged in. */
async function openConsole(browser: Browser, system: System): Promise<ConsolePages> {
  const open = async (options: object) => {
    const context = await browser.newContext({ locale: 'en-GB', timezoneId: 'Europe/London', ...options });
    context.setDefaultTimeout(30_000);
    const page = await context.newPage();
    await page.goto(`${system.url()}/system/login`);
    await page.fill('#name', name);
    await page.fill('#password', password);
    await page.click('main button.primary');
    await page.locator('.live[data-live="live"]').waitFor();
    return page;
  };
  return {
    dark: await open({ ...desktop, colorScheme: 'dark' }),
    light: await open({ ...desktop, colorScheme: 'light' }),
    phone: await open({ ...phone, colorScheme: 'dark' }),
  };
}

async function takeScenes(
  { dark, light, phone }: ConsolePages,
  system: System,
  save: (page: Page, name: string) => Promise<void>,
): Promise<void> {
  await dark.locator('[name="range"][value="5"]').check({ force: true });
  await save(dark, 'console-overview');
  await phone.locator('[data-charts]').waitFor();
  await save(phone, 'console-phone');
  const goTo = (page: Page, view: string) => page.goto(`${system.url()}/system/${view}`);
  await goTo(dark, 'instances');
  await dark.locator('.live[data-live="live"]').waitFor();
  await dark.waitForFunction(
    `document.querySelector('[data-slot="spark"]').getAttribute('points').split(' ').length > 20`,
  );
  await save(dark, 'console-instances');
  await goTo(light, 'settings');
  await light.fill('#newBookingsPerMinute', '600');
  await light.locator('[data-effects] li').nth(1).waitFor();
  await save(light, 'console-settings');
}
