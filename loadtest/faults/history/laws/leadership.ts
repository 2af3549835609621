import type { Breach } from '../breach.ts';
import type { HistoryRecord } from '../records.ts';

/**
 * A leader that was replaced is refused: no call with a token is done after the lock held another one, since a token gets it but
 * once. The first breach.
 */
export function checkLeadership(history: readonly HistoryRecord[]): Breach[] {
  const asked = new Map<number, number>();
  for (const [at, record] of history.entries()) {
    if (record.kind === 'asked' && record.what === 'lead') asked.set(record.call, at);
    if (record.kind !== 'answered' || record.status !== 'done') continue;
    const askedAt = asked.get(record.call);
    const question = askedAt === undefined ? undefined : history[askedAt];
    if (askedAt === undefined || question?.kind !== 'asked') continue;
    const before = history.slice(0, askedAt).findLastIndex(({ kind }) => kind === 'look');
    const first = history[before];
    if (first?.kind !== 'look' || first.lock === '' || first.lock === question.visitor) continue;
    const leadsLater = history.some(
      (each, place) => place > before && each.kind === 'look' && each.lock === question.visitor,
    );
    if (!leadsLater) {
      const words = 'a leader that was replaced is not refused';
      return [{ law: 'rule', words, events: [before, askedAt, at] }];
    }
  }
  return [];
}
