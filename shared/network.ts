import { isIPv4, isIPv6 } from 'node:net';

/** Bytes of an address: 4 or 16. An IPv4 address mapped into IPv6 (`::ffff:192.0.2.1`) is an IPv4 address. */
type AddressBytes = readonly number[];

const mappedPrefix = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255];

/** undefined when the text is no address in the usual form. A zone (`fe80::1%eth0`) does not belong to an address here. */
export function parseAddressBytes(text: string): AddressBytes | undefined {
  if (isIPv4(text)) return text.split('.').map(Number);
  if (!isIPv6(text) || text.includes('%')) return undefined;
  const [left = '', right] = text.split('::');
  const head = readGroups(left);
  const tail = right === undefined ? [] : readGroups(right);
  const missing = 16 - head.length - tail.length;
  const bytes = [...head, ...new Array<number>(missing).fill(0), ...tail];
  return mappedPrefix.every((byte, index) => bytes[index] === byte) ? bytes.slice(12) : bytes;
}

function readGroups(text: string): number[] {
  if (text === '') return [];
  return text.split(':').flatMap((group) => {
    if (group.includes('.')) return group.split('.').map(Number);
    const value = Number.parseInt(group, 16);
    return [value >> 8, value & 255];
  });
}

/** As RFC 5952 writes it: lower case, the longest run of two or more zero groups as `::`. */
export function formatAddress(bytes: AddressBytes): string {
  if (bytes.length === 4) return bytes.join('.');
  const groups: number[] = [];
  for (let index = 0; index < 16; index += 2) groups.push(((bytes[index] ?? 0) << 8) | (bytes[index + 1] ?? 0));
  const [start, length] = findLongestZeros(groups);
  const write = (some: readonly number[]) => some.map((group) => group.toString(16)).join(':');
  if (length < 2) return write(groups);
  return `${write(groups.slice(0, start))}::${write(groups.slice(start + length))}`;
}

function findLongestZeros(groups: readonly number[]): [start: number, length: number] {
  let best: [number, number] = [0, 0];
  let start = 0;
  for (const [index, group] of groups.entries()) {
    if (group !== 0) start = index + 1;
    else if (index + 1 - start > best[1]) best = [start, index + 1 - start];
  }
  return best;
}

/** The network of `bits` bits that an address is in, as `203.0.113.0/24`. More bits than an address has count as all. */
export function formatNetwork(bytes: AddressBytes, bits: number): string {
  const kept = Math.min(bits, bytes.length * 8);
  const masked = bytes.map((byte, index) => byte & (0xff << (8 - Math.max(0, Math.min(8, kept - index * 8)))) & 0xff);
  return `${formatAddress(masked)}/${kept}`;
}

/**
 * A network in the one form in which it is kept and compared: `203.0.113.7` is `203.0.113.7/32`, `2001:DB8::1/32` is
 * `2001:db8::/32`. undefined when the text is neither an address nor a network.
 */
export function normalizeNetwork(text: string): string | undefined {
  const [address = '', bitsText, ...rest] = text.trim().split('/');
  const bytes = parseAddressBytes(address);
  if (!bytes || rest.length > 0) return undefined;
  if (bitsText === undefined) return formatNetwork(bytes, bytes.length * 8);
  if (!/^\d{1,3}$/.test(bitsText)) return undefined;
  // `::ffff:192.0.2.0/120` speaks of 24 bits of an IPv4 address.
  const bits = Number(bitsText) - (bytes.length === 4 && address.includes(':') ? 96 : 0);
  return bits >= 0 && bits <= bytes.length * 8 ? formatNetwork(bytes, bits) : undefined;
}
