import type { IncomingMessage } from 'node:http';

/**
 * What the gateway needs of a request and of its answer. Node's objects have it, and so have the lighter ones of plain GETs
 * (`shared/plain-gets`), which bring no body, no upgrade and no expectation.
 */
export type ClientRequest = Pick<
  IncomingMessage,
  'complete' | 'destroyed' | 'headers' | 'httpVersion' | 'method' | 'rawHeaders' | 'socket' | 'url'
>;

export type ClientResponse = {
  statusCode: number;
  readonly headersSent: boolean;
  readonly destroyed: boolean;
  /** All of it was handed to the system. */
  readonly writableFinished: boolean;
  /** Headers flat: name, value, name, value … */
  writeHead(status: number, headers: string[]): unknown;
  writeInformation(status: number, hints: { link: string[] }): void;
  flushHeaders(): void;
  /** False: the client cannot take more until `drain`. `onWritten`: the system has taken the piece, or will not. */
  write(piece: Buffer, onWritten?: (error: Error | null | undefined) => void): boolean;
  end(): unknown;
  end(piece: string | Buffer, encoding: 'utf8' | 'latin1'): unknown;
  destroy(): unknown;
  /** `close`: the answer was sent, or the client went away before that. */
  on(event: 'close' | 'drain', listener: () => void): unknown;
  once(event: 'close' | 'drain', listener: () => void): unknown;
  off(event: 'close' | 'drain', listener: () => void): unknown;
};
