import type { Breach } from '../breach.ts';
import type { HistoryRecord } from '../records.ts';
import { readSettingsInForce } from '../settings-in-force.ts';
import { readMove, type Story } from '../story.ts';

/**
 * The admission rule that laws 1 and 5 speak of, from the other side: nobody is let in while it says no (mode, stock, pace),
 * nobody joins a closed line, no more orders are taken than there is stock. Judged where the settings in force are known for
 * certain. An operator may let somebody in out of turn and pace.
 */
export function checkAdmissionRule(history: readonly HistoryRecord[], { entries }: Story): Breach[] {
  const inForce = readSettingsInForce(history);
  const found = new Map<string, Breach>();
  const note = (kind: string, words: string, events: readonly number[]) => {
    if (!found.has(kind)) found.set(kind, { law: 'rule', words, events });
  };
  const booked = new Set<string>();
  let orders = 0;
  /** Upper bound of the pace tokens left. */
  let pace: { perMinute: number; tokens: number; atMs: number } | undefined;

  for (const { at, record } of entries) {
    const move = readMove(record);
    if (!move) continue;
    const known = inForce(at);
    const settings = known?.kind === 'known' ? known.settings : undefined;
    const events = known ? [known.at, at] : [at];
    const mode = settings?.admissions ?? 'open';
    const stock = Number(settings?.ticketStock ?? 0);
    for (const [id] of record.visitors) {
      if (move.to === 'booked') booked.add(id);
      else booked.delete(id);
    }
    if (record.type === 'joined' && mode === 'closed') {
      note('closed', `change ${record.seq} lets somebody join while admissions are closed`, events);
    }
    if (record.type === 'confirmed') {
      orders += record.visitors.length;
      if (settings && stock > 0 && orders > stock) {
        note('stock', `change ${record.seq} makes ${orders} orders of ${stock} tickets`, events);
      }
    }
    if (record.type !== 'admitted') continue;
    const isOperator = record.by === 'operator';
    if (settings && mode !== 'open' && !(isOperator && mode === 'paused')) {
      note('mode', `change ${record.seq} lets somebody in while admissions are ${mode}`, events);
    }
    if (settings && stock > 0 && orders + booked.size > stock) {
      note(
        'places',
        `change ${record.seq} lets somebody in: ${orders} orders and ${booked.size} places for ${stock} tickets`,
        events,
      );
    }
    const perMinute = Number(settings?.newBookingsPerMinute ?? 0);
    if (!settings || perMinute === 0) {
      pace = undefined;
      continue;
    }
    const capacity = Math.max(1, perMinute / 60);
    if (pace?.perMinute !== perMinute) pace = { perMinute, tokens: capacity, atMs: record.atMs };
    const refilled = (Math.max(0, record.atMs - pace.atMs) * perMinute) / 60_000;
    const tokens: number = Math.min(capacity, pace.tokens + refilled) - record.visitors.length;
    if (tokens < -0.1 && !isOperator) {
      note('pace', `change ${record.seq} lets ${record.visitors.length} in, faster than ${perMinute} a minute`, events);
    }
    pace = { perMinute, tokens: Math.max(tokens, -1), atMs: record.atMs };
  }
  return [...found.values()];
}
