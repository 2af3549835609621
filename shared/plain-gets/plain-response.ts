import type { Socket } from 'node:net';
import { type AnswerBody, AnswerLines, decideBody, writeAnswerText } from './answer-text.ts';

/** What an answer needs of its connection. */
export type AnswerLine = {
  readonly socket: Socket;
  readonly keepAliveTimeoutSec: number;
  /** For the end of an answer: calls its `noteWritten`. One for the connection, rather than one for each answer. */
  readonly onWritten: (error: Error | null | undefined) => void;
  /** The answer was handed to the system whole. */
  onSent(keepsAlive: boolean): void;
};

type Listener = () => void;

/**
 * The answer to one plain request: of Node's `ServerResponse` the part that most answers need. `drain` when the client
 * can take more; `close` once, after the answer was sent (`writableFinished`) or when the client went away before that.
 */
export class PlainResponse {
  statusCode = 200;
  /** The head was written, though it may leave with the first piece of the body. */
  headersSent = false;
  writableEnded = false;
  /** All of it was handed to the system. */
  writableFinished = false;
  /** Over: sent, cut off, or left by the client. */
  destroyed = false;
  shouldKeepAlive: boolean;
  readonly #line: AnswerLine;
  readonly #isHead: boolean;
  #body: AnswerBody | undefined;
  /** Of two kinds and few: an emitter of events would cost more than all of the answer. */
  #onClose: Listener[] = [];
  readonly #onDrain: Listener[] = [];
  /** The head while it waits for the first piece of the body. */
  #heldText = '';

  constructor(line: AnswerLine, isHead: boolean, shouldKeepAlive: boolean) {
    this.#line = line;
    this.#isHead = isHead;
    this.shouldKeepAlive = shouldKeepAlive;
  }

  on(event: 'close' | 'drain', listener: Listener): this {
    (event === 'close' ? this.#onClose : this.#onDrain).push(listener);
    return this;
  }

  once(event: 'close' | 'drain', listener: Listener): this {
    // Closed only once.
    if (event === 'close') return this.on(event, listener);
    const once = () => {
      this.off(event, once);
      listener();
    };
    return this.on(event, once);
  }

  off(event: 'close' | 'drain', listener: Listener): this {
    const listeners = event === 'close' ? this.#onClose : this.#onDrain;
    const index = listeners.indexOf(listener);
    if (index !== -1) listeners.splice(index, 1);
    return this;
  }

  get writableNeedDrain(): boolean {
    return this.#line.socket.writableNeedDrain;
  }

  /**
   * Headers flat: name, value, name, value … Date, Connection and, without a length, Transfer-Encoding are added. Throws for
   * what HTTP does not allow, unless `isChecked` says that names and values were looked at before.
   */
  writeHead(status: number, headers: readonly string[], isChecked = false): this {
    const lines = new AnswerLines();
    lines.addAll(headers, isChecked);
    return this.writeLines(status, lines);
  }

  /** As `writeHead`, with lines that need no check. */
  writeLines(status: number, lines: AnswerLines): this {
    if (this.headersSent) throw new Error('the head was written before');
    const canHaveBody = !this.#isHead;
    const keepsAlive = this.shouldKeepAlive && !lines.closes;
    const { keepAliveTimeoutSec } = this.#line;
    this.#heldText = writeAnswerText({ status, lines, canHaveBody, keepsAlive, keepAliveTimeoutSec });
    this.#body = decideBody(status, lines, canHaveBody);
    this.shouldKeepAlive = keepsAlive;
    this.statusCode = status;
    this.headersSent = true;
    return this;
  }

  /** Sends the head at once, for a body that may be long in coming. */
  flushHeaders(): void {
    if (this.#heldText !== '' && !this.destroyed) this.#line.socket.write(this.#takeHeld(), 'latin1');
  }

  /** Early hints (103), before the head. */
  writeInformation(status: number, { link }: { link: readonly string[] }): void {
    if (this.headersSent || this.destroyed) return;
    const lines = link.map((value) => `Link: ${value}\r\n`).join('');
    this.#line.socket.write(`HTTP/1.1 ${status} Early Hints\r\n${lines}\r\n`, 'latin1');
  }

  /**
   * A piece of the body. False: the client cannot take more until `drain`. `onWritten` is called once the system has taken the
   * piece; with an error, or never, when it will not.
   */
  write(piece: Buffer, onWritten?: (error: Error | null | undefined) => void): boolean {
    const { socket } = this.#line;
    if (this.writableEnded || this.destroyed || piece.length === 0) return true;
    if (this.#kindOfBody() === 'none') return true;
    if (this.#body === 'length' && this.#heldText === '') return socket.write(piece, onWritten);
    socket.cork();
    socket.write(this.#takeHeld() + (this.#isChunked() ? `${piece.length.toString(16)}\r\n` : ''), 'latin1');
    let takesMore = socket.write(piece, onWritten);
    if (this.#isChunked()) takesMore = socket.write('\r\n', 'latin1');
    socket.uncork();
    return takesMore;
  }

  /** The end, perhaps with the last piece of the body. Head and text leave in one write. */
  end(piece: string | Buffer = '', encoding: 'utf8' | 'latin1' = 'utf8'): this {
    if (this.writableEnded || this.destroyed) return this;
    const kind = this.#kindOfBody();
    if (typeof piece !== 'string' && piece.length > 0) this.write(piece);
    this.writableEnded = true;
    let text = this.#takeHeld();
    if (typeof piece === 'string' && piece !== '' && kind !== 'none') {
      // Text in latin1 has one character for each byte, so that all can go as one.
      const bytes = encoding === 'latin1' ? piece : Buffer.from(piece, 'utf8').toString('latin1');
      text += this.#isChunked() ? `${bytes.length.toString(16)}\r\n${bytes}\r\n` : bytes;
    }
    if (this.#isChunked()) text += '0\r\n\r\n';
    const { socket, onWritten } = this.#line;
    if (text !== '') socket.write(text, 'latin1');
    // Nearly always the system takes all of it at once: no need for a tick of Node's queue to say so.
    if (socket.writable && socket.writableLength === 0) this.noteWritten(undefined);
    else socket.write('', onWritten);
    return this;
  }

  /** Cuts the connection, so that the client notices that the answer is not whole. */
  destroy(): this {
    this.destroyed = true;
    this.#line.socket.destroy();
    return this;
  }

  /** For the connection alone: it is closed. */
  noteClosed(): void {
    this.destroyed = true;
    this.#tellClosed();
  }

  /** For the connection alone: what `end` wrote was handed to the system, or will not be. */
  noteWritten(error: Error | null | undefined): void {
    // The end of the connection says what there is to say then.
    if (error || this.destroyed) return;
    this.writableFinished = true;
    this.destroyed = true;
    this.#line.onSent(this.shouldKeepAlive);
    this.#tellClosed();
  }

  /** For the connection alone: it takes more again. */
  noteDrained(): void {
    const listeners = this.#onDrain;
    if (listeners.length > 0) for (const listener of [...listeners]) listener();
  }

  #tellClosed(): void {
    const listeners = this.#onClose;
    this.#onClose = [];
    for (const listener of listeners) listener();
  }

  #kindOfBody(): AnswerBody {
    if (!this.#body) throw new Error('the head comes first');
    return this.#body;
  }

  #isChunked(): boolean {
    return this.#body === 'chunked';
  }

  #takeHeld(): string {
    const held = this.#heldText;
    this.#heldText = '';
    return held;
  }
}
