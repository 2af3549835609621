import type { Settings } from '@fairline/shared/contracts/settings.ts';
import type { SettingsEffect } from '../contract/settings.ts';

type Counts = { waiting: number; booked: number; confirmed: number };

/** What going from one set of values to another means for people, as far as it can be known. */
export function decideEffects(before: Settings, after: Settings, counts: Counts): SettingsEffect[] {
  const { waiting, booked, confirmed } = counts;
  const effects: SettingsEffect[] = [];
  const isOpen = after.admissions === 'open';

  if (after.admissions !== before.admissions) {
    if (isOpen) effects.push({ code: 'admissionsResume', waiting });
    else effects.push({ code: 'nobodyAdmitted', waiting });
    if (after.admissions === 'closed') effects.push({ code: 'joinsRefused' });
  }
  if (after.maxBooking !== before.maxBooking) {
    const now = Math.min(waiting, freePlaces(after, counts));
    const more = now - Math.min(waiting, freePlaces(before, counts));
    if (after.maxBooking < booked) effects.push({ code: 'overLimit', visitors: booked - after.maxBooking });
    else if (more > 0 && isOpen) effects.push({ code: 'admitsNow', visitors: more });
  }
  if (after.newBookingsPerMinute !== before.newBookingsPerMinute && after.newBookingsPerMinute > 0) {
    effects.push({ code: 'pace', waiting, waitSec: Math.ceil((waiting * 60) / after.newBookingsPerMinute) });
  }
  if (after.ticketStock !== before.ticketStock) {
    const isSoldOut = ({ ticketStock }: Settings) => ticketStock > 0 && confirmed >= ticketStock;
    if (isSoldOut(after)) effects.push({ code: 'soldOut', waiting });
    else if (isSoldOut(before)) {
      effects.push({ code: 'stockGoesOn', orders: after.ticketStock === 0 ? 0 : after.ticketStock - confirmed });
    }
  }
  if (after.maxQueue !== before.maxQueue && after.maxQueue > 0 && waiting >= after.maxQueue) {
    effects.push({ code: 'lineFull', waiting });
  }
  if (after.trafficControl !== before.trafficControl) {
    const codes = { on: 'limitsKept', watch: 'limitsWatched', off: 'limitsOff' } as const;
    effects.push({ code: codes[after.trafficControl] });
  }
  if (after.message !== before.message) {
    effects.push({ code: after.message === '' ? 'messageRemoved' : 'messageShown', waiting });
  }
  return effects;
}

function freePlaces({ maxBooking, ticketStock }: Settings, { booked, confirmed }: Counts): number {
  const byStock = ticketStock > 0 ? ticketStock - confirmed - booked : Number.POSITIVE_INFINITY;
  return Math.max(0, Math.min(maxBooking - booked, byStock));
}
