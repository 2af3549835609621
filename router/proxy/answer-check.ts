/**
 * Why the head of an answer, though it was parsed, cannot be passed on as it is; undefined when it can. Of codings beside
 * chunked the client would not be told, since they are a matter of the connection to the instance.
 */
export function findAnswerProblem(rawHeaders: readonly string[]): string | undefined {
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    if (name.length !== 17 || name.toLowerCase() !== 'transfer-encoding') continue;
    if (rawHeaders[index + 1]?.toLowerCase() !== 'chunked') return 'its transfer coding is not plainly chunked';
  }
  return undefined;
}
