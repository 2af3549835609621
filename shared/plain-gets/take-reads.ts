import type { Socket } from 'node:net';

/**
 * Gives what a socket reads to `take`, as long as that says that it took it, and to the socket's `data` listeners otherwise.
 * Node calls `push` of the socket with each piece; its own holds the piece for readers, tells them, and has a tick of the queue
 * look whether there is room for more, which costs more than reading a request does. Should a Node not call it, all pieces come
 * as `data`. The socket must be flowing. Ends with the function that it returns.
 */
export function takeReads(socket: Socket, take: (bytes: Buffer) => boolean): () => void {
  const { push } = socket;
  socket.push = (bytes: Buffer | null) => (bytes !== null && take(bytes) ? true : push.call(socket, bytes));
  return () => {
    socket.push = push;
  };
}
