import type { IncomingHttpHeaders } from 'node:http';
import { codeAt } from '../code-at.ts';
import { fieldNameOf } from './field-names.ts';

/** The head of a request without a body, read in the one way that every program reads it. */
export type PlainHead = {
  method: 'GET' | 'HEAD';
  /** As sent: a path, perhaps with a query. */
  url: string;
  /** Name, value, name, value …, as sent. */
  rawHeaders: string[];
  /** By name in lower case, as Node has them. No name stands twice. */
  headers: IncomingHttpHeaders;
  /** The client wants to go on with this connection. */
  keepsAlive: boolean;
};

/** Half of what Node's servers take: longer heads are rare, and Node's to judge. */
export const maxPlainHeadBytes = 8 * 1024;
const maxHeaders = 100;

/**
 * A whole head of printable characters and CRLF: nothing folded, no space before a colon, no bare line end, nothing behind
 * it. A path of the characters of RFC 3986. Names without underscore, which some programs take for a hyphen.
 */
const plainForm =
  /^(?:GET|HEAD) \/[A-Za-z0-9._~!$&'()*+,;=:@%/?-]* HTTP\/1\.1\r\n(?:[!#$%&'*+.^`|~0-9A-Za-z-]+:[\t\x20-\x7e\x80-\xff]*\r\n)+\r\n$/;
const hostForm = /^[A-Za-z0-9._~:[\]-]+$/;

/** What changes where a message ends, or what the connection is used for: Node's to judge, whatever it says. */
const decisiveNames = new Set([
  'content-length',
  'expect',
  'http2-settings',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/**
 * Reads a head from the bytes at hand, given as latin1. undefined for whatever is not plain: a part of a head, a body, a
 * second request behind the first, another version, a header twice, anything that two programs could read differently.
 */
export function readPlainHead(text: string): PlainHead | undefined {
  if (text.length > maxPlainHeadBytes || !plainForm.test(text)) return undefined;
  const method = text.charCodeAt(0) === 71 /* G */ ? 'GET' : 'HEAD';
  let end = text.indexOf('\r\n');
  const url = text.slice(method.length + 1, end - ' HTTP/1.1'.length);
  const rawHeaders: string[] = [];
  const headers: IncomingHttpHeaders = {};
  let keepsAlive = true;
  const last = text.length - 2;
  for (let start = end + 2; start < last; start = end + 2) {
    end = text.indexOf('\r\n', start);
    const colon = text.indexOf(':', start);
    const { name, lowerName } = fieldNameOf(text.slice(start, colon));
    const value = sliceTrimmed(text, colon + 1, end);
    if (Object.hasOwn(headers, lowerName) || decisiveNames.has(lowerName)) return undefined;
    if (lowerName === 'connection') {
      const wish = value.toLowerCase();
      if (wish !== 'keep-alive' && wish !== 'close') return undefined;
      keepsAlive = wish === 'keep-alive';
    }
    headers[lowerName] = value;
    rawHeaders.push(name, value);
  }
  if (rawHeaders.length > 2 * maxHeaders || !hostForm.test(headers.host ?? '')) return undefined;
  // Node has this one as a list.
  if (headers['set-cookie'] !== undefined) return undefined;
  return { method, url, rawHeaders, headers, keepsAlive };
}

/** Without the spaces and tabs around it. */
function sliceTrimmed(text: string, from: number, to: number): string {
  let start = from;
  let end = to;
  while (start < end && isBlank(codeAt(text, start))) start += 1;
  while (end > start && isBlank(codeAt(text, end - 1))) end -= 1;
  return text.slice(start, end);
}

function isBlank(code: number): boolean {
  return code === 32 || code === 9;
}
