import type { InstanceMap } from '@fairline/shared/stores/instances/store.ts';
import type { Seen } from './recovery-decision.ts';

/** Numbers are bits of `booking:gone`, which ends at 2^32: a report beyond it is broken, and one must not lift the line. */
const maxNumber = 100_000_000;

/** What other processes say they have seen, from the fields `tailSeen`, `vipTailSeen` and `seqSeen` of their reports. */
export function readSeen({ extras }: Pick<InstanceMap, 'extras'>): Seen[] {
  return [...extras.values()].map((fields) => ({
    tail: readNumber(fields.tailSeen, maxNumber),
    vipTail: readNumber(fields.vipTailSeen, maxNumber),
    seq: readNumber(fields.seqSeen, Number.MAX_SAFE_INTEGER),
  }));
}

/** 0 for what is no such number. */
function readNumber(text: string | undefined, most: number): number {
  const value = text !== undefined && /^\d{1,16}$/.test(text) ? Number(text) : 0;
  return value <= most ? value : 0;
}
