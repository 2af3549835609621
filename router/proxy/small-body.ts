import { IncomingMessage } from 'node:http';
import type { Exchange } from './exchange.ts';

/** Up to here; nginx takes as much into memory before it asks the upstream (`client_body_buffer_size`). */
const maxSmallBytes = 16 * 1024;

export type SmallBodyReading = {
  /** How long the client may be silent in the middle. */
  idleMs: number;
  /** Once, at most one of the three. `onGone`: the client went away before its end. */
  onWhole(bytes: Buffer): void;
  onIdle(): void;
  onGone(): void;
};

/**
 * Reads the body of a request that has one, if it is short, before anybody is asked: no instance is kept waiting for a slow
 * client, and one piece costs much less than a stream. False, with nothing done, when it is to be streamed, as it may be long
 * or the client waits to be told that it may send it.
 */
export function readSmallBody(
  { request, response, continuation, isTunnel }: Pick<Exchange, 'request' | 'response' | 'continuation' | 'isTunnel'>,
  { idleMs, onWhole, onIdle, onGone }: SmallBodyReading,
): boolean {
  if (!(request instanceof IncomingMessage)) return false;
  if (continuation || isTunnel || request.headers.trailer !== undefined) return false;
  const length = Number(request.headers['content-length'] ?? Number.POSITIVE_INFINITY);
  if (length > maxSmallBytes) return false;
  const pieces: Buffer[] = [];
  let isOver = false;
  const once = (step: () => void) => () => {
    if (isOver) return;
    isOver = true;
    clearTimeout(timer);
    step();
  };
  const timer = request.complete ? undefined : setTimeout(once(onIdle), idleMs);
  request.on('data', (piece: Buffer) => {
    pieces.push(piece);
    timer?.refresh();
  });
  request.once(
    'end',
    once(() => onWhole(Buffer.concat(pieces))),
  );
  response.once('close', once(onGone));
  return true;
}
