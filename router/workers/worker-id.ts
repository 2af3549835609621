import { randomBytes } from 'node:crypto';

const maxMapIdCharacters = 63;
const suffixCharacters = '-w64-abcdef'.length;

/** An id of the whole gateway may have this many, so that those of its workers fit into the map. */
export const maxInstanceIdCharacters = maxMapIdCharacters - suffixCharacters;

/** A new one for each life of a worker, so that the map never mixes up a dead one with the one in its place. */
export function createWorkerId(gatewayId: string, workerNumber: number): string {
  return `${gatewayId}-w${workerNumber}-${randomBytes(3).toString('hex')}`;
}
