import { connect } from 'node:net';

export type RawAnswer = {
  status: number;
  /** Names in lower case; several of one name are joined by a line break. */
  headers: ReadonlyMap<string, string>;
  body: string;
};

export type Exchange =
  | { kind: 'answered'; answer: RawAnswer }
  /** The other side closed the connection without a word. */
  | { kind: 'closed' }
  /** Neither an answer nor an end, though the client has closed its side. */
  | { kind: 'silent' }
  | { kind: 'malformed'; text: string };

export type Patience = {
  /** ms until the client closes its side: for requests that may be incomplete. */
  halfCloseAfterMs?: number;
  /** ms until nobody waits any more. */
  giveUpAfterMs: number;
};

/**
 * Sends these bytes (latin1) to a port of this machine on a connection of their own, and reads the first answer that is not
 * an interim one. An event stream counts as answered with its head. The connection is reset afterwards.
 */
export function exchange(port: number, text: string, { halfCloseAfterMs, giveUpAfterMs }: Patience): Promise<Exchange> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    const isHead = text.startsWith('HEAD ');
    let received = '';
    let isDone = false;
    const finish = (result: Exchange) => {
      if (isDone) return;
      isDone = true;
      clearTimeout(halfClose);
      clearTimeout(giveUp);
      socket.resetAndDestroy();
      resolve(result);
    };
    const readOn = (isEnd: boolean) => {
      const answer = readAnswer(received, { isHead, isEnd });
      if (answer === 'incomplete') return;
      finish(answer === 'malformed' ? { kind: 'malformed', text: received } : { kind: 'answered', answer });
    };
    const halfClose = setTimeout(() => socket.end(), halfCloseAfterMs ?? giveUpAfterMs);
    const giveUp = setTimeout(() => finish({ kind: 'silent' }), giveUpAfterMs);
    const onEnd = () => {
      if (received === '') finish({ kind: 'closed' });
      readOn(true);
    };
    socket.on('connect', () => socket.write(Buffer.from(text, 'latin1')));
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1');
      readOn(false);
    });
    socket.on('end', onEnd);
    // A reset after a refusal may overtake what was still being sent; what came before it counts.
    socket.on('error', () => {});
    socket.on('close', onEnd);
  });
}

const headForm = /^HTTP\/1\.[01] ([1-5]\d\d)(?: [^\r\n]*)?\r\n((?:[!#$%&'*+\-.^_`|~\w]+:[^\r\n]*\r\n)*)\r\n/;

/** The first answer in `text`. `isEnd`: nothing more comes. */
export function readAnswer(
  text: string,
  { isHead, isEnd }: { isHead: boolean; isEnd: boolean },
): RawAnswer | 'incomplete' | 'malformed' {
  const headEnd = text.indexOf('\r\n\r\n');
  if (headEnd === -1) return isEnd || text.length > 100_000 ? 'malformed' : 'incomplete';
  const [head, statusText, lines = ''] = headForm.exec(text) ?? [];
  if (head === undefined) return 'malformed';
  const status = Number(statusText);
  const rest = text.slice(head.length);
  if (status < 200 && status !== 101) return readAnswer(rest, { isHead, isEnd });
  const headers = new Map<string, string>();
  for (const line of lines.split('\r\n').filter(Boolean)) {
    const name = line.slice(0, line.indexOf(':')).toLowerCase();
    const before = headers.get(name);
    const value = line.slice(line.indexOf(':') + 1).trim();
    headers.set(name, before === undefined ? value : `${before}\n${value}`);
  }
  const isBodyless = isHead || status === 101 || status === 204 || status === 304;
  if (isBodyless || headers.get('content-type')?.startsWith('text/event-stream')) return { status, headers, body: '' };
  const length = headers.get('content-length');
  if (length !== undefined) {
    if (!/^\d+$/.test(length)) return 'malformed';
    if (rest.length < Number(length)) return isEnd ? 'malformed' : 'incomplete';
    return { status, headers, body: Buffer.from(rest.slice(0, Number(length)), 'latin1').toString() };
  }
  if (headers.get('transfer-encoding') === 'chunked') {
    const body = readChunks(rest);
    return body === undefined ? (isEnd ? 'malformed' : 'incomplete') : { status, headers, body };
  }
  return isEnd ? { status, headers, body: Buffer.from(rest, 'latin1').toString() } : 'incomplete';
}

function readChunks(text: string): string | undefined {
  let body = '';
  for (let at = 0; ; ) {
    const lineEnd = text.indexOf('\r\n', at);
    if (lineEnd === -1) return undefined;
    const size = Number.parseInt(text.slice(at, lineEnd), 16);
    if (!(size > 0)) return text.includes('\r\n\r\n', at) ? Buffer.from(body, 'latin1').toString() : undefined;
    if (text.length < lineEnd + 4 + size) return undefined;
    body += text.slice(lineEnd + 2, lineEnd + 2 + size);
    at = lineEnd + 4 + size;
  }
}
