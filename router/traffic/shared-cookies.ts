import { createBoundedCache } from '../bounded-cache.ts';

const placesPerGeneration = 20_000;
/** A network that a booked visitor came from is told again after this part of the time for which it counts. */
const repeatShare = 0.4;
const maxPendingPlaces = 10_000;

export type CookiePlace = { visitorId: string; network: string };

export type SharedCookiesParts = {
  /** 0: any number. */
  maxInFlight: number;
  /** For so long a network counts. */
  addressWindowMs: number;
  /** More are in flight here than one person's browser sends; once each time that it begins. */
  onManyInFlight(visitorId: string, inFlight: number): void;
  nowMs: () => number;
};

/** Watches booked cookies for signs that many use one: requests in flight at once, and networks they come from. */
export function createSharedCookies(parts: SharedCookiesParts) {
  const { maxInFlight, addressWindowMs, onManyInFlight, nowMs } = parts;
  const inFlight = new Map<string, number>();
  const lastTold = createBoundedCache<string, number>(placesPerGeneration);
  let pending: CookiePlace[] = [];

  return {
    /** A request of a booked visitor; `end` it once, when it is over. */
    begin(visitorId: string, network: string): void {
      const count = (inFlight.get(visitorId) ?? 0) + 1;
      inFlight.set(visitorId, count);
      if (maxInFlight > 0 && count === maxInFlight + 1) onManyInFlight(visitorId, count);
      const place = `${visitorId} ${network}`;
      const atMs = nowMs();
      if (atMs - (lastTold.get(place) ?? Number.NEGATIVE_INFINITY) < addressWindowMs * repeatShare) return;
      if (pending.length >= maxPendingPlaces) return;
      lastTold.set(place, atMs);
      pending.push({ visitorId, network });
    },

    end(visitorId: string): void {
      const count = (inFlight.get(visitorId) ?? 1) - 1;
      if (count > 0) inFlight.set(visitorId, count);
      else inFlight.delete(visitorId);
    },

    /** Visitors with several requests in flight here at this moment, those with the most first, at most so many. */
    readInFlight(limit: number): [visitorId: string, count: number][] {
      const several = [...inFlight].filter(([, count]) => count > 1);
      return several.sort(([, one], [, other]) => other - one).slice(0, limit);
    },

    /** Where booked visitors came from, not told yet. */
    takePlaces(): CookiePlace[] {
      const taken = pending;
      pending = [];
      return taken;
    },
  };
}

export type SharedCookies = ReturnType<typeof createSharedCookies>;
