import type { ClientRequest, ClientResponse } from '../client-pair.ts';
import { type AnswerHandler, type ForwardOutcome, passInformation } from '../forward.ts';
import type { ParsedHead } from './answer-head.ts';
import type { Connection, Task, TaskFailure } from './connection.ts';
import type { Sender } from './outbox.ts';
import type { FastPools } from './pools.ts';

export type FastForwardOptions = {
  pools: FastPools;
  /** Origin of the instance. */
  url: string;
  request: ClientRequest;
  response: ClientResponse;
  method: string;
  /** The request as it goes over the wire. */
  text: string;
};

/** Up to here the rest of an answer leaves in one write with its head; Node copies larger texts once more. */
const maxTextBytes = 15 * 1024;
const passed: ForwardOutcome = Object.freeze({ kind: 'passed' });
const dropped: ForwardOutcome = Object.freeze({ kind: 'dropped' });
const clientGone: ForwardOutcome = Object.freeze({ kind: 'clientGone' });

/**
 * As `forward`, for requests that are all there to instances by http, at a fraction of the cost: the request leaves as one
 * text, and an answer that arrives in one piece goes to the client in one write. Tells the handler once how it ended.
 */
export function forwardFast(options: FastForwardOptions, handler: AnswerHandler): void {
  new FastForward(options, handler).send(false);
}

/** One object instead of a closure for each thing that can happen: most requests meet nearly none of them. */
class FastForward implements Task, Sender {
  readonly method: string;
  readonly text: string;
  readonly #options: FastForwardOptions;
  readonly #handler: AnswerHandler;
  #connection: Connection | undefined;
  /** What is left to send to the client once the answer is whole. */
  #rest = '';
  #isDropped = false;
  #hasHead = false;
  #canTakeMore = true;
  /** The connection to the instance is not ours any more. */
  #isLetGo = false;

  constructor(options: FastForwardOptions, handler: AnswerHandler) {
    this.#options = options;
    this.#handler = handler;
    this.method = options.method;
    this.text = options.text;
    options.response.on('close', () => this.#noteClosed());
  }

  send(isFresh: boolean): void {
    const { pools, url } = this.#options;
    this.#connection = pools.take(url, isFresh);
    this.#connection.send(this);
  }

  onHead({ status, rawHeaders }: ParsedHead): void {
    if (status < 200) {
      passInformation(this.#options.request, this.#options.response, status, rawHeaders);
      return;
    }
    this.#isDropped = this.#handler.onHead({ status, rawHeaders, isChecked: true }) === 'drop';
    this.#hasHead = true;
  }

  onBody(bytes: Buffer, from: number, to: number, isLast: boolean): void {
    if (isLast && this.#isDropped) this.#finish('');
    else if (isLast && to - from <= maxTextBytes) this.#finish(bytes.toString('latin1', from, to));
    else {
      if (!this.#isDropped) this.#pass(bytes, from, to);
      if (isLast) this.#finish('');
    }
  }

  onEnd(): void {
    this.#finish('');
  }

  canTakeMore(): boolean {
    return this.#canTakeMore;
  }

  onFailed({ error, wasNotSent, wasUsed }: TaskFailure): void {
    // The instance had closed it while nobody used it: not a failure of this request, nor of the instance.
    if (wasUsed && isCutOff(error) && this.#isSafe()) {
      this.send(true);
      return;
    }
    this.#isLetGo = true;
    if (!this.#hasHead || this.#isDropped) {
      this.#handler.onOutcome({ kind: 'failed', error, wasNotSent });
      return;
    }
    this.#options.response.destroy();
    this.#handler.onOutcome({ kind: 'brokeOff', error });
  }

  /** Asking twice does nothing twice, should the instance have read the request before it closed. */
  #isSafe(): boolean {
    return this.method === 'GET' || this.method === 'HEAD';
  }

  /** For the outbox alone: the end of the answer leaves now. */
  flush(): void {
    this.#options.response.end(this.#rest, 'latin1');
    this.#handler.onOutcome(passed);
  }

  #pass(bytes: Buffer, from: number, to: number): void {
    const { response, pools } = this.#options;
    const piece = pools.slabs.copy(bytes, from, to);
    const takesMore = response.write(piece, (error) => {
      if (!error) pools.slabs.giveBack(piece);
    });
    if (takesMore) return;
    this.#canTakeMore = false;
    response.once('drain', () => {
      this.#canTakeMore = true;
      if (!this.#isLetGo) this.#connection?.resume();
    });
  }

  #finish(rest: string): void {
    this.#isLetGo = true;
    this.#rest = rest;
    if (this.#isDropped) this.#handler.onOutcome(dropped);
    else this.#options.pools.toClients.post(this);
  }

  #noteClosed(): void {
    if (this.#isLetGo || this.#options.response.writableFinished) return;
    this.#isLetGo = true;
    this.#connection?.cancel();
    this.#handler.onOutcome(clientGone);
  }
}

const cutOffCodes = ['ECONNRESET', 'EPIPE', 'UPSTREAM_RESET'];

function isCutOff(error: Error & { code?: unknown }): boolean {
  return cutOffCodes.includes(String(error.code));
}
