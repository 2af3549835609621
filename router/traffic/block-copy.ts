import { formatNetwork, parseAddressBytes } from '@fairline/shared/network.ts';
import { parseTarget } from '@fairline/shared/stores/blocks/target.ts';

export type BlockEntry = {
  /** Redis time. */
  untilMs: number;
  /** A rule's word: it holds for strangers only. */
  isAutomatic: boolean;
};

type Blocks = {
  visitors: Map<string, BlockEntry>;
  networks: Map<string, BlockEntry>;
  /** Lengths of prefixes that occur, by the bytes of an address. */
  lengths: { 4: Set<number>; 16: Set<number> };
};

const empty = (): Blocks => ({ visitors: new Map(), networks: new Map(), lengths: { 4: new Set(), 16: new Set() } });

/** This gateway's copy of who is blocked. Ends are not taken out: whoever asks compares them with the time. */
export function createBlockCopy() {
  let blocks = empty();
  let revision = 0;

  function put(into: Blocks, target: string, entry: BlockEntry): void {
    const parsed = parseTarget(target);
    if (!parsed) return;
    if (parsed.kind === 'visitor') {
      into.visitors.set(parsed.value, entry);
      return;
    }
    const [address = '', bits] = parsed.value.split('/');
    into.networks.set(parsed.value, entry);
    into.lengths[address.includes(':') ? 16 : 4].add(Number(bits));
  }

  return {
    /** Rises with every change, so that what was found out about an address can be kept until then. */
    revision: () => revision,

    ofVisitor: (visitorId: string): BlockEntry | undefined =>
      blocks.visitors.size === 0 ? undefined : blocks.visitors.get(visitorId),

    /** The block of a network that this address is in: an operator's before a rule's, the longer one before the shorter. */
    ofAddress(address: string): BlockEntry | undefined {
      if (blocks.networks.size === 0) return undefined;
      const bytes = parseAddressBytes(address);
      if (!bytes) return undefined;
      let found: BlockEntry | undefined;
      for (const bits of blocks.lengths[bytes.length === 4 ? 4 : 16]) {
        const entry = blocks.networks.get(formatNetwork(bytes, bits));
        if (entry && (!found || outranks(entry, found))) found = entry;
      }
      return found;
    },

    /** One change, in order; undefined: undone. */
    set(target: string, entry: BlockEntry | undefined): void {
      revision += 1;
      if (entry) {
        put(blocks, target, entry);
        return;
      }
      const parsed = parseTarget(target);
      if (parsed?.kind === 'visitor') blocks.visitors.delete(parsed.value);
      else if (parsed) blocks.networks.delete(parsed.value);
    },

    /** Puts a whole new copy in place. */
    replace(all: Iterable<readonly [target: string, entry: BlockEntry]>): void {
      const next = empty();
      for (const [target, entry] of all) put(next, target, entry);
      blocks = next;
      revision += 1;
    },

    size: () => blocks.visitors.size + blocks.networks.size,
  };
}

export type BlockCopy = ReturnType<typeof createBlockCopy>;

function outranks(one: BlockEntry, other: BlockEntry): boolean {
  if (one.isAutomatic !== other.isAutomatic) return other.isAutomatic;
  return one.untilMs > other.untilMs;
}
