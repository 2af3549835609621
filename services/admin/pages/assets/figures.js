import { fill } from './format.js';

/** The figures at the top, in words: what the server shows first and the script keeps up to date. */
export function listFigures({ counts, wait, settings }, words, format) {
  const inForce = (name) => Number(settings.fields[name]?.inForce ?? 0);
  const [places, stock, pace] = [inForce('maxBooking'), inForce('ticketStock'), inForce('newBookingsPerMinute')];
  const { number, duration } = format;
  return [
    { name: 'activeVisitors', value: number(counts.activeVisitors), note: suspects(counts, words, number) },
    {
      name: 'waiting',
      value: number(counts.waiting),
      note: counts.aside > 0 ? fill(words.aside, { n: number(counts.aside) }) : '',
    },
    {
      name: 'booked',
      value: number(counts.booked),
      note: fill(words.places, { n: number(places) }),
      ratio: share(counts.booked, places),
    },
    {
      name: 'confirmed',
      value: number(counts.confirmed),
      note: stock > 0 ? fill(words.stock, { n: number(stock) }) : words.noStock,
      ratio: stock > 0 ? share(counts.confirmed, stock) : null,
    },
    {
      name: 'admissionsPerMinute',
      value: number(counts.admissionsPerMinute),
      note: pace > 0 ? fill(words.limit, { n: number(pace) }) : words.noLimit,
    },
    {
      name: 'wait',
      value: duration(wait.expectedSec),
      note:
        wait.measuredSec === null ? words.waitUnmeasured : fill(words.waitMeasured, { t: duration(wait.measuredSec) }),
    },
  ].map((figure) => ({ ratio: null, ...figure }));
}

function share(part, whole) {
  return whole > 0 ? Math.min(1, part / whole) : null;
}

function suspects({ suspects, blocked }, words, number) {
  return [
    suspects > 0 && fill(words.suspects, { n: number(suspects) }),
    blocked > 0 && fill(words.blocked, { n: number(blocked) }),
  ]
    .filter(Boolean)
    .join(' · ');
}
