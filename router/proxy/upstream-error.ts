export type UpstreamErrorCode = 'UPSTREAM_REFUSED' | 'UPSTREAM_RESET' | 'UPSTREAM_TIMEOUT';

const timeoutCodes = ['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'ETIMEDOUT'];

/** What to tell a client about a connection to an instance that failed. */
export function codeOfUpstreamError(error: Error & { code?: unknown }, wasNotSent: boolean): UpstreamErrorCode {
  if (wasNotSent) return 'UPSTREAM_REFUSED';
  return timeoutCodes.includes(String(error.code)) ? 'UPSTREAM_TIMEOUT' : 'UPSTREAM_RESET';
}
