import type { Breach } from '../breach.ts';
import type { HistoryRecord } from '../records.ts';
import { looksOf } from '../story.ts';

/** Law 4, the totals, at every look; the first breach of each. */
export function checkTotals(history: readonly HistoryRecord[]): Breach[] {
  const found = new Map<string, Breach>();
  let before: number | undefined;
  for (const { at, record } of looksOf(history)) {
    const total = (name: string) => record.counters[name] ?? 0;
    const equal = (words: string, left: number, right: number) => {
      if (left === right || found.has(words)) return;
      found.set(words, {
        law: 4,
        words: `${words}: ${left} is not ${right}`,
        events: [...sinceLook(history, before, at), at],
      });
    };
    equal(
      'joined + unclaimed = in line + aside + admitted + leftWaiting + expiredWaiting + revokedWaiting',
      total('joined') + total('unclaimed'),
      record.queued +
        record.aside +
        total('admitted') +
        total('leftWaiting') +
        total('expiredWaiting') +
        total('revokedWaiting'),
    );
    equal(
      'admitted = booked + confirmed + cancelled + expired + revoked + unclaimed',
      total('admitted'),
      record.booked +
        total('confirmed') +
        total('cancelled') +
        total('expired') +
        total('revoked') +
        total('unclaimed'),
    );
    equal('confirmed = orders', total('confirmed'), record.confirmed);
    before = at;
  }
  return [...found.values()];
}

/** The changes between two looks: one of them counted wrongly. */
function sinceLook(history: readonly HistoryRecord[], before: number | undefined, at: number): number[] {
  const from = before ?? 0;
  return history.slice(from, at).flatMap((record, index) => (record.kind === 'change' ? [from + index] : []));
}
