import { createHash } from 'node:crypto';
import { openSync, readFileSync, writeSync } from 'node:fs';
import { createVisitorCookies } from '@fairline/shared/visitor-cookie.ts';

/** Bytes of one signed cookie value: a UUID, a dot, a signature. The file holds them back to back. */
export const cookieBytes = 80;
const batch = 10_000;

/** The visitors of every run: always the same ids, UUIDs of version 4 made from their index. */
export function visitorIdOf(index: number): string {
  const hex = createHash('md5').update(`visitor ${index}`).digest('hex');
  const variant = '89ab'[Number.parseInt(hex.charAt(16), 16) % 4];
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
}

/** Ids in batches, for writing them elsewhere. */
export function* visitorIds(count: number): Generator<string[]> {
  for (let start = 0; start < count; start += batch) {
    yield Array.from({ length: Math.min(batch, count - start) }, (_, offset) => visitorIdOf(start + offset));
  }
}

/** Writes the signed cookie values of all visitors, `cookieBytes` each, without anything between them. */
export function writeCookies(file: string, count: number, secret: string): void {
  const cookies = createVisitorCookies({ secrets: [secret] });
  const target = openSync(file, 'w');
  for (const ids of visitorIds(count)) writeSync(target, ids.map((id) => cookies.sign(id)).join(''), null, 'latin1');
}

/** What `writeCookies` wrote, a signed value each. */
export function readCookies(file: string): string[] {
  const text = readFileSync(file, 'latin1');
  return Array.from({ length: text.length / cookieBytes }, (_, index) =>
    text.slice(index * cookieBytes, (index + 1) * cookieBytes),
  );
}
