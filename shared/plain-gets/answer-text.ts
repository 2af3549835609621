import { STATUS_CODES } from 'node:http';
import { type FieldName, fieldNameOf } from './field-names.ts';

const fieldName = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const badValueCharacter = /[^\t\x20-\x7e\x80-\xff]/;
const millisecondsPerSec = 1000;
let dateSec = 0;
let dateText = '';

/** Headers of an answer as they stand on the wire, each with the line end before it, and what of them decides how it ends. */
export class AnswerLines {
  text = '';
  hasDate = false;
  hasLength = false;
  hasConnection = false;
  /** They say that the connection ends. */
  closes = false;

  /** The name and the value must be what HTTP allows. Throws for codings other than those that this side makes itself. */
  add({ lowerName, lineStart }: FieldName, value: string): void {
    if (lowerName === 'date') this.hasDate = true;
    else if (lowerName === 'content-length') this.hasLength = true;
    else if (lowerName === 'connection') {
      this.hasConnection = true;
      if (value.toLowerCase() === 'close') this.closes = true;
    } else if (lowerName === 'transfer-encoding') throw new TypeError('an answer in a transfer coding of its own');
    this.text += lineStart + value;
  }

  /** Name, value, name, value … Throws for headers that HTTP does not allow, unless they were checked before. */
  addAll(headers: readonly string[], areChecked: boolean): void {
    for (let index = 0; index + 1 < headers.length; index += 2) {
      const name = headers[index] ?? '';
      const value = headers[index + 1] ?? '';
      if (!areChecked && (!fieldName.test(name) || badValueCharacter.test(value))) {
        throw new TypeError(`a header that HTTP does not allow: ${JSON.stringify(name)}`);
      }
      this.add(fieldNameOf(name), value);
    }
  }
}

export type AnswerFacts = {
  status: number;
  lines: AnswerLines;
  /** The answer to a GET, not to a HEAD. */
  canHaveBody: boolean;
  /** The connection goes on after this answer, unless the headers say that it does not. */
  keepsAlive: boolean;
  keepAliveTimeoutSec: number;
};

/** `none`: nothing follows the head; `length`: as many bytes as the headers say; `chunked`: chunks. */
export type AnswerBody = 'none' | 'length' | 'chunked';

export function decideBody(status: number, { hasLength }: AnswerLines, canHaveBody: boolean): AnswerBody {
  if (!canHaveBody || status === 204 || status === 304) return 'none';
  return hasLength ? 'length' : 'chunked';
}

/**
 * The head of an answer as Node's `writeHead` would write it, with the empty line at its end: with Date, Connection and,
 * without a length, chunks.
 */
export function writeAnswerText({ status, lines, canHaveBody, keepsAlive, keepAliveTimeoutSec }: AnswerFacts): string {
  let text = statusLineOf(status) + lines.text;
  if (!lines.hasDate) text += `\r\nDate: ${httpDate()}`;
  if (decideBody(status, lines, canHaveBody) === 'chunked') text += '\r\nTransfer-Encoding: chunked';
  if (lines.hasConnection) return `${text}\r\n\r\n`;
  return text + (keepsAlive ? keepAliveLinesOf(keepAliveTimeoutSec) : '\r\nConnection: close\r\n\r\n');
}

/** Now, in the form of a Date header; made once a second. */
export function httpDate(): string {
  const sec = Math.floor(Date.now() / millisecondsPerSec);
  if (sec !== dateSec) {
    dateSec = sec;
    dateText = new Date(sec * millisecondsPerSec).toUTCString();
  }
  return dateText;
}

const okLine = 'HTTP/1.1 200 OK';

function statusLineOf(status: number): string {
  return status === 200 ? okLine : `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Unknown'}`;
}

let keepAliveSec = Number.NaN;
let keepAliveLines = '';

/** A server has one time-out, so the last one made is nearly always the one. */
function keepAliveLinesOf(timeoutSec: number): string {
  if (timeoutSec !== keepAliveSec) {
    keepAliveSec = timeoutSec;
    keepAliveLines = `\r\nConnection: keep-alive\r\nKeep-Alive: timeout=${timeoutSec}\r\n\r\n`;
  }
  return keepAliveLines;
}
