/**
 * Holds what is to be sent until all requests and answers that arrived together have been dealt with, then sends it in
 * one go. Peers that sleep are woken once for many messages rather than once for each.
 */
export function createOutbox() {
  let held: (() => void)[] = [];

  function flush(): void {
    const sends = held;
    held = [];
    for (const send of sends) send();
  }

  return {
    /** Calls `send` at the end of this turn of the event loop. It must not throw. */
    post(send: () => void): void {
      if (held.push(send) === 1) setImmediate(flush);
    },
  };
}

export type Outbox = ReturnType<typeof createOutbox>;
