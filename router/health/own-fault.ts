/** What undici says when the fault is on this side: in the request, or of a pool that is being closed. */
const faultsOfOurs = new Set([
  'UND_ERR_INVALID_ARG',
  'UND_ERR_NOT_SUPPORTED',
  'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH',
  'UND_ERR_ABORTED',
  'UND_ERR_CLOSED',
  'UND_ERR_DESTROYED',
]);

/** Whether an error of a connection says something of the instance, rather than of the request or of this gateway. */
export function isInstanceFault(error: Error & { code?: unknown }): boolean {
  return !faultsOfOurs.has(String(error.code));
}
