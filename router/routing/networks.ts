import { ConfigError } from '@fairline/shared/config.ts';
import ipaddr from 'ipaddr.js';

export type Network = readonly [ipaddr.IPv4 | ipaddr.IPv6, number];

/** Reads `10.0.0.0/8` or a single address. undefined when the text is neither. */
export function parseNetwork(text: string): Network | undefined {
  try {
    if (text.includes('/')) return ipaddr.parseCIDR(text);
    const address = ipaddr.parse(text);
    return [address, address.kind() === 'ipv4' ? 32 : 128];
  } catch {
    return undefined;
  }
}

/** The address in its plain form, an IPv4 address mapped into IPv6 as IPv4; undefined when the text is no address. */
export function parseAddress(text: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  // Only the usual forms: ipaddr.js would also read `0x7f.1` or `2130706433`, which others read differently.
  if (!ipaddr.IPv4.isValidFourPartDecimal(text) && !ipaddr.IPv6.isValid(text)) return undefined;
  return ipaddr.process(text);
}

export function isInNetworks(address: ipaddr.IPv4 | ipaddr.IPv6, networks: readonly Network[]): boolean {
  return networks.some(([base, bits]) => {
    if (address instanceof ipaddr.IPv4) return base instanceof ipaddr.IPv4 && address.match(base, bits);
    return base instanceof ipaddr.IPv6 && address.match(base, bits);
  });
}

/** The networks of a setting. Throws a ConfigError that names every entry that is none. */
export function parseNetworks(name: string, texts: readonly string[]): readonly Network[] {
  const problems: string[] = [];
  const networks = texts.flatMap((text) => {
    const network = parseNetwork(text);
    if (!network) problems.push(`${name} must be a list of addresses and networks, not ${JSON.stringify(text)}`);
    return network ? [network] : [];
  });
  if (problems.length > 0) throw new ConfigError(problems);
  return networks;
}
