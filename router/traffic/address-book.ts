import { formatNetwork, parseAddressBytes } from '@fairline/shared/network.ts';
import { createBoundedCache } from '../bounded-cache.ts';
import { isInNetworks, type Network, parseAddress } from '../routing/networks.ts';
import type { BlockCopy, BlockEntry } from './block-copy.ts';

/** About 250 bytes each, twice as many at most. */
const addressesPerGeneration = 50_000;

/** What this gateway keeps in mind of an address; fields change in place. */
export type AddressRecord = {
  /** The network that shares its limits, as `203.0.113.7/32`. */
  readonly network: string;
  /** No limit and no rule is for it. */
  readonly isAllowed: boolean;
  /** The block it is in, as of `blocksRevision`. */
  block: BlockEntry | undefined;
  blocksRevision: number;
};

export type AddressBookParts = {
  /** Changes now and then. */
  allowNetworks: () => readonly Network[];
  /** Bits of an address that make the network whose limits are shared. */
  prefixBits: { ipv4: number; ipv6: number };
  blocks: BlockCopy;
};

/** Knows addresses by what is looked up with each of their requests. Costs one look-up for an address that came before. */
export function createAddressBook({ allowNetworks, prefixBits, blocks }: AddressBookParts) {
  let allowed = allowNetworks();
  let records = createBoundedCache<string, AddressRecord>(addressesPerGeneration);

  function make(address: string): AddressRecord {
    const bytes = parseAddressBytes(address);
    const parsed = parseAddress(address);
    const bits = bytes?.length === 16 ? prefixBits.ipv6 : prefixBits.ipv4;
    return {
      // Whatever names no address counts as one: a closed socket, a pipe.
      network: bytes ? formatNetwork(bytes, bits) : 'unknown',
      isAllowed: parsed === undefined || isInNetworks(parsed, allowed),
      block: blocks.ofAddress(address),
      blocksRevision: blocks.revision(),
    };
  }

  return {
    find(address: string): AddressRecord {
      if (allowNetworks() !== allowed) {
        allowed = allowNetworks();
        records = createBoundedCache(addressesPerGeneration);
      }
      const known = records.get(address);
      if (!known) {
        const made = make(address);
        records.set(address, made);
        return made;
      }
      if (known.blocksRevision !== blocks.revision()) {
        known.block = blocks.ofAddress(address);
        known.blocksRevision = blocks.revision();
      }
      return known;
    },
  };
}

export type AddressBook = ReturnType<typeof createAddressBook>;
