import { connect, type LookupFunction, type Socket } from 'node:net';
import type { ForwardTimeouts } from '../connections.ts';
import { UpstreamFault } from '../upstream-error.ts';
import { AnswerReader, type AnswerSink } from './answer-reader.ts';
import type { Outbox, Sender } from './outbox.ts';
import type { Ticker } from './ticker.ts';

/** One request and what becomes of its answer. */
export type Task = AnswerSink & {
  readonly method: string;
  /** The request as it goes over the wire, without a body. */
  readonly text: string;
  /** Whether the client has room for more; asked after each piece. If not, `resume` goes on. */
  canTakeMore(): boolean;
  /** Once, instead of the end of the answer. */
  onFailed(failure: TaskFailure): void;
};

export type TaskFailure = {
  error: Error;
  /** There was no connection. */
  wasNotSent: boolean;
  /** Not a byte of the answer came over a connection that others used before: the instance may have closed it by then. */
  wasUsed: boolean;
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
export class Connection implements Sender {
  readonly #parts: ConnectionParts;
  readonly #socket: Socket;
  readonly #reader = new AnswerReader();
  #task: Task | undefined;
  #deadline: number;
  #isConnected = false;
  #requests = 0;
  #failure: Error | undefined;

  constructor(parts: ConnectionParts) {
    const { host, port, lookup, timeouts, ticker, memory } = parts;
    this.#parts = parts;
    this.#deadline = ticker.after(timeouts.connectMs);
    const callback = (count: number, bytes: Uint8Array) => this.#read(bytes as Buffer, count);
    this.#socket = connect({ host, port, lookup, noDelay: true, onread: { buffer: memory, callback } });
    this.#socket.on('connect', () => {
      this.#isConnected = true;
      this.#deadline = ticker.after(timeouts.firstByteMs);
    });
    this.#socket.on('error', (error) => {
      this.#failure = error;
    });
    this.#socket.on('end', () => this.#socket.destroy());
    this.#socket.on('close', () => this.#noteClosed());
  }

  /** Only on a connection that has no task. */
  send(task: Task): void {
    const { ticker, timeouts, outbox } = this.#parts;
    this.#task = task;
    this.#reader.begin(task.method, task);
    this.#requests += 1;
    if (this.#isConnected) this.#deadline = ticker.after(timeouts.firstByteMs);
    outbox.post(this);
  }

  /** For the outbox alone: now is the time to send. */
  flush(): void {
    if (this.#task) this.#socket.write(this.#task.text, 'latin1');
  }

  /** Goes on reading after the client could not take more. */
  resume(): void {
    if (!this.#task) return;
    this.#deadline = this.#parts.ticker.after(this.#parts.timeouts.idleMs);
    this.#socket.resume();
  }

  /** Nobody wants the answer any more; `onFailed` is not called. */
  cancel(): void {
    this.#task = undefined;
    this.#socket.destroy();
  }

  close(): void {
    this.#socket.destroy();
  }

  /** Ends it when something takes too long, or nobody has needed it for long. */
  checkDeadline(): void {
    if (!this.#parts.ticker.hasPassed(this.#deadline)) return;
    this.#deadline = never;
    this.#socket.destroy(this.#task && this.#tellLate());
  }

  #tellLate(): UpstreamFault {
    if (!this.#isConnected) return new UpstreamFault('UPSTREAM_CONNECT_TIMEOUT', 'no connection in time');
    if (!this.#reader.head()) return new UpstreamFault('UPSTREAM_TIMEOUT', 'no answer in time');
    return new UpstreamFault('UPSTREAM_IDLE_TIMEOUT', 'it fell silent in the middle of its answer');
  }

  /** False stops reading. */
  #read(bytes: Buffer, count: number): boolean {
    const task = this.#task;
    if (!task) {
      this.#socket.destroy(new Error('an answer that nobody asked for'));
      return false;
    }
    const reader = this.#reader;
    let stop: number;
    try {
      stop = reader.read(bytes, 0, count);
    } catch (error) {
      this.#socket.destroy(error as Error);
      return false;
    }
    if (reader.isDone()) {
      this.#finish(stop === count);
      return true;
    }
    // A head that trickles has no more time than one that comes at once.
    if (!reader.head()) return true;
    const goesOn = task.canTakeMore();
    this.#deadline = goesOn ? this.#parts.ticker.after(this.#parts.timeouts.idleMs) : never;
    return goesOn;
  }

  #finish(isClean: boolean): void {
    this.#task = undefined;
    const head = this.#reader.head();
    if (!isClean || !head?.keepsAlive || this.#socket.destroyed) {
      this.#socket.destroy();
      return;
    }
    const keepAliveMs = (head.keepAliveMs ?? usualKeepAliveMs + keepAliveMarginMs) - keepAliveMarginMs;
    this.#deadline = this.#parts.ticker.after(Math.max(0, keepAliveMs));
    this.#parts.onIdle(this);
  }

  #noteClosed(): void {
    const task = this.#task;
    this.#task = undefined;
    this.#deadline = never;
    this.#parts.onClosed(this);
    if (!task || this.#reader.noteEnd()) return;
    task.onFailed({
      error: this.#failure ?? new UpstreamFault('UPSTREAM_RESET', 'it closed the connection'),
      wasNotSent: !this.#isConnected,
      wasUsed: this.#requests > 1 && this.#reader.isUntouched(),
    });
  }
}
