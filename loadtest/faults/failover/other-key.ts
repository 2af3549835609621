import { sharedKeys } from '@fairline/shared/stores/keys.ts';
import calculateSlot from 'cluster-key-slot';

const slotsOfAMaster = Math.ceil(16_384 / 3);

/** The record of some visitor that is on another master than `key`, of three that share the slots in order. */
export function calculateOtherKey(key: string): string {
  const masterOf = (other: string) => Math.floor(calculateSlot(other) / slotsOfAMaster);
  for (let index = 0; ; index += 1) {
    const other = sharedKeys.visitor(String(index));
    if (masterOf(other) !== masterOf(key)) return other;
  }
}
