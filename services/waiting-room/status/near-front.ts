/** Up to this position a visitor is near the front: at 10 admissions a second, less than two minutes away. */
export const frontPosition = 1000;

/** Who is given an event stream: everyone (`all`), or those whose turn comes soon (`front`) while the others poll. */
export type StreamsFor = 'front' | 'all';

/** A position that is not known counts as near: what happens next may be the end of the turn. */
export function canStream(streamsFor: StreamsFor, position: number | null): boolean {
  return streamsFor === 'all' || position === null || position <= frontPosition;
}
