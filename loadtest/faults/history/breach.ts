import type { HistoryRecord } from './records.ts';

/** `rule`: the one admission rule, which laws 1 and 5 speak of. */
export type Law = 1 | 2 | 3 | 4 | 5 | 6 | 'rule';

/** A law that does not hold, and the fewest records of the history that show it, by their places in it. */
export type Breach = { law: Law; words: string; events: readonly number[] };

/** The shortest first: what is easiest to understand. */
export function sortBreaches(breaches: readonly Breach[]): Breach[] {
  return breaches.toSorted(
    (a, b) => a.events.length - b.events.length || (a.events.at(-1) ?? 0) - (b.events.at(-1) ?? 0),
  );
}

/** A breach for people: what is wrong, then its events in the order they happened, in ms from the first. */
export function describeBreach({ law, words, events }: Breach, history: readonly HistoryRecord[]): string {
  const shown = [...new Set(events)]
    .toSorted((a, b) => a - b)
    .flatMap((at) => {
      const record = history[at];
      return record ? [{ at, record }] : [];
    });
  const startMs = Math.min(...shown.map(({ record }) => record.atMs));
  const lines = shown.map(({ at, record }) => {
    const ms = String(Math.round(record.atMs - startMs)).padStart(7);
    return `${ms} ms  ${describeRecord(record, history)}  (line ${at + 1})`;
  });
  const name = law === 'rule' ? 'the admission rule' : `law ${law}`;
  return [`${name}: ${words}`, ...lines.map((line) => `  ${line}`)].join('\n');
}

function describeRecord(record: HistoryRecord, history: readonly HistoryRecord[]): string {
  switch (record.kind) {
    case 'run':
      return `run ${record.name}, seed ${record.seed}`;
    case 'asked': {
      const more = record.values ? ` ${JSON.stringify(record.values)}` : '';
      return `${record.visitor || 'an operator'} asks: ${record.what}${record.ticket ? `, with ticket ${record.ticket}` : ''}${more}`;
    }
    case 'answered': {
      const asked = history.find((other) => other.kind === 'asked' && other.call === record.call);
      const who =
        asked?.kind === 'asked' ? `${asked.visitor || 'an operator'} is answered (${asked.what})` : 'an answer';
      const number = record.number ? `, number ${record.number}` : '';
      const order = record.order ? `, order ${record.order.slice(0, 60)}` : '';
      return `${who}: ${record.code || record.failure} ${record.status ?? ''}${number}${order}`;
    }
    case 'change': {
      const who = record.visitors.slice(0, 6).map(([id, number]) => `${id} (${number})`);
      const rest = record.visitors.length > 6 ? ` and ${record.visitors.length - 6} more` : '';
      const from = record.from ? ` from ${record.from}` : '';
      return `change ${record.seq}: ${record.type}${from} ${who.join(', ')}${rest}${record.by ? ` by ${record.by}` : ''}`;
    }
    case 'look': {
      const { booked, queued, aside, returned, confirmed, listLength, settings, gate, counters, lock } = record;
      const { head = 0, tail = 0, seq = 0 } = counters;
      const gateWords = gate.open === '1' ? 'open' : 'shut';
      return (
        `Redis: ${booked} booked of ${settings.maxBooking}, ${queued} in line, ${aside} aside (${returned} back), ` +
        `${confirmed} confirmed, list ${listLength}, head ${head}, tail ${tail}, seq ${seq}, gate ${gateWords}, ` +
        `${settings.admissions}, ${lock ? `led by ${lock.slice(0, 8)}` : 'nobody leads'}`
      );
    }
    case 'state':
      return `Redis in full at change ${record.seq}: ${record.booked.length} booked, ${record.queued.length} in line`;
    case 'epoch':
      return `a new epoch: ${record.lost} changes after ${record.keptStreamId} are gone`;
    case 'late':
      return `the machine was busy elsewhere: a timer was ${record.lateMs} ms late`;
    case 'fault':
      return `fault "${record.name}" ${record.phase === 'begin' ? 'begins' : 'ends'}`;
  }
}
