import type { Writable } from 'node:stream';

/**
 * Holds what sockets are to send until all requests and answers that arrived together have been dealt with, then sends
 * it in one go. Peers that sleep are woken once for many messages rather than once for each.
 */
export function createOutbox() {
  let held: Writable[] = [];

  function flush(): void {
    const sockets = held;
    held = [];
    for (const socket of sockets) socket.uncork();
  }

  return {
    /** From now to the end of this turn of the event loop, writes to this socket are held. */
    hold(socket: Writable): void {
      socket.cork();
      if (held.push(socket) === 1) setImmediate(flush);
    },
  };
}

export type Outbox = ReturnType<typeof createOutbox>;
