import { IncomingMessage } from 'node:http';
import type { ClientRequest, ClientResponse } from './client-pair.ts';
import type { Exchange } from './exchange.ts';
import { hasRequestBody } from './request-body.ts';

/** Up to here; nginx takes as much into memory before it asks the upstream (`client_body_buffer_size`). */
const maxSmallBytes = 16 * 1024;

export type SmallBodyReading = {
  response: Pick<ClientResponse, 'once'>;
  /** How long the client may be silent in the middle. */
  idleMs: number;
  /** It was silent for longer. `onGone` follows. */
  onIdle(): void;
  onWhole(bytes: Buffer): void;
  /** Instead of `onWhole`: there will be no more of it. */
  onGone(): void;
};

/**
 * A short body, read whole before it is sent: the instance is not kept waiting for a slow client, and one piece costs much
 * less than a stream. Kept, as an attempt that could not be sent is made again elsewhere.
 */
export class SmallBody {
  readonly #request: IncomingMessage;
  #bytes: Buffer | undefined;

  constructor(request: IncomingMessage) {
    this.#request = request;
  }

  read({ response, idleMs, onIdle, onWhole, onGone }: SmallBodyReading): void {
    if (this.#bytes) {
      onWhole(this.#bytes);
      return;
    }
    const request = this.#request;
    const pieces: Buffer[] = [];
    let isOver = false;
    const end = (): boolean => {
      const isFirst = !isOver;
      isOver = true;
      clearTimeout(timer);
      return isFirst;
    };
    const giveUp = () => {
      if (!end()) return;
      onIdle();
      onGone();
    };
    const timer = request.complete ? undefined : setTimeout(giveUp, idleMs);
    request.on('data', (piece: Buffer) => {
      pieces.push(piece);
      timer?.refresh();
    });
    request.once('end', () => {
      if (!end()) return;
      const [first] = pieces;
      const bytes = first && pieces.length === 1 ? first : Buffer.concat(pieces);
      this.#bytes = bytes;
      onWhole(bytes);
    });
    response.once('close', () => {
      if (end()) onGone();
    });
  }
}

/** undefined: none, or one that is streamed, as it may be long or the client waits to be told that it may send it. */
export function smallBodyOf({ request, continuation, isTunnel }: SmallBodyFacts): SmallBody | undefined {
  if (!hasRequestBody(request) || !(request instanceof IncomingMessage)) return undefined;
  if (continuation || isTunnel || request.headers.trailer !== undefined) return undefined;
  const length = Number(request.headers['content-length'] ?? Number.POSITIVE_INFINITY);
  return length <= maxSmallBytes ? new SmallBody(request) : undefined;
}

type SmallBodyFacts = { request: ClientRequest } & Pick<Exchange, 'continuation' | 'isTunnel'>;
