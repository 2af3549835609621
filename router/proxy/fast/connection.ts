import { connect, type LookupFunction } from 'node:net';
import type { ForwardTimeouts } from '../connections.ts';
import { UpstreamFault } from '../upstream-error.ts';
import type { AnswerReader } from './answer-reader.ts';
import type { Outbox } from './outbox.ts';
import type { Ticker } from './ticker.ts';

/** One request and what becomes of its answer. */
export type Task = {
  /** The request as it goes over the wire, without a body. */
  text: string;
  reader: AnswerReader;
  /** Whether the client has room for more; asked after each piece. If not, `resume` goes on. */
  canTakeMore(): boolean;
  /** Once, instead of the end of the answer. */
  onFailed(error: Error, wasNotSent: boolean): void;
};

export type ConnectionParts = {
  host: string;
  port: number;
  lookup: LookupFunction;
  timeouts: ForwardTimeouts;
  ticker: Ticker;
  outbox: Outbox;
  /** All connections read into the same memory: each piece is done with before the next one comes. */
  memory: Buffer;
  /** It can take another request. */
  onIdle(connection: Connection): void;
  onClosed(connection: Connection): void;
};

/** Kept for so long without a request unless the instance says otherwise; Node's servers wait 5 s. */
const usualKeepAliveMs = 4000;
/** Closed so much earlier than the instance would: a request that meets its end would be lost. */
const keepAliveMarginMs = 1000;
const never = Number.POSITIVE_INFINITY;

/** A connection to an instance that carries one request after the other. It opens itself; a task can be sent at once. */
export function openConnection(parts: ConnectionParts) {
  const { host, port, lookup, timeouts, ticker, outbox, memory, onIdle, onClosed } = parts;
  let task: Task | undefined;
  let deadline = ticker.after(timeouts.connectMs);
  let isConnected = false;
  let requests = 0;
  let failure: Error | undefined;

  const socket = connect({ host, port, lookup, noDelay: true, onread: { buffer: memory, callback: onRead } });
  socket.on('connect', () => {
    isConnected = true;
    deadline = ticker.after(timeouts.firstByteMs);
  });
  socket.on('error', (error) => {
    failure = error;
  });
  socket.on('end', () => socket.destroy());
  socket.on('close', () => {
    deadline = never;
    const cutOff = task;
    task = undefined;
    onClosed(connection);
    if (!cutOff || cutOff.reader.noteEnd()) return;
    cutOff.onFailed(failure ?? new UpstreamFault('UPSTREAM_RESET', 'it closed the connection'), !isConnected);
  });

  /** False stops reading. */
  function onRead(count: number, bytes: Uint8Array): boolean {
    const current = task;
    if (!current) {
      socket.destroy(new Error('an answer that nobody asked for'));
      return false;
    }
    const { reader } = current;
    let stop: number;
    try {
      stop = reader.read(bytes as Buffer, 0, count);
    } catch (error) {
      socket.destroy(error as Error);
      return false;
    }
    if (reader.isDone()) {
      finish(reader, stop === count);
      return true;
    }
    // A head that trickles has no more time than one that comes at once.
    if (!reader.head()) return true;
    const goesOn = current.canTakeMore();
    deadline = goesOn ? ticker.after(timeouts.idleMs) : never;
    return goesOn;
  }

  function finish(reader: AnswerReader, isClean: boolean): void {
    task = undefined;
    const head = reader.head();
    if (!isClean || !head?.keepsAlive || socket.destroyed) {
      socket.destroy();
      return;
    }
    deadline = ticker.after(
      Math.max(0, (head.keepAliveMs ?? usualKeepAliveMs + keepAliveMarginMs) - keepAliveMarginMs),
    );
    onIdle(connection);
  }

  const connection = {
    /** Only on a connection that has no task. */
    send(next: Task): void {
      task = next;
      requests += 1;
      if (isConnected) deadline = ticker.after(timeouts.firstByteMs);
      outbox.post(() => socket.write(next.text, 'latin1'));
    },

    /** Goes on reading after the client could not take more. */
    resume(): void {
      if (!task) return;
      deadline = ticker.after(timeouts.idleMs);
      socket.resume();
    },

    /** Nobody wants the answer any more; `onFailed` is not called. */
    cancel(): void {
      task = undefined;
      socket.destroy();
    },

    close: () => socket.destroy(),

    /** Another request went over it before this one: the instance may have closed it meanwhile, without a fault. */
    isReused: () => requests > 1,

    /** Ends it when something takes too long, or nobody has needed it for long. */
    checkDeadline(): void {
      if (!ticker.hasPassed(deadline)) return;
      deadline = never;
      if (!task) socket.destroy();
      else if (!isConnected) socket.destroy(new UpstreamFault('UPSTREAM_CONNECT_TIMEOUT', 'no connection in time'));
      else if (!task.reader.head()) socket.destroy(new UpstreamFault('UPSTREAM_TIMEOUT', 'no answer in time'));
      else socket.destroy(new UpstreamFault('UPSTREAM_IDLE_TIMEOUT', 'it fell silent in the middle of its answer'));
    },
  };
  return connection;
}

export type Connection = ReturnType<typeof openConnection>;
