import { createOwnView } from '../balancing/own-view.ts';
import { emptyUpstreamSet, type Upstream, type UpstreamSet } from '../balancing/upstream-set.ts';

/** An instance of booking that has proven itself long ago. */
export function makeUpstream(id: string, fields: Partial<Upstream> = {}): Upstream {
  const own = { ...createOwnView(-1_000_000), isOnProbation: false };
  return {
    id,
    room: 'booking',
    url: `http://${id}`,
    capacity: 10,
    othersInFlight: 0,
    isSuspect: false,
    own,
    ...fields,
  };
}

export function bookingSet(...upstreams: Upstream[]): UpstreamSet {
  return { ...emptyUpstreamSet, booking: upstreams };
}
