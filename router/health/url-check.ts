import type { LookupAddress } from 'node:dns';
import { isInNetworks, type Network, parseAddress, parseNetwork } from '../routing/networks.ts';

/** Where instances may be unless configured otherwise: this machine and private networks. */
export const defaultUpstreamNetworks: readonly string[] = [
  '127.0.0.0/8',
  '::1/128',
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  'fc00::/7',
];

/** Refused whatever is configured: link-local addresses answer for cloud metadata, the others for nobody in particular. */
const neverNetworks: readonly Network[] = [
  '169.254.0.0/16',
  'fe80::/10',
  '0.0.0.0/8',
  '::/128',
  '224.0.0.0/4',
  'ff00::/8',
]
  .map(parseNetwork)
  .filter((network) => network !== undefined);

export type ParsedOrigin = { kind: 'origin'; hostname: string } | { kind: 'refused'; problem: string };

/** An instance's url: http or https and an origin, nothing else. */
export function parseInstanceUrl(text: string): ParsedOrigin {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return { kind: 'refused', problem: 'not a URL' };
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return { kind: 'refused', problem: 'not http or https' };
  if (url.username !== '' || url.password !== '') return { kind: 'refused', problem: 'has credentials' };
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '' || /[?#]/.test(text)) {
    return { kind: 'refused', problem: 'has a path, query or fragment' };
  }
  return { kind: 'origin', hostname: url.hostname.replace(/^\[(.*)\]$/, '$1') };
}

/** Whether requests may be sent to this address, a literal one. */
export function isAllowedAddress(text: string, networks: readonly Network[]): boolean {
  const address = parseAddress(text);
  return address !== undefined && isInNetworks(address, networks) && !isInNetworks(address, neverNetworks);
}

/** Why the addresses a name resolved to are refused; undefined when every one is allowed. */
export function findAddressProblem(
  addresses: readonly Pick<LookupAddress, 'address'>[],
  networks: readonly Network[],
): string | undefined {
  if (addresses.length === 0) return 'resolves to no address';
  const refused = addresses.find(({ address }) => !isAllowedAddress(address, networks));
  return refused && `${refused.address} is not within UPSTREAM_NETWORKS`;
}
