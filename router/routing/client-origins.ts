import type { IncomingHttpHeaders } from 'node:http';
import { type ClientOrigin, readClientOrigin } from './client-address.ts';
import type { Network } from './networks.ts';

/** The part of a request that tells where it came from. */
type Told = {
  readonly socket: { readonly remoteAddress?: string | undefined };
  readonly headers: IncomingHttpHeaders;
};

/** What was last found out about a connection. */
type Seen = Pick<IncomingHttpHeaders, 'host' | 'forwarded'> & {
  forwardedFor: string | undefined;
  forwardedProto: string | undefined;
  forwardedHost: string | undefined;
  origin: ClientOrigin;
};

/** Reads origins of clients (see `readClientOrigin`). A connection that goes on saying the same costs a comparison. */
export function createClientOrigins(trustedProxies: readonly Network[]): (request: Told) => ClientOrigin {
  const hasProxies = trustedProxies.length > 0;
  const connections = new WeakMap<object, Seen>();

  return ({ socket, headers }) => {
    const { host } = headers;
    // Nobody is believed without proxies that are trusted.
    const forwardedFor = hasProxies ? textOf(headers['x-forwarded-for']) : undefined;
    const forwardedProto = hasProxies ? textOf(headers['x-forwarded-proto']) : undefined;
    const forwarded = hasProxies ? headers.forwarded : undefined;
    const forwardedHost = hasProxies ? textOf(headers['x-forwarded-host']) : undefined;
    const seen = connections.get(socket);
    const isSame =
      seen?.host === host &&
      seen?.forwardedFor === forwardedFor &&
      seen?.forwardedProto === forwardedProto &&
      seen?.forwardedHost === forwardedHost &&
      seen?.forwarded === forwarded;
    if (seen && isSame) return seen.origin;
    const origin = readClientOrigin(
      {
        peerAddress: socket.remoteAddress ?? '',
        isEncrypted: 'encrypted' in socket,
        host: host ?? '',
        ...{ forwardedFor, forwardedProto, forwardedHost, forwarded },
      },
      trustedProxies,
    );
    connections.set(socket, { host, forwardedFor, forwardedProto, forwardedHost, forwarded, origin });
    return origin;
  };
}

function textOf(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' ? header : undefined;
}
