import { normalizeNetwork } from '../../network.ts';

/** Whom a block is for: one visitor by id, or a network like `203.0.113.0/24`. */
export type BlockTarget = { kind: 'visitor' | 'net'; value: string };

const visitorIdForm = /^[\w-]{1,64}$/;

/**
 * The target's name in Redis, `visitor:<id>` or `net:<prefix>`, in the one form of that network; undefined when the value is
 * none. A single address is a network as well.
 */
export function formatTarget({ kind, value }: BlockTarget): string | undefined {
  if (kind === 'visitor') return visitorIdForm.test(value) ? `visitor:${value}` : undefined;
  const network = normalizeNetwork(value);
  return network === undefined ? undefined : `net:${network}`;
}

/** undefined when the text names no target. A network comes in its one form, however somebody typed it. */
export function parseTarget(text: string): BlockTarget | undefined {
  const colon = text.indexOf(':');
  const kind = text.slice(0, colon);
  const value = text.slice(colon + 1);
  if (kind === 'visitor') return visitorIdForm.test(value) ? { kind, value } : undefined;
  if (kind !== 'net') return undefined;
  const network = normalizeNetwork(value);
  return network === undefined ? undefined : { kind, value: network };
}
