import type { Breach } from '../breach.ts';
import type { HistoryRecord, LookRecord, StateRecord } from '../records.ts';
import { vipBase } from '../story.ts';

/**
 * Law 2 on what Redis held: an id is in exactly one of line, aside and booked, tickets are those of line and aside, the list is
 * as long as its numbers say, each entry at its number, and the dead among them marked. The first breach of each kind.
 */
export function checkOnePlace(history: readonly HistoryRecord[]): Breach[] {
  const found = new Map<string, Breach>();
  const note = (kind: string, words: string, events: readonly number[]) => {
    if (!found.has(kind)) found.set(kind, { law: 2, words, events });
  };
  let look: { at: number; record: LookRecord } | undefined;
  for (const [at, record] of history.entries()) {
    if (record.kind === 'look') {
      look = { at, record };
      const { head = 0, tail = 0 } = record.counters;
      if (record.listLength !== tail - head) {
        note('length', `the list has ${record.listLength} entries, tail ${tail} - head ${head} is ${tail - head}`, [
          at,
        ]);
      }
    } else if (record.kind === 'state' && look) {
      for (const [kind, words] of findInState(record, look.record)) note(kind, words, [look.at, at]);
    }
  }
  return [...found.values()];
}

function* findInState(state: StateRecord, { counters }: LookRecord): Generator<[kind: string, words: string]> {
  const homes = {
    line: state.queued,
    aside: Object.keys(state.aside),
    booked: state.booked,
    confirmed: state.confirmed,
  };
  const where = new Map<string, string>();
  for (const [home, ids] of Object.entries(homes)) {
    for (const id of ids) {
      const other = where.get(id);
      if (other) yield ['two homes', `${id} is in ${other} and in ${home}`];
      where.set(id, home);
    }
  }
  for (const [id, home] of where) {
    const isWaiting = home === 'line' || home === 'aside';
    if (isWaiting && state.tickets[id] === undefined) yield ['no ticket', `${id} is in ${home} and has no ticket`];
  }
  for (const [id, number] of Object.entries(state.tickets)) {
    const home = where.get(id) ?? 'none of the keys';
    if (home !== 'line' && home !== 'aside') yield ['ticket', `${id} has ticket ${number} and is in ${home}`];
    const aside = state.aside[id];
    if (aside !== undefined && aside !== number)
      yield ['aside', `${id} has ticket ${number} and is aside with ${aside}`];
  }
  for (const id of state.returned) {
    if (state.aside[id] === undefined) yield ['returned', `${id} is back from aside but not aside`];
  }
  const leases = new Set(state.leases);
  for (const id of state.booked) if (!leases.has(id)) yield ['no lease', `${id} holds a place that has no end`];
  const booked = new Set(state.booked);
  for (const id of state.leases) if (!booked.has(id)) yield ['lease', `${id} has the end of a place and no place`];

  const alive = new Set<string>();
  const queued = new Set(state.queued);
  const lines = [
    { list: state.list, head: counters.head ?? 0, base: 0, gone: state.gone },
    { list: state.vipList, head: counters.vipHead ?? 0, base: vipBase, gone: state.vipGone },
  ];
  for (const { list, head, base, gone } of lines) {
    const bits = Buffer.from(gone, 'base64');
    for (const [index, id] of list.entries()) {
      const own = head + index + 1;
      const isAlive = queued.has(id) && state.tickets[id] === base + own;
      if (isAlive) alive.add(id);
      const isGone = ((bits[own >> 3] ?? 0) & (0x80 >> (own & 7))) !== 0;
      if (isAlive === isGone) {
        yield [
          'gone',
          `number ${base + own} (${id}) is ${isAlive ? 'in the line but' : 'dead but not'} marked as gone`,
        ];
      }
    }
  }
  for (const id of state.queued) {
    if (!alive.has(id)) yield ['list', `${id} waits with ${state.tickets[id]}, but the list does not have it there`];
  }
}
