import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';

/** Whether the request brings a body. Node's parser has refused anything ambiguous before. */
export function hasRequestBody(request: IncomingMessage): boolean {
  const length = request.headers['content-length'];
  return request.headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0');
}

/**
 * The request's body as a stream of its own: undici destroys the body of a request that failed, and destroying the
 * request itself would close the client's connection before the error could be told. Reads only when read.
 */
export function relayBody(request: IncomingMessage): Readable {
  let isAttached = false;
  const onData = (chunk: Buffer) => {
    if (!body.push(chunk)) request.pause();
  };
  const onEnd = () => body.push(null);
  const onClose = () => {
    if (!request.complete) body.destroy(new Error('the client went away'));
  };
  const body = new Readable({
    read() {
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
