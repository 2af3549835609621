import { codeAt } from '@fairline/shared/code-at.ts';
import { fieldNameOf } from '@fairline/shared/plain-gets/field-names.ts';
import { UpstreamFault } from '../upstream-error.ts';

/** How the end of an answer's body is known. `close`: by the end of the connection. */
export type Framing = { kind: 'none' } | { kind: 'length'; bytes: number } | { kind: 'chunked' } | { kind: 'close' };

export type ParsedHead = {
  status: number;
  /** Name, value, name, value …, as they came. */
  rawHeaders: string[];
  framing: Framing;
  /** The connection can be used again after this answer … */
  keepsAlive: boolean;
  /** … for so long, when the instance says how long it waits for another request. */
  keepAliveMs: number | undefined;
};

/** A status line, then headers as HTTP allows them, each behind the end of a line: names, and values of printable characters. */
const sound =
  /^HTTP\/1\.[01] [1-9]\d\d(?: [\t\x20-\x7e\x80-\xff]*)?(?:\r\n[!#$%&'*+.^_`|~0-9A-Za-z-]+:[\t\x20-\x7e\x80-\xff]*)*$/;
const statusLine = /^HTTP\/1\.[01] [1-9]\d\d(?: [\t\x20-\x7e\x80-\xff]*)?$/;
const minorVersionAt = 'HTTP/1.'.length;
const statusAt = 'HTTP/1.1 '.length;
const zero = 48;
const fieldName = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** Also what is left of a bare CR or LF once the lines are apart. */
const badValueCharacter = /[^\t\x20-\x7e\x80-\xff]/;
/** Lengths beyond this lose digits in floating point. */
const lengthForm = /^\d{1,15}$/;
const none: Framing = Object.freeze({ kind: 'none' });
const chunked: Framing = Object.freeze({ kind: 'chunked' });
const byClose: Framing = Object.freeze({ kind: 'close' });

/**
 * The head of an answer, without the empty line that ends it, read as latin1. Strict: throws an `UpstreamFault` for
 * whatever two programs could read differently, such as folded lines, spaces before a colon, two lengths.
 */
export function parseAnswerHead(text: string, method: string): ParsedHead {
  if (!sound.test(text)) throw malformed(findProblem(text));
  const status = readStatus(text);
  let end = text.indexOf('\r\n');
  if (end === -1) end = text.length;
  const rawHeaders: string[] = [];
  let length: string | undefined;
  let coding: string | undefined;
  let connection = '';
  let keepAliveMs: number | undefined;
  for (let start = end + 2; start < text.length; start = end + 2) {
    end = text.indexOf('\r\n', start);
    if (end === -1) end = text.length;
    const colon = text.indexOf(':', start);
    const { name, lowerName } = fieldNameOf(text.slice(start, colon));
    const value = sliceTrimmed(text, colon + 1, end);
    rawHeaders.push(name, value);
    if (lowerName === 'content-length') {
      if (length !== undefined || !lengthForm.test(value)) throw malformed('its length');
      length = value;
    } else if (lowerName === 'transfer-encoding') {
      if (coding !== undefined || value.toLowerCase() !== 'chunked') throw malformed('its transfer coding');
      coding = value;
    } else if (lowerName === 'connection') connection += `,${value.toLowerCase()}`;
    else if (lowerName === 'keep-alive') keepAliveMs = readKeepAliveMs(value);
  }
  const isOld = text[minorVersionAt] === '0';
  if (coding !== undefined && (length !== undefined || isOld)) throw malformed('both a length and a transfer coding');
  const framing = decideFraming(method, status, length, coding);
  const keepsAlive = !isOld && framing.kind !== 'close' && !saysClose(connection);
  return { status, rawHeaders, framing, keepsAlive, keepAliveMs };
}

/** Three digits that are known to be there. */
function readStatus(text: string): number {
  const digit = (at: number) => codeAt(text, statusAt + at) - zero;
  return 100 * digit(0) + 10 * digit(1) + digit(2);
}

/** What is wrong with a head that is not sound. */
function findProblem(text: string): string {
  const [first = '', ...lines] = text.split('\r\n');
  if (!statusLine.test(first)) return 'its status line';
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon === -1) return 'a line without a colon';
    const name = line.slice(0, colon);
    if (!fieldName.test(name)) return 'the name of a header';
    if (badValueCharacter.test(line.slice(colon + 1))) return `the value of ${name}`;
  }
  return 'its lines';
}

function decideFraming(
  method: string,
  status: number,
  length: string | undefined,
  coding: string | undefined,
): Framing {
  if (method === 'HEAD' || status < 200 || status === 204 || status === 304) return none;
  if (coding !== undefined) return chunked;
  if (length === undefined) return byClose;
  return length === '0' ? none : { kind: 'length', bytes: Number(length) };
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

function saysClose(connection: string): boolean {
  if (!connection.includes('close')) return false;
  return connection.split(',').some((token) => token.trim() === 'close');
}

function readKeepAliveMs(value: string): number | undefined {
  const seconds = /(?:^|[,;\s])timeout=(\d{1,6})(?:$|[,;\s])/i.exec(value)?.[1];
  return seconds === undefined ? undefined : Number(seconds) * 1000;
}

export function malformed(what: string): UpstreamFault {
  return new UpstreamFault('UPSTREAM_MALFORMED', `an answer that is not HTTP/1.1: ${what}`);
}
