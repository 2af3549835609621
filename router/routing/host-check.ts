const hostForm = /^[A-Za-z0-9._:[\]-]{1,255}$/;

/**
 * Why the Host header cannot be trusted to mean one host; undefined when it can. Two of them, or one that is no host,
 * is how a request is made to mean different things to different programs.
 */
export function findHostProblem(host: string | undefined, rawHeaders: readonly string[]): string | undefined {
  if (host === undefined || host === '') return 'it names no host';
  if (!hostForm.test(host)) return 'its host is not a host name';
  let count = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    if (name.length === 4 && name.toLowerCase() === 'host') count += 1;
  }
  return count > 1 ? 'it names two hosts' : undefined;
}
