import { BlockList, isIP } from 'node:net';

/** The networks gateways live in, or those that may see the console; nobody else is answered. */
export type GatewayNetworks = { has(address: string | undefined): boolean };

/** Reads CIDRs such as `10.0.0.0/8` and single addresses; names every entry that is neither. */
export function parseGatewayNetworks(
  entries: readonly string[],
  name = 'GATEWAY_NETWORKS',
): { networks: GatewayNetworks; problems: string[] } {
  const list = new BlockList();
  const problems: string[] = [];
  for (const entry of entries) {
    const [address = '', bits, ...rest] = entry.split('/');
    const version = isIP(address);
    const maxBits = version === 4 ? 32 : 128;
    const prefix = bits === undefined ? maxBits : /^\d{1,3}$/.test(bits) ? Number(bits) : -1;
    if (version === 0 || rest.length > 0 || prefix < 0 || prefix > maxBits) {
      problems.push(`${name}: ${JSON.stringify(entry)} is neither an address nor a network such as 10.0.0.0/8`);
    } else list.addSubnet(address, prefix, version === 4 ? 'ipv4' : 'ipv6');
  }
  const has = (address: string | undefined) => {
    if (address === undefined) return false;
    const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
    const version = isIP(plain);
    return version !== 0 && list.check(plain, version === 4 ? 'ipv4' : 'ipv6');
  };
  return { networks: { has }, problems };
}
