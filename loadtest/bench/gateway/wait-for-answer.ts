import { closeSync, openSync, readSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { bodyStart } from './upstream.ts';
import { cookieBytes } from './visitors.ts';

const timeoutMs = 60_000;

/** Resolves when the first visitor gets the upstream's own answer through the subject. */
export async function waitForAnswer(port: number, name: string, cookieFile: string): Promise<void> {
  const headers = { cookie: `visitor_id=${readFirstCookie(cookieFile)}`, accept: 'text/html', connection: 'close' };
  let last = 'no answer';
  for (let waitedMs = 0; waitedMs < timeoutMs; waitedMs += 100) {
    try {
      const answer = await fetch(`http://127.0.0.1:${port}/ticketing`, { headers, redirect: 'manual' });
      const body = await answer.text();
      if (answer.status === 200 && body.startsWith(bodyStart)) return;
      last = `${answer.status} ${body.slice(0, 200)}`;
    } catch (error) {
      last = String(error);
    }
    await sleep(100);
  }
  throw new Error(`${name} does not pass requests on: ${last}`);
}

function readFirstCookie(file: string): string {
  const cookie = Buffer.alloc(cookieBytes);
  const handle = openSync(file, 'r');
  readSync(handle, cookie);
  closeSync(handle);
  return cookie.toString('latin1');
}
