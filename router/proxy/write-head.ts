import { ServerResponse, STATUS_CODES } from 'node:http';
import { PlainResponse } from '@fairline/shared/plain-gets/plain-response.ts';
import type { ClientResponse } from './client-pair.ts';

/** Longer than load balancers in front keep their connections, so that they close first. */
export const keepAliveTimeoutMs = 72_000;

export type HeadToWrite = {
  status: number;
  /** Name, value, name, value … */
  headers: string[];
  /** A Content-Length is among the headers, and nothing about the connection. */
  isPlain: boolean;
  /** Names and values were checked to be what HTTP allows. */
  isChecked: boolean;
};

/** Where Node keeps a head that is complete and not sent yet; `writeHead` fills it. */
type HeadSlot = { _header: string | null };

const keepAlive = `Connection: keep-alive\r\nKeep-Alive: timeout=${keepAliveTimeoutMs / 1000}\r\n\r\n`;

/**
 * Writes the head of an answer; it leaves with the first piece of the body. Node's `writeHead` checks every character
 * of every header and looks for those that say how the body ends. Where both is known already, which is most answers, the
 * head is put in place as it is. Throws when a header is not what HTTP allows.
 */
export function writeHead(response: ClientResponse, head: HeadToWrite): void {
  if (response instanceof PlainResponse) {
    response.writeHead(head.status, head.headers, head.isChecked);
    return;
  }
  const isShort = head.isPlain && head.isChecked && response instanceof ServerResponse && response.shouldKeepAlive;
  const text = isShort ? writeHeadText(head) : undefined;
  if (text === undefined) {
    response.writeHead(head.status, head.headers);
    return;
  }
  response.statusCode = head.status;
  (response as unknown as HeadSlot)._header = text + keepAlive;
}

/** undefined when the Date is missing, which Node then adds. */
function writeHeadText({ status, headers }: HeadToWrite): string | undefined {
  let text = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Unknown'}\r\n`;
  let hasDate = false;
  for (let index = 0; index + 1 < headers.length; index += 2) {
    const name = headers[index] ?? '';
    if (name.length === 4 && name.toLowerCase() === 'date') hasDate = true;
    text += `${name}: ${headers[index + 1]}\r\n`;
  }
  return hasDate ? text : undefined;
}
