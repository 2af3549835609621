import type { HistoryRecord } from '../history/records.ts';

/** What a failover took, as far as clients can tell. */
export type Losses = {
  /** Orders told with 200. */
  acknowledged: number;
  /** Of these, visitors whose order the survivor does not hold. */
  acknowledgedLost: number;
  /** Confirms answered `CONFIRM_NOT_SAFE`. */
  notSafe: number;
  /** Of the visitors answered so, those who were told an order later. */
  notSafeThenTold: number;
  /** Visitors who were told two different orders. */
  changedOrders: number;
  /** Entries of the stream of changes that the survivor did not know: joins, admissions and so on that did not happen. */
  changesLost: number;
  /** Joins among them. */
  joinsLost: number;
};

/** Reads a whole history; its last state says what the survivor holds. */
export function judgeLosses(history: readonly HistoryRecord[]): Losses {
  const asked = new Map<number, string>();
  const orders = new Map<string, Set<string>>();
  const unsafe = new Set<string>();
  let notSafe = 0;
  let acknowledged = 0;
  let held = new Set<string>();
  const entries: { streamId: string; type: string }[] = [];
  let changesLost = 0;
  let joinsLost = 0;
  for (const record of history) {
    if (record.kind === 'asked' && record.what === 'confirm') asked.set(record.call, record.visitor);
    if (record.kind === 'answered') {
      const visitor = asked.get(record.call);
      if (visitor === undefined) continue;
      if (record.code === 200 && record.status === 'confirmed') {
        acknowledged += 1;
        orders.set(visitor, (orders.get(visitor) ?? new Set()).add(record.order ?? ''));
      }
      if (record.status === 'CONFIRM_NOT_SAFE') {
        notSafe += 1;
        unsafe.add(visitor);
      }
    }
    if (record.kind === 'state') held = new Set(record.confirmed);
    if (record.kind === 'change') entries.push({ streamId: record.streamId, type: record.type });
    if (record.kind === 'epoch') {
      const lost = record.lost === 0 ? [] : entries.splice(-record.lost);
      changesLost += lost.length;
      joinsLost += lost.filter(({ type }) => type === 'joined').length;
    }
  }
  const told = [...orders.keys()];
  return {
    acknowledged,
    acknowledgedLost: told.filter((visitor) => !held.has(visitor)).length,
    notSafe,
    notSafeThenTold: [...unsafe].filter((visitor) => orders.has(visitor)).length,
    changedOrders: [...orders.values()].filter((different) => different.size > 1).length,
    changesLost,
    joinsLost,
  };
}
