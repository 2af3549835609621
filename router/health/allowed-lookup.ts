import { type LookupAddress, lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import type { Network } from '../routing/networks.ts';
import { findAddressProblem } from './url-check.ts';

/**
 * Name resolution for connections to instances that refuses addresses outside the allowed networks. It is used for
 * every connection, so that a name cannot lead elsewhere after it was checked.
 */
export function createAllowedLookup(networks: readonly Network[]): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
      const problem = error ?? toError(findAddressProblem(addresses, networks), hostname);
      if (problem) callback(problem, '', 0);
      else if (options.all) callback(null, addresses);
      else callback(null, addresses[0]?.address ?? '', addresses[0]?.family);
    });
  };
}

function toError(problem: string | undefined, hostname: string): Error | undefined {
  return problem === undefined ? undefined : Object.assign(new Error(`${hostname}: ${problem}`), { code: 'EACCES' });
}
