/** About one connection, never passed on (RFC 9110, 7.6.1). */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Headers that cross the gateway in neither direction; also in the spelling that CGI-like servers cannot tell apart. */
export function isDroppedHeader(lowerName: string): boolean {
  if (lowerName.charCodeAt(0) === 120 /* x */ && /^x[-_]fairline[-_]/.test(lowerName)) return true;
  return hopByHop.has(lowerName);
}

/** Further names that the Connection header declares to be about this connection only; undefined in the usual case. */
export function namesInConnection(rawHeaders: readonly string[]): Set<string> | undefined {
  let names: Set<string> | undefined;
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    if (name.length !== 10 || name.toLowerCase() !== 'connection') continue;
    const value = (rawHeaders[index + 1] ?? '').toLowerCase();
    if (value === 'keep-alive' || value === 'close') continue;
    names ??= new Set();
    for (const token of value.split(',')) names.add(token.trim());
  }
  return names;
}
