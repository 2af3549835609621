/** Whoever has something to send at the end of a turn. */
export type Sender = {
  /** Sends it. Must not throw. */
  flush(): void;
};

/**
 * Holds what is to be sent until all requests and answers that arrived together have been dealt with, then sends it in
 * one go. Peers that sleep are woken once for many messages rather than once for each.
 */
export function createOutbox() {
  let held: Sender[] = [];

  function flush(): void {
    const senders = held;
    held = [];
    for (const sender of senders) sender.flush();
  }

  return {
    /** Calls `flush` of this sender at the end of this turn of the event loop. */
    post(sender: Sender): void {
      if (held.push(sender) === 1) setImmediate(flush);
    },
  };
}

export type Outbox = ReturnType<typeof createOutbox>;
