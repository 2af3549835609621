import type { Breach } from '../breach.ts';
import { lineOf, readMove, type Story } from '../story.ts';

/**
 * Law 3: whoever is admitted from a line has the lowest number of all who wait in it. An operator who lets somebody in before
 * their turn says so in the entry. Those aside have no turn: they are late.
 */
export function checkFifo({ entries }: Story): Breach[] {
  /** Of each line: number → the entry that brought it there. Numbers rise as they come, so the first is the lowest. */
  const waiting = { public: new Map<number, number>(), vip: new Map<number, number>() };
  const last = { public: { number: 0, at: 0 }, vip: { number: 0, at: 0 } };
  for (const { at, record } of entries) {
    const move = readMove(record);
    if (!move) continue;
    for (const [id, number] of record.visitors) {
      const line = waiting[lineOf(number)];
      const joinedAt = line.get(number);
      if (move.from === 'line') line.delete(number);
      if (move.to === 'line') line.set(number, at);
      if (record.type !== 'admitted' || record.from !== 'line' || record.by === 'operator') continue;
      const first = line.entries().next().value;
      if (first && first[0] < number) {
        const words = `change ${record.seq} admits ${id} with ${number} before ${first[0]}, who waits`;
        return [{ law: 3, words, events: [first[1], ...(joinedAt === undefined ? [] : [joinedAt]), at] }];
      }
      const before = last[lineOf(number)];
      if (number <= before.number) {
        const words = `change ${record.seq} admits ${id} with ${number} after ${before.number}`;
        return [{ law: 3, words, events: [before.at, at] }];
      }
      last[lineOf(number)] = { number, at };
    }
  }
  return [];
}
