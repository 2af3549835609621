import { isIP } from 'node:net';
import { findAddressProblem, parseInstanceUrl } from '../health/url-check.ts';
import type { Network } from '../routing/networks.ts';
import type { OwnView } from './own-view.ts';
import type { Upstream, UpstreamSet } from './upstream-set.ts';

/** An origin named in the settings: a site that need not know of Redis, the map or us. */
export type StaticUpstream = {
  readonly id: string;
  readonly room: 'booking';
  /** Origin, no path. */
  readonly url: string;
  /** Requests at once it can take. */
  readonly capacity: number;
};

export const defaultStaticCapacity = 100;
const maxCapacity = 1_000_000;

/**
 * Reads entries like `booking=http://10.0.0.5:3000;capacity=200`. Every problem of every entry is told. Networks that
 * are undefined could not be read themselves: addresses are then not judged.
 */
export function parseStaticUpstreams(
  entries: readonly string[],
  networks: readonly Network[] | undefined,
): { upstreams: readonly StaticUpstream[]; problems: readonly string[] } {
  const upstreams: StaticUpstream[] = [];
  const problems: string[] = [];
  for (const entry of entries) {
    const read = parseEntry(entry, networks);
    if (read.kind === 'refused') {
      problems.push(...read.problems.map((problem) => `UPSTREAMS: ${JSON.stringify(entry)} ${problem}`));
    } else if (upstreams.some(({ url }) => url === read.upstream.url)) {
      problems.push(`UPSTREAMS: ${JSON.stringify(entry)} names ${read.upstream.url} again`);
    } else upstreams.push(read.upstream);
  }
  return { upstreams, problems };
}

type ReadEntry = { kind: 'upstream'; upstream: StaticUpstream } | { kind: 'refused'; problems: string[] };

function parseEntry(entry: string, networks: readonly Network[] | undefined): ReadEntry {
  const [head = '', ...parameters] = entry.split(';').map((part) => part.trim());
  const equals = head.indexOf('=');
  const room = head.slice(0, equals);
  const address = head.slice(equals + 1);
  if (equals === -1) return { kind: 'refused', problems: ['must be like booking=http://10.0.0.5:3000;capacity=200'] };
  const problems: string[] = [];
  if (room !== 'booking') problems.push(`is for ${JSON.stringify(room)}: only booking can be a site of its own`);
  const origin = parseInstanceUrl(address);
  if (origin.kind === 'refused') problems.push(`has an address that cannot be used: ${origin.problem}`);
  else if (networks && isIP(origin.hostname)) {
    const problem = findAddressProblem([{ address: origin.hostname }], networks);
    if (problem) problems.push(`cannot be used: ${problem}`);
  }
  let capacity = defaultStaticCapacity;
  for (const parameter of parameters) {
    const [name = '', value = ''] = splitOnce(parameter);
    if (name !== 'capacity') problems.push(`has ${JSON.stringify(name)}: only capacity can be given`);
    else if (/^\d{1,7}$/.test(value) && Number(value) >= 1 && Number(value) <= maxCapacity) capacity = Number(value);
    else problems.push(`has a capacity that must be a whole number 1–${maxCapacity}, not ${JSON.stringify(value)}`);
  }
  if (problems.length > 0) return { kind: 'refused', problems };
  const url = new URL(address);
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  return {
    kind: 'upstream',
    upstream: { id: `static:${url.hostname}:${port}`, room: 'booking', url: url.origin, capacity },
  };
}

function splitOnce(text: string): [string, string] {
  const equals = text.indexOf('=');
  return equals === -1 ? [text, ''] : [text.slice(0, equals), text.slice(equals + 1)];
}

/** A static upstream among the others. Nobody reports what others have in hand there: its load is this gateway's own. */
export function toUpstream({ id, room, url, capacity }: StaticUpstream, own: OwnView): Upstream {
  return Object.freeze({ id, room, url, capacity, othersInFlight: 0, isSuspect: false, own, isStatic: true });
}

/** The instances of the map and the static upstreams, beside each other. */
export function addStatic(map: UpstreamSet, statics: readonly Upstream[]): UpstreamSet {
  return statics.length === 0 ? map : Object.freeze({ ...map, booking: [...map.booking, ...statics] });
}
