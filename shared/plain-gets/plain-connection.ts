import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { lendToNode } from './lend-to-node.ts';
import { maxPlainHeadBytes, type PlainHead, readPlainHead } from './plain-head.ts';
import { PlainRequest } from './plain-request.ts';
import { type AnswerLine, PlainResponse } from './plain-response.ts';
import { takeReads } from './take-reads.ts';

export type PlainConnectionParts = {
  server: Server;
  socket: Socket;
  /** Whether `serve` answers this request; if not, the server's own listeners do. */
  isServed(head: PlainHead): boolean;
  serve(request: PlainRequest, response: PlainResponse): void;
  /** Node has it from here on: these bytes, and whatever follows them. */
  onHandedOver(connection: PlainConnection, bytes: Buffer): void;
  onClosed(connection: PlainConnection): void;
};

/**
 * The connection of a client as long as it sends nothing but plain requests, one after the other. What comes behind a
 * request waits until that one is answered.
 */
export class PlainConnection implements AnswerLine {
  readonly socket: Socket;
  readonly keepAliveTimeoutSec: number;
  /** Times that the owner has counted since something was asked or answered last. */
  idleTicks = 0;
  hasServed = false;
  readonly #parts: PlainConnectionParts;
  readonly #endReads: () => void;
  #response: PlainResponse | ServerResponse | undefined;
  #waiting: Buffer | undefined;

  constructor(parts: PlainConnectionParts) {
    const { server, socket } = parts;
    this.#parts = parts;
    this.socket = socket;
    this.keepAliveTimeoutSec = Math.floor(server.keepAliveTimeout / 1000);
    // Only what comes while it waits for a request: the rest has to wait, which Node's streams know how to do.
    this.#endReads = takeReads(socket, (bytes) => {
      if (this.#response) return false;
      this.#read(bytes);
      return true;
    });
    socket.on('data', this.#onData);
    socket.on('drain', this.#onDrain);
    socket.on('end', this.#onEnd);
    socket.on('error', this.#onError);
    socket.on('close', this.#onClose);
  }

  isIdle(): boolean {
    return this.#response === undefined;
  }

  /** The answer has left: the next request may come. A server that closes takes no further one. */
  onSent(keepsAlive: boolean): void {
    this.#response = undefined;
    this.idleTicks = 0;
    if (!keepsAlive || !this.#parts.server.listening) {
      this.socket.destroySoon();
      return;
    }
    const bytes = this.#waiting;
    if (!bytes) return;
    this.#waiting = undefined;
    this.socket.resume();
    this.#read(bytes);
  }

  readonly onWritten = (error: Error | null | undefined): void => {
    const response = this.#response;
    if (response instanceof PlainResponse) response.noteWritten(error);
  };

  readonly #onData = (bytes: Buffer): void => {
    if (!this.#response) {
      this.#read(bytes);
      return;
    }
    this.#waiting = this.#waiting ? Buffer.concat([this.#waiting, bytes]) : bytes;
    // More than a head of what nobody can read yet stays with the system.
    if (this.#waiting.length > maxPlainHeadBytes) this.socket.pause();
  };

  #read(bytes: Buffer): void {
    const parts = this.#parts;
    const head = bytes.length > maxPlainHeadBytes ? undefined : readPlainHead(bytes.toString('latin1'));
    if (!head) {
      this.#handOver(bytes);
      return;
    }
    const { server } = parts;
    const { socket } = this;
    this.hasServed = true;
    this.idleTicks = 0;
    if (!parts.isServed(head)) {
      this.#response = lendToNode({ server, socket, head, onSent: (keepsAlive) => this.onSent(keepsAlive) });
      return;
    }
    const response = new PlainResponse(this, head.method === 'HEAD', head.keepsAlive);
    this.#response = response;
    parts.serve(new PlainRequest(head, socket), response);
  }

  #handOver(bytes: Buffer): void {
    const { socket } = this;
    this.#endReads();
    socket.off('data', this.#onData);
    socket.off('drain', this.#onDrain);
    socket.off('end', this.#onEnd);
    socket.off('error', this.#onError);
    socket.off('close', this.#onClose);
    this.#parts.onHandedOver(this, bytes);
  }

  readonly #onDrain = (): void => {
    const response = this.#response;
    if (response instanceof PlainResponse) response.noteDrained();
    else response?.emit('drain');
  };

  /** As Node does it: who says no more is not answered either. */
  readonly #onEnd = (): void => {
    this.socket.destroy();
  };

  readonly #onError = (): void => {
    this.socket.destroy();
  };

  readonly #onClose = (): void => {
    const response = this.#response;
    this.#response = undefined;
    this.#parts.onClosed(this);
    // Node's own has heard of it.
    if (response instanceof PlainResponse) response.noteClosed();
  };
}
