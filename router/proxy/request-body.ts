import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import type { ClientRequest } from './client-pair.ts';

/** Whether the request brings a body, as only those read by Node's parser do, which has refused anything ambiguous before. */
export function hasRequestBody(request: Pick<ClientRequest, 'headers'>): boolean {
  const length = request.headers['content-length'];
  return request.headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0');
}

/** How long a client may be silent in the middle of its body, and what happens then. */
export type IdleLimit = { idleMs: number; onIdle(): void };

/**
 * The request's body as a stream of its own: undici destroys the body of a request that failed, and destroying the
 * request itself would close the client's connection before the error could be told. Reads only when read. Time in
 * which the reader does not want more is not the client's.
 */
export function relayBody(request: IncomingMessage, { idleMs, onIdle }: IdleLimit): Readable {
  let isAttached = false;
  let timer: NodeJS.Timeout | undefined;
  const stopTimer = () => {
    clearTimeout(timer);
    timer = undefined;
  };
  const onData = (chunk: Buffer) => {
    if (body.push(chunk)) {
      timer?.refresh();
      return;
    }
    request.pause();
    stopTimer();
  };
  const onEnd = () => {
    stopTimer();
    body.push(null);
  };
  const onClose = () => {
    if (!request.complete) body.destroy(new Error('the client went away'));
  };
  const body = new Readable({
    read() {
      timer ??= setTimeout(onIdle, idleMs);
      if (isAttached) {
        request.resume();
        return;
      }
      isAttached = true;
      request.on('data', onData);
      request.on('end', onEnd);
      request.on('close', onClose);
    },
    destroy(error, callback) {
      stopTimer();
      request.off('data', onData);
      request.off('end', onEnd);
      request.off('close', onClose);
      // What an instance did not want is read and thrown away, or the connection could not go on.
      if (isAttached && !request.complete) request.resume();
      callback(error);
    },
  });
  return body;
}
