import { STATUS_CODES } from 'node:http';

export type AnswerFacts = {
  status: number;
  /** Name, value, name, value … */
  headers: readonly string[];
  /** Names and values were found to be what HTTP allows. */
  isChecked: boolean;
  /** The answer to a GET, not to a HEAD. */
  canHaveBody: boolean;
  /** The connection goes on after this answer, unless the headers say that it does not. */
  keepsAlive: boolean;
  keepAliveTimeoutSec: number;
};

export type AnswerText = {
  /** The whole head with the empty line at its end. */
  text: string;
  /** `none`: nothing follows the head; `length`: as many bytes as the headers say; `chunked`: chunks. */
  body: 'none' | 'length' | 'chunked';
  keepsAlive: boolean;
};

const fieldName = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const badValueCharacter = /[^\t\x20-\x7e\x80-\xff]/;
const millisecondsPerSec = 1000;
let dateSec = 0;
let dateText = '';

/**
 * The head of an answer as Node's `writeHead` would write it: with Date, Connection and, without a length, chunks. Throws
 * for headers that HTTP does not allow and for codings other than those that this side makes itself.
 */
export function writeAnswerText(facts: AnswerFacts): AnswerText {
  const { status, headers, isChecked } = facts;
  let text = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Unknown'}\r\n`;
  let hasDate = false;
  let hasLength = false;
  let hasConnection = false;
  let { keepsAlive } = facts;
  for (let index = 0; index + 1 < headers.length; index += 2) {
    const name = headers[index] ?? '';
    const value = headers[index + 1] ?? '';
    if (!isChecked && (!fieldName.test(name) || badValueCharacter.test(value))) {
      throw new TypeError(`a header that HTTP does not allow: ${JSON.stringify(name)}`);
    }
    // Names that matter here, told apart by their length before anything is put in lower case.
    if (name.length === 4) {
      if (name.toLowerCase() === 'date') hasDate = true;
    } else if (name.length === 10) {
      if (name.toLowerCase() === 'connection') {
        hasConnection = true;
        if (value.toLowerCase() === 'close') keepsAlive = false;
      }
    } else if (name.length === 14) {
      if (name.toLowerCase() === 'content-length') hasLength = true;
    } else if (name.length === 17 && name.toLowerCase() === 'transfer-encoding') {
      throw new TypeError('an answer in a transfer coding of its own');
    }
    text += `${name}: ${value}\r\n`;
  }
  if (!hasDate) text += `Date: ${httpDate()}\r\n`;
  const canHaveBody = facts.canHaveBody && status !== 204 && status !== 304;
  const body = canHaveBody ? (hasLength ? 'length' : 'chunked') : 'none';
  if (body === 'chunked') text += 'Transfer-Encoding: chunked\r\n';
  if (hasConnection) return { text: `${text}\r\n`, body, keepsAlive };
  const connection = keepsAlive
    ? `Connection: keep-alive\r\nKeep-Alive: timeout=${facts.keepAliveTimeoutSec}\r\n\r\n`
    : 'Connection: close\r\n\r\n';
  return { text: text + connection, body, keepsAlive };
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
