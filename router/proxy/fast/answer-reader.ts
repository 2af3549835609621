import { malformed, type ParsedHead, parseAnswerHead } from './answer-head.ts';
import { type ChunkedReader, createChunkedReader } from './chunked-reader.ts';

export type AnswerSink = {
  /** Also for 1xx, which another head follows. */
  onHead(head: ParsedHead): void;
  /** A piece of the body. The bytes are the reader's and change after the call. `isLast`: the answer ends with it. */
  onBody(bytes: Buffer, from: number, to: number, isLast: boolean): void;
  /** The answer is over, when no piece of the body has said so. */
  onEnd(): void;
};

const maxHeadBytes = 32 * 1024;
/** Heads are looked for in steps of this size, so that large reads are not turned into text for nothing. */
const headStepBytes = 2048;
const bareLineFeed = /(?:^|[^\r])\n/;

/**
 * Reads one answer after the other from the bytes of a connection, cut into whatever pieces. Throws an `UpstreamFault`
 * when they are no answer; nothing may be read from that connection afterwards.
 */
export class AnswerReader {
  #method = '';
  #sink: AnswerSink | undefined;
  #headText = '';
  #head: ParsedHead | undefined;
  #bytesLeft = 0;
  #chunks: ChunkedReader | undefined;
  #isDone = true;

  /** What comes next answers a request of this method. */
  begin(method: string, sink: AnswerSink): void {
    this.#method = method;
    this.#sink = sink;
    this.#headText = '';
    this.#head = undefined;
    this.#bytesLeft = 0;
    this.#chunks = undefined;
    this.#isDone = false;
  }

  /** Reads on; returns where it stopped: at `to`, or earlier when the answer is over and something follows it. */
  read(bytes: Buffer, from: number, to: number): number {
    let at = from;
    while (at < to && !this.#isDone) {
      at = this.#head ? this.#readBody(this.#head, bytes, at, to) : this.#readHead(bytes, at, to);
    }
    return at;
  }

  /** The connection has ended. True when that was the end of the answer. */
  noteEnd(): boolean {
    if (!this.#isDone && this.#head?.framing.kind === 'close') this.#finish();
    return this.#isDone;
  }

  isDone(): boolean {
    return this.#isDone;
  }

  /** Not a byte of the answer came yet. */
  isUntouched(): boolean {
    return this.#head === undefined && this.#headText === '';
  }

  /** The final head; undefined until it came. */
  head(): ParsedHead | undefined {
    return this.#head;
  }

  /** Returns where the body begins, `to` when the head goes on. */
  #readHead(bytes: Buffer, from: number, to: number): number {
    let at = from;
    while (at < to) {
      const stop = Math.min(to, at + headStepBytes);
      const known = this.#headText.length;
      const text =
        known === 0 ? bytes.toString('latin1', at, stop) : this.#headText + bytes.toString('latin1', at, stop);
      this.#headText = text;
      const end = text.indexOf('\r\n\r\n', Math.max(0, known - 3));
      if (end !== -1) {
        const next = at + end + 4 - known;
        this.#openAnswer(parseAnswerHead(text.slice(0, end), this.#method));
        return next;
      }
      if (text.length > maxHeadBytes) throw malformed('its head is too large');
      // A head with other line ends would be waited for until its time is over.
      if (bareLineFeed.test(text)) throw malformed('a bare line feed');
      at = stop;
    }
    return to;
  }

  #openAnswer(parsed: ParsedHead): void {
    const { status, framing } = parsed;
    const sink = this.#sink;
    this.#headText = '';
    if (status === 101) throw malformed('it switches protocols unasked');
    if (status >= 200) this.#head = parsed;
    if (framing.kind === 'length') this.#bytesLeft = framing.bytes;
    else if (framing.kind === 'chunked') {
      this.#chunks = createChunkedReader((bytes, from, to) => sink?.onBody(bytes, from, to, false));
    }
    sink?.onHead(parsed);
    if (status >= 200 && framing.kind === 'none') this.#finish();
  }

  #finish(): void {
    this.#isDone = true;
    this.#sink?.onEnd();
  }

  #readBody(head: ParsedHead, bytes: Buffer, from: number, to: number): number {
    if (this.#chunks) {
      const stop = this.#chunks.read(bytes, from, to);
      if (this.#chunks.isDone()) this.#finish();
      return stop;
    }
    if (head.framing.kind === 'close') {
      this.#sink?.onBody(bytes, from, to, false);
      return to;
    }
    const stop = Math.min(to, from + this.#bytesLeft);
    this.#bytesLeft -= stop - from;
    this.#isDone = this.#bytesLeft === 0;
    this.#sink?.onBody(bytes, from, stop, this.#isDone);
    return stop;
  }
}
