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

/**
 * The client's address as everything else here knows it (see `readClientOrigin`), without reading what trusted proxies say
 * more than once.
 */
export function createArrivalAddress(trustedProxies: readonly Network[]): (request: Arriving) => string {
  const known = createBoundedCache<string, string>(addressesPerGeneration);

  return ({ socket, headers }) => {
    const peerAddress = socket.remoteAddress ?? '';
    const hasProxies = trustedProxies.length > 0;
    const forwardedFor = hasProxies ? textOf(headers['x-forwarded-for']) : undefined;
    const forwarded = hasProxies && forwardedFor === undefined ? textOf(headers.forwarded) : undefined;
    const told = forwardedFor ?? forwarded;
    if (told === undefined) return peerAddress.startsWith('::ffff:') ? peerAddress.slice(7) : peerAddress;
    const key = `${peerAddress} ${forwardedFor === undefined ? 'f' : 'x'} ${told}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const { address } = readClientOrigin(
      {
        peerAddress,
        isEncrypted: false,
        host: '',
        forwardedFor,
        forwardedProto: undefined,
        forwardedHost: undefined,
        forwarded,
      },
      trustedProxies,
    );
    known.set(key, address);
    return address;
  };
}

function textOf(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' ? header : undefined;
}
