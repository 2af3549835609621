import type { Random } from './random.ts';
import { runLine } from './run-line.ts';
import type { Sale } from './sale.ts';

const saleSec = 2400;

/** Kinds of sales, each with what makes it hard to tell how long the wait is. */
export const saleKinds = {
  steady: 'places free up one by one: people take their time to buy; some sales have a limit of admissions a minute',
  bursty: 'places free up in groups: orders pile up before a slow payment and end at once, or people come in groups',
  stalls: 'nobody is admitted for one to three minutes, announced (paused) or not, then all goes on',
  'rate changes': 'at some moment the line moves 1.5 to 2.5 times as fast or as slowly as before',
} as const;

export type SaleKind = keyof typeof saleKinds;

/** A sale of forty minutes in which people always wait. */
export function makeUpSale(kind: SaleKind, random: Random): Sale {
  const places = Math.round(random.logBetween(40, 800));
  const meanHoldSec = random.between(50, 200);
  const perSec = places / meanHoldSec;
  const leavePerSec = random.chance(0.3) ? 0 : random.logBetween(0.000_03, 0.000_5);
  const line = { perSec, leavePerSec, saleSec, random };

  if (kind === 'steady' && random.chance(0.3)) {
    const perMinute = Math.round(perSec * 60);
    const paced = everySoOften(60 / perMinute);
    return { ...runLine({ ...line, passes: paced }), name: kind, newBookingsPerMinute: perMinute, changesAtMs: [] };
  }
  const freed = freePlaces({ places, meanHoldSec, random });
  if (kind === 'steady') return { ...runLine({ ...line, passes: freed }), ...named(kind) };
  if (kind === 'bursty') {
    const passes = random.chance(0.5)
      ? pileUp(freed, random.between(4, 15), random)
      : comeInGroups({ perSec, gapSec: random.between(1, 3), random });
    return { ...runLine({ ...line, passes }), ...named(kind) };
  }

  const changeSec = random.between(500, 900);
  if (kind === 'rate changes') {
    const factor = random.chance(0.5) ? random.between(1.5, 2.5) : 1 / random.between(1.5, 2.5);
    const passes = bendTime(freed, [{ fromSec: changeSec, speed: factor }]);
    // Places that were added are taken at once.
    const added = factor > 1 && random.chance(0.5) ? Math.round(places * (factor - 1)) : 0;
    for (let count = 0; count < added; count++) passes.push(changeSec);
    return { ...runLine({ ...line, passes }), ...named(kind, [changeSec]) };
  }
  const endSec = changeSec + random.between(60, 180);
  const passes = bendTime(freed, [
    { fromSec: changeSec, speed: 0 },
    { fromSec: endSec, speed: 1 },
  ]);
  const hold = random.chance(0.3) ? { fromSec: changeSec, toSec: endSec } : undefined;
  return { ...runLine({ ...line, passes, ...(hold && { hold }) }), ...named(kind, [changeSec, endSec]) };
}

function named(name: SaleKind, changesSec: readonly number[] = []) {
  return { name, newBookingsPerMinute: 0, changesAtMs: changesSec.map((sec) => sec * 1000) };
}

/** Each place is held for a while, then by the next. It has gone on for long when the sale is first looked at. */
function freePlaces({
  places,
  meanHoldSec,
  random,
}: {
  places: number;
  meanHoldSec: number;
  random: Random;
}): number[] {
  const freed: number[] = [];
  for (let place = 0; place < places; place++) {
    let sec = -6 * meanHoldSec * (1 + random.uniform());
    while (sec < 3 * saleSec) {
      sec += random.logNormal(meanHoldSec, 0.6);
      if (sec >= 0) freed.push(sec);
    }
  }
  return freed.sort((one, other) => one - other);
}

function everySoOften(gapSec: number): number[] {
  return Array.from({ length: Math.floor(saleSec / gapSec) }, (_, index) => index * gapSec);
}

/** What ends in a gap ends at the end of the gap. */
function pileUp(moments: readonly number[], gapSec: number, random: Random): number[] {
  let end = random.exponential(gapSec);
  return moments.map((sec) => {
    while (end < sec) end += random.exponential(gapSec);
    return end;
  });
}

/** Groups of random sizes at random moments. */
function comeInGroups({ perSec, gapSec, random }: { perSec: number; gapSec: number; random: Random }): number[] {
  const moments: number[] = [];
  for (let sec = 0; sec < saleSec; sec += random.exponential(gapSec)) {
    const size = Math.round(random.exponential(perSec * gapSec));
    for (let count = 0; count < size; count++) moments.push(sec);
  }
  return moments;
}

/** Lets the same happen faster or slower from given moments on; speed 0 stops everything. */
function bendTime(moments: readonly number[], bends: readonly { fromSec: number; speed: number }[]): number[] {
  let bent = moments.filter((sec) => sec < (bends[0]?.fromSec ?? Number.POSITIVE_INFINITY));
  let used = bends[0]?.fromSec ?? 0;
  for (const [index, { fromSec, speed }] of bends.entries()) {
    const toSec = bends[index + 1]?.fromSec ?? saleSec;
    const until = used + (toSec - fromSec) * speed;
    const from = used;
    bent = bent.concat(
      moments.filter((sec) => sec >= from && sec < until).map((sec) => fromSec + (sec - from) / speed),
    );
    used = until;
  }
  return bent;
}
