export type HeaderLine = readonly [name: string, value: string];

/**
 * A request as bytes (latin1), its connection closed after the answer. Words in braces such as `{cookie}` are put in when it
 * is sent: what is generated stays the same from run to run.
 */
export function toRequest(line: string, headers: readonly HeaderLine[], body?: string): string {
  const length: HeaderLine[] = body === undefined && !line.startsWith('POST') ? [] : [['Content-Length', '{length}']];
  const lines = [['Host', '127.0.0.1'], ...headers, ...length, ['Connection', 'close']];
  return `${line} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body ?? ''}`;
}
