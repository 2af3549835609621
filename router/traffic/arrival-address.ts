import type { IncomingHttpHeaders } from 'node:http';
import { createBoundedCache } from '../bounded-cache.ts';
import { readClientOrigin } from '../routing/client-address.ts';
import type { Network } from '../routing/networks.ts';

const addressesPerGeneration = 20_000;

/** The part of a request that tells where it came from. */
export type Arriving = {
  readonly socket: { readonly remoteAddress?: string | undefined };
  readonly headers: IncomingHttpHeaders;
};

/** What was last found out about a connection. */
type Seen = { forwardedFor: string | undefined; forwarded: string | undefined; address: string };

/**
 * The client's address as everything else here knows it (see `readClientOrigin`). What trusted proxies say is read once for
 * each client, and a connection that goes on saying the same costs one comparison.
 */
export function createArrivalAddress(trustedProxies: readonly Network[]): (request: Arriving) => string {
  const hasProxies = trustedProxies.length > 0;
  const connections = new WeakMap<object, Seen>();
  const known = createBoundedCache<string, string>(addressesPerGeneration);

  function findOut(peerAddress: string, forwardedFor: string | undefined, forwarded: string | undefined): string {
    const told = forwardedFor ?? forwarded;
    if (told === undefined) return peerAddress.startsWith('::ffff:') ? peerAddress.slice(7) : peerAddress;
    const key = `${peerAddress} ${forwardedFor === undefined ? 'f' : 'x'} ${told}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const others = { isEncrypted: false, host: '', forwardedProto: undefined, forwardedHost: undefined };
    const { address } = readClientOrigin({ peerAddress, forwardedFor, forwarded, ...others }, trustedProxies);
    known.set(key, address);
    return address;
  }

  return ({ socket, headers }) => {
    const forwardedFor = hasProxies ? textOf(headers['x-forwarded-for']) : undefined;
    const forwarded = hasProxies && forwardedFor === undefined ? textOf(headers.forwarded) : undefined;
    const seen = connections.get(socket);
    if (seen && seen.forwardedFor === forwardedFor && seen.forwarded === forwarded) return seen.address;
    const address = findOut(socket.remoteAddress ?? '', forwardedFor, forwarded);
    connections.set(socket, { forwardedFor, forwarded, address });
    return address;
  };
}

function textOf(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' ? header : undefined;
}
