import type { ServerResponse } from 'node:http';

/** The wish of a client to be told before it sends its body (`Expect: 100-continue`). */
export type Continuation = {
  /** The client was told to go on, so its body is on the way. */
  readonly isSent: boolean;
  /** Tells it to go on; at most once. */
  send(): void;
};

export function createContinuation(response: ServerResponse): Continuation {
  let isSent = false;
  return {
    get isSent() {
      return isSent;
    },
    send() {
      if (isSent || response.headersSent || response.destroyed) return;
      isSent = true;
      response.writeContinue();
    },
  };
}

/**
 * A final answer to a client that was not told to go on: whether its body follows nobody knows, so what comes next on
 * the connection could be taken for it.
 */
export function leavesBodyOpen(continuation: Continuation | undefined): boolean {
  return continuation !== undefined && !continuation.isSent;
}
