import { type Browser, chromium } from 'playwright-core';
import type { Test } from 'tap';

/** Debian's Chromium, closed after the test; `CHROMIUM` names another one. */
export async function launchBrowser(t: Test): Promise<Browser> {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
  t.after(() => browser.close());
  return browser;
}
