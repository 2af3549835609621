export type ReadAnswer = {
  status: number;
  /** Another request may follow on this connection. */
  canGoOn: boolean;
  /** Head and body, byte by byte as latin1, when they were to be kept. */
  text: string;
};

type State =
  | { kind: 'head' }
  | { kind: 'length'; left: number }
  | { kind: 'toEnd' }
  | { kind: 'chunkSize'; line: string }
  | { kind: 'chunk'; left: number }
  | { kind: 'trailers'; line: string };

const maxHeadBytes = 64 * 1024;
const headEnd = Buffer.from('\r\n\r\n');
const nothing = Buffer.alloc(0);
const statusLine = /^HTTP\/1\.1 [1-5]\d\d[ \r]/;
const statusAt = 'HTTP/1.1 '.length;
const lengthForm = /^\d{1,15}$/;

/**
 * Reads the answers on one HTTP/1.1 connection, one request at a time. Small on purpose: it measures our own servers.
 * Throws on anything that is not well formed; the connection is of no use then.
 */
export function createResponseReader({ keepsText }: { keepsText: boolean }) {
  let state: State = { kind: 'head' };
  let isHeadRequest = false;
  let pending = nothing;
  let answer: ReadAnswer = { status: 0, canGoOn: true, text: '' };
  let lowerHead = '';

  /** Says what the next answer belongs to. */
  function begin(method: string): void {
    state = { kind: 'head' };
    isHeadRequest = method === 'HEAD';
    pending = nothing;
    answer = { status: 0, canGoOn: true, text: '' };
  }

  /** The answer once it is whole, else undefined. The bytes are not kept. */
  function feed(chunk: Buffer): ReadAnswer | undefined {
    let rest = chunk;
    for (;;) {
      if (state.kind === 'head') {
        const body = readHead(rest);
        if (!body) return undefined;
        rest = body;
        if (answer.status < 200) continue;
        state = bodyStateOf();
        if (!keepsText) answer.text = '';
      }
      const isDone = readBody(rest);
      return isDone ? answer : undefined;
    }
  }

  /** The other side closed the connection: the end of an answer without a length, else undefined. */
  function end(): ReadAnswer | undefined {
    return state.kind === 'toEnd' ? answer : undefined;
  }

  function readHead(chunk: Buffer): Buffer | undefined {
    const bytes = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    const at = bytes.indexOf(headEnd);
    if (at === -1) {
      if (bytes.length > maxHeadBytes) throw new Error('the head of the answer is too long');
      pending = Buffer.from(bytes);
      return undefined;
    }
    pending = nothing;
    const head = bytes.toString('latin1', 0, at + 4);
    if (!statusLine.test(head)) throw new Error('no HTTP/1.1 answer');
    const status = Number(head.slice(statusAt, statusAt + 3));
    lowerHead = head.toLowerCase();
    answer = { status, canGoOn: fieldOf(lowerHead, 'connection') !== 'close', text: head };
    return bytes.subarray(at + 4);
  }

  function bodyStateOf(): State {
    if (isHeadRequest || answer.status === 204 || answer.status === 304) return { kind: 'length', left: 0 };
    if (fieldOf(lowerHead, 'transfer-encoding') === 'chunked') return { kind: 'chunkSize', line: '' };
    const length = fieldOf(lowerHead, 'content-length');
    if (length !== undefined && lengthForm.test(length)) return { kind: 'length', left: Number(length) };
    answer.canGoOn = false;
    return { kind: 'toEnd' };
  }

  function readBody(bytes: Buffer): boolean {
    let at = 0;
    const take = (count: number) => {
      if (keepsText) answer.text += bytes.toString('latin1', at, at + count);
      at += count;
    };
    const takeLine = (line: string): string | undefined => {
      const lineEnd = bytes.indexOf(10, at);
      const whole = line + bytes.toString('latin1', at, lineEnd === -1 ? bytes.length : lineEnd + 1);
      at = lineEnd === -1 ? bytes.length : lineEnd + 1;
      if (whole.length > maxHeadBytes) throw new Error('a line of the answer is too long');
      if (lineEnd !== -1) return whole;
      if (state.kind === 'chunkSize' || state.kind === 'trailers') state.line = whole;
      return undefined;
    };
    for (;;) {
      switch (state.kind) {
        case 'toEnd':
          take(bytes.length - at);
          return false;
        case 'length': {
          const count = Math.min(state.left, bytes.length - at);
          take(count);
          state.left -= count;
          if (state.left > 0) return false;
          if (at < bytes.length) throw new Error('more came than the answer has');
          return true;
        }
        case 'chunkSize': {
          const line = takeLine(state.line);
          if (line === undefined) return false;
          const size = /^([0-9a-f]{1,8})(;[^\r\n]*)?\r\n$/i.exec(line)?.[1];
          if (size === undefined) throw new Error('a chunk without a size');
          const count = Number.parseInt(size, 16);
          // With the line break after its data.
          state = count === 0 ? { kind: 'trailers', line: '' } : { kind: 'chunk', left: count + 2 };
          break;
        }
        case 'chunk': {
          const count = Math.min(state.left, bytes.length - at);
          take(count);
          state.left -= count;
          if (state.left > 0) return false;
          state = { kind: 'chunkSize', line: '' };
          break;
        }
        case 'trailers': {
          const line = takeLine(state.line);
          if (line === undefined) return false;
          state = { kind: 'trailers', line: '' };
          if (line !== '\r\n') break;
          if (at < bytes.length) throw new Error('more came than the answer has');
          return true;
        }
        case 'head':
          return false;
      }
    }
  }

  return { begin, feed, end };
}

/** Of a header of this name in a head in lower case; expressions that ignore case would take longer than all the rest. */
function fieldOf(lowerHead: string, name: string): string | undefined {
  const at = lowerHead.indexOf(`\r\n${name}:`);
  if (at === -1) return undefined;
  const from = at + name.length + 3;
  return lowerHead.slice(from, lowerHead.indexOf('\r\n', from)).trim();
}
