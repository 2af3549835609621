export type UpstreamErrorCode =
  | 'UPSTREAM_REFUSED'
  | 'UPSTREAM_CONNECT_TIMEOUT'
  | 'UPSTREAM_RESET'
  | 'UPSTREAM_MALFORMED'
  | 'UPSTREAM_TIMEOUT'
  | 'UPSTREAM_IDLE_TIMEOUT';

/** What an instance did wrong, found out by the gateway itself rather than by its HTTP client. */
export class UpstreamFault extends Error {
  readonly code: UpstreamErrorCode;

  constructor(code: UpstreamErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

const codes: Readonly<Record<string, UpstreamErrorCode>> = {
  UND_ERR_CONNECT_TIMEOUT: 'UPSTREAM_CONNECT_TIMEOUT',
  UND_ERR_HEADERS_TIMEOUT: 'UPSTREAM_TIMEOUT',
  UND_ERR_BODY_TIMEOUT: 'UPSTREAM_IDLE_TIMEOUT',
  UND_ERR_HEADERS_OVERFLOW: 'UPSTREAM_MALFORMED',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'UPSTREAM_MALFORMED',
  ERR_INVALID_CHAR: 'UPSTREAM_MALFORMED',
  ERR_HTTP_INVALID_STATUS_CODE: 'UPSTREAM_MALFORMED',
  ETIMEDOUT: 'UPSTREAM_TIMEOUT',
};

/** What to tell a client about a connection to an instance that failed. */
export function codeOfUpstreamError(error: Error & { code?: unknown }, wasNotSent: boolean): UpstreamErrorCode {
  if (error instanceof UpstreamFault) return error.code;
  const code = String(error.code);
  if (wasNotSent) return isConnectTimeout(code) ? 'UPSTREAM_CONNECT_TIMEOUT' : 'UPSTREAM_REFUSED';
  // Both parsers name what they did not understand.
  return codes[code] ?? (code.startsWith('HPE_') ? 'UPSTREAM_MALFORMED' : 'UPSTREAM_RESET');
}

function isConnectTimeout(code: string): boolean {
  return code === 'UND_ERR_CONNECT_TIMEOUT' || code === 'ETIMEDOUT';
}
