import type { AskedWorker } from './workers.ts';

/**
 * Why the gateway is not ready as a whole. A worker that does not listen yet gets no visitors, so it matters only when
 * nobody else is there; one that listens must be ready, since nobody can choose which worker they get.
 */
export function findReasons(workers: readonly Pick<AskedWorker, 'number' | 'isListening' | 'state'>[]): string[] {
  const listening = workers.filter(({ isListening }) => isListening);
  if (listening.length === 0) return ['workers: none listens'];
  return listening.flatMap(({ number, state }) =>
    state ? state.reasons.map((reason) => `worker ${number}: ${reason}`) : [`worker ${number}: gives no answer`],
  );
}
