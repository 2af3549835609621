import { randomUUID } from 'node:crypto';
import { mkdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type System, startSystem, until } from '@fairline/shared/testing/system.ts';
import type { TestLike } from '@fairline/shared/testing/test-like.ts';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { repositoryFile } from '../report/results.ts';
import { runScript, say } from '../report/script.ts';
import { type Device, devices, launchBrowser } from './browser.ts';
import { takeConsole } from './console.ts';
import { takeRareScreens } from './rare.ts';

const folder = repositoryFile('docs/images/');
const rareFolder = join(tmpdir(), 'fairline-screens');
const mostBytes = 180 * 1000;
const peopleAhead = 1200;
const peopleBehind = 2600;
const admissionsPerMinute = 240;
/** Before the line has moved for that long, nothing honest can be said about the wait. */
const historyMs = 45_000;

await runScript(
  {
    summary:
      'npm run screenshots: the waiting page and the operators’ console in docs/images, on a phone and on a desktop, from\n' +
      'whole systems of real processes with a few thousand people in line. Takes about three minutes.',
    options: {
      console: { default: false, help: 'the console alone' },
      rare: {
        default: false,
        help: `pages that few ever see, in ${rareFolder}, to look at: errors, failures, ends of turns`,
      },
    },
  },
  async ({ options, after }) => {
    if (options.rare) await takeRareScreens({ after }, rareFolder);
    else if (options.console) await takeConsole({ after }, save);
    else {
      await takeAll({ after });
      await takeConsole({ after }, save);
    }
    return 'ok';
  },
);

async function takeAll(t: TestLike): Promise<void> {
  const system = await startSystem(t, {
    settings: {
      maxBooking: '5000',
      newBookingsPerMinute: String(admissionsPerMinute),
      leaseMinutes: '0',
      claimSeconds: '600',
      admissions: 'paused',
      message: 'Doors open at 7:30 pm. Please have your membership card ready.',
    },
  });
  const browser = await launchBrowser(t);

  await fillLine(system, peopleAhead);
  const visitors = await openVisitors(browser, system);
  await fillLine(system, peopleBehind);
  for (const { page } of visitors) await page.locator('#behind', { hasText: /^2,/ }).waitFor();
  await shoot(visitors, 'paused', (page) => page.getByText('Admission is paused').first().waitFor());

  await system.settings.save({ admissions: 'open' });
  await new Promise((resolve) => setTimeout(resolve, historyMs));
  await shoot(visitors, 'waiting', (page) => page.locator('#clock', { hasText: /\d/ }).waitFor());

  for (const { context } of visitors) await context.setOffline(true);
  await shoot(visitors, 'offline', (page) => page.getByText('You are offline').last().waitFor());
  for (const { context } of visitors) await context.setOffline(false);

  await system.settings.save({ message: '' });
  const buyer = await until('somebody with a place', () => system.redis.srandmember(system.keys.booked));
  await system.line.confirm(buyer, JSON.stringify({ id: 'FL-7K3M-9Q6D-4HTX' }));
  await system.settings.save({ ticketStock: '1' });
  await shoot(visitors, 'sold-out', (page) => page.getByText('All tickets are sold').first().waitFor());

  // The way in is held shut, so that the page has to say how long it stays open.
  for (const { page } of visitors) await page.route('**/ticketing', (route) => route.abort('aborted'));
  await system.settings.save({ ticketStock: '0', newBookingsPerMinute: '0', claimSeconds: '90' });
  await shoot(visitors, 'admitted', (page) => page.locator('#countdown', { hasText: /\d/ }).waitFor());
}

type Visitor = { device: Device; context: BrowserContext; page: Page };

async function openVisitors(browser: Browser, system: System): Promise<Visitor[]> {
  const visitors: Visitor[] = [];
  for (const device of ['phone', 'desktop'] as const) {
    const context = await browser.newContext({ ...devices[device], locale: 'en-US', timezoneId: 'America/New_York' });
    context.setDefaultTimeout(60_000);
    const page = await context.newPage();
    await page.goto(`${system.url()}/ticketing`);
    await page.locator('#position').waitFor();
    visitors.push({ device, context, page });
  }
  return visitors;
}

async function fillLine({ line }: System, people: number): Promise<void> {
  const requests = Array.from({ length: people }, () => ({ visitorId: randomUUID(), again: false }));
  for (let at = 0; at < people; at += 200) await line.join(requests.slice(at, at + 200));
}

async function shoot(visitors: readonly Visitor[], name: string, isThere: (page: Page) => Promise<unknown>) {
  for (const { device, page } of visitors) {
    await isThere(page);
    await save(page, `${name}-${device}`);
  }
}

async function save(page: Page, name: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const path = `${folder}${name}.png`;
  await page.screenshot({ path, animations: 'disabled' });
  const bytes = statSync(path).size;
  if (bytes > mostBytes) throw new Error(`${path} has ${bytes} bytes, most ${mostBytes}`);
  say(`${name}.png ${bytes} bytes`);
}
