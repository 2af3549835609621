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
 * Reads the answer to one request from the bytes of its connection, cut into whatever pieces. Throws an `UpstreamFault`
 * when they are no answer; nothing may be read from that connection afterwards.
 */
export function createAnswerReader(method: string, sink: AnswerSink) {
  let headText = '';
  let head: ParsedHead | undefined;
  let bytesLeft = 0;
  let chunks: ChunkedReader | undefined;
  let isDone = false;

  /** Returns where the body begins, `to` when the head goes on. */
  function readHead(bytes: Buffer, from: number, to: number): number {
    let at = from;
    while (at < to) {
      const stop = Math.min(to, at + headStepBytes);
      const known = headText.length;
      headText = known === 0 ? bytes.toString('latin1', at, stop) : headText + bytes.toString('latin1', at, stop);
      const end = headText.indexOf('\r\n\r\n', Math.max(0, known - 3));
      if (end !== -1) {
        const next = at + end + 4 - known;
        openAnswer(parseAnswerHead(headText.slice(0, end), method));
        return next;
      }
      if (headText.length > maxHeadBytes) throw malformed('its head is too large');
      // A head with other line ends would be waited for until its time is over.
      if (bareLineFeed.test(headText)) throw malformed('a bare line feed');
      at = stop;
    }
    return to;
  }

  function openAnswer(parsed: ParsedHead): void {
    headText = '';
    if (parsed.status === 101) throw malformed('it switches protocols unasked');
    if (parsed.status >= 200) head = parsed;
    const { framing } = parsed;
    if (framing.kind === 'length') bytesLeft = framing.bytes;
    else if (framing.kind === 'chunked') {
      chunks = createChunkedReader((bytes, from, to) => sink.onBody(bytes, from, to, false));
    }
    sink.onHead(parsed);
    if (parsed.status >= 200 && framing.kind === 'none') finish();
  }

  function finish(): void {
    isDone = true;
    sink.onEnd();
  }

  function readBody(of: ParsedHead, bytes: Buffer, from: number, to: number): number {
    if (chunks) {
      const stop = chunks.read(bytes, from, to);
      if (chunks.isDone()) finish();
      return stop;
    }
    if (of.framing.kind === 'close') {
      sink.onBody(bytes, from, to, false);
      return to;
    }
    const stop = Math.min(to, from + bytesLeft);
    bytesLeft -= stop - from;
    isDone = bytesLeft === 0;
    sink.onBody(bytes, from, stop, isDone);
    return stop;
  }

  return {
    /** Reads on; returns where it stopped: at `to`, or earlier when the answer is over and something follows it. */
    read(bytes: Buffer, from: number, to: number): number {
      let at = from;
      while (at < to && !isDone) at = head ? readBody(head, bytes, at, to) : readHead(bytes, at, to);
      return at;
    },

    /** The connection has ended. True when that was the end of the answer. */
    noteEnd(): boolean {
      if (!isDone && head?.framing.kind === 'close') finish();
      return isDone;
    },

    isDone: () => isDone,
    /** Not a byte of the answer came yet. */
    isUntouched: () => head === undefined && headText === '',
    /** The final head; undefined until it came. */
    head: () => head,
  };
}

export type AnswerReader = ReturnType<typeof createAnswerReader>;
