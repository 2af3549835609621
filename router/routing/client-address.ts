import { parseForwarded } from './forwarded.ts';
import { hostForm } from './host-form.ts';
import { isInNetworks, type Network, parseAddress } from './networks.ts';

export type ClientOrigin = {
  /** The nearest address on the way that is not a trusted proxy. */
  address: string;
  proto: 'http' | 'https';
  host: string;
  /** For upstreams: what trusted proxies told, with our peer at the end; nothing a client could have made up. */
  forwardedFor: string;
  /** All of this as lines of a head for upstreams; made when they are first needed. */
  lines?: string;
};

export type ConnectionFacts = {
  peerAddress: string;
  isEncrypted: boolean;
  host: string;
  forwardedFor: string | undefined;
  forwardedProto: string | undefined;
  forwardedHost: string | undefined;
  /** The standard form of the three (RFC 7239), read when there is no X-Forwarded-For. */
  forwarded?: string | undefined;
};

/** Forwarding headers count only when the peer is a trusted proxy. An entry that is no address ends the walk. */
export function readClientOrigin(facts: ConnectionFacts, trustedProxies: readonly Network[]): ClientOrigin {
  const peer = stripMappedPrefix(facts.peerAddress);
  const proto = facts.isEncrypted ? 'https' : 'http';
  if (trustedProxies.length === 0 || !isTrusted(peer, trustedProxies)) {
    return { address: peer, proto, host: facts.host, forwardedFor: peer };
  }
  const { hops, toldProto, toldHost } = readTold(facts);
  let address = peer;
  const told: string[] = [peer];
  for (let index = hops.length - 1; index >= 0; index -= 1) {
    const parsed = parseAddress(hops[index] ?? '');
    if (!parsed) break;
    address = parsed.toString();
    told.unshift(address);
    if (!isInNetworks(parsed, trustedProxies)) break;
  }
  return {
    address,
    proto: toldProto === 'https' || toldProto === 'http' ? toldProto : proto,
    host: toldHost !== undefined && hostForm.test(toldHost) ? toldHost : facts.host,
    forwardedFor: told.join(', '),
  };
}

type Told = { hops: string[]; toldProto: string | undefined; toldHost: string | undefined };

function readTold(facts: ConnectionFacts): Told {
  if (facts.forwardedFor === undefined && facts.forwarded !== undefined) {
    const hops = parseForwarded(facts.forwarded);
    // Every proxy may say it anew; the one nearest to us that does is the one that is trusted.
    return {
      hops: hops.map(({ address }) => stripPort(address)),
      toldProto: hops.findLast(({ proto }) => proto !== undefined)?.proto ?? lastEntry(facts.forwardedProto),
      toldHost: hops.findLast(({ host }) => host !== undefined)?.host ?? lastEntry(facts.forwardedHost),
    };
  }
  return {
    hops: (facts.forwardedFor ?? '').split(',').map((hop) => stripPort(hop.trim())),
    toldProto: lastEntry(facts.forwardedProto),
    toldHost: lastEntry(facts.forwardedHost),
  };
}

function isTrusted(address: string, trustedProxies: readonly Network[]): boolean {
  const parsed = parseAddress(address);
  return parsed !== undefined && isInNetworks(parsed, trustedProxies);
}

function stripMappedPrefix(address: string): string {
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address;
}

/** `1.2.3.4:5678` and `[2001:db8::1]:5678` are written by some proxies. */
function stripPort(hop: string): string {
  return /^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(hop)?.[1] ?? /^\[(.*)\](?::\d+)?$/.exec(hop)?.[1] ?? hop;
}

function lastEntry(header: string | undefined): string | undefined {
  return header?.split(',').at(-1)?.trim();
}
