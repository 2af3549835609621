import type { Breach } from '../breach.ts';
import type { HistoryRecord } from '../records.ts';
import { readHighest, readSettingsInForce } from '../settings-in-force.ts';
import { readMove, type Story } from '../story.ts';

/** Law 1: after no admission do more visitors hold a place than the good settings allow. Lowering them evicts nobody. */
export function checkCapacity(history: readonly HistoryRecord[], { entries }: Story): Breach[] {
  const inForce = readSettingsInForce(history);
  /** Who holds a place, and the entry that gave it. */
  const held = new Map<string, number>();
  for (const { at, record } of entries) {
    const move = readMove(record);
    if (!move) continue;
    for (const [id] of record.visitors) {
      if (move.to === 'booked') held.set(id, record.type === 'admitted' ? at : (held.get(id) ?? at));
      else held.delete(id);
    }
    const settings = record.type === 'admitted' ? inForce(at) : undefined;
    if (!settings) continue;
    const most = readHighest(settings, 'maxBooking', 3);
    if (held.size > most) {
      const words = `change ${record.seq} makes ${held.size} visitors hold a place, ${most} are allowed`;
      return [{ law: 1, words, events: [...held.values(), at, settings.at] }];
    }
  }
  return [];
}
