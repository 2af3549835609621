import { isLoopback } from '../load/loopback.ts';

/** Where the rehearsal plays. `ownHost`: a host elsewhere that its owner named twice; undefined for this machine. */
export type Target = { origin: string; ownHost: string | undefined };
export type TargetVerdict = { kind: 'target'; target: Target } | { kind: 'refused'; problems: string[] };

/** What a rehearsal may be at most, on this machine and elsewhere. */
export const bounds = {
  loopback: { visitors: 200_000, connections: 4_000, minutes: 60, hammerPerSec: 400 },
  elsewhere: { visitors: 20_000, connections: 500, minutes: 60, hammerPerSec: 50 },
} as const;

/** Errors of the last ten seconds at which a rehearsal elsewhere ends by itself. */
export const mostErrorRatioElsewhere = 0.2;

/** Whether the rehearsal may go there, and why not: load on a site of somebody else is an attack. */
export function judgeTarget(text: string, ownedHost: string | undefined): TargetVerdict {
  const url = URL.parse(text);
  const refuse = (...problems: string[]): TargetVerdict => ({ kind: 'refused', problems });
  if (!url || !['http:', 'https:'].includes(url.protocol)) {
    return refuse(`--url: must be like http://127.0.0.1:8080 or https://tickets.example.com, not '${text}'`);
  }
  if (url.username || url.password || url.search || url.hash || url.pathname !== '/') {
    return refuse('--url: must be a site alone, without user, path or query');
  }
  const { origin, host, hostname, protocol } = url;
  if (isLoopback(origin)) {
    return ownedHost === undefined
      ? { kind: 'target', target: { origin, ownHost: undefined } }
      : refuse(`--i-own: is for sites elsewhere; ${hostname} is this machine`);
  }
  if (hostname === 'localhost')
    return refuse('--url: write 127.0.0.1 instead of localhost: a name could lead anywhere');
  if (ownedHost === undefined) {
    return refuse(
      `--url: ${hostname} is not this machine. A rehearsal is heavy traffic, and on a site that is not yours it would be an ` +
        `attack. If it is yours, say its name twice: --url https://${host} --i-own ${hostname}`,
    );
  }
  const problems: string[] = [];
  if (ownedHost !== hostname) problems.push(`--i-own: '${ownedHost}' is not the host of --url, '${hostname}'`);
  if (protocol !== 'https:')
    problems.push(`--url: a site elsewhere must be asked by https, not ${protocol.slice(0, -1)}`);
  return problems.length > 0 ? refuse(...problems) : { kind: 'target', target: { origin, ownHost: hostname } };
}
