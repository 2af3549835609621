import { readdir, readFile } from 'node:fs/promises';
import type { Sale, SaleEvent } from './sale.ts';

export const recordingsFolder = new URL('./recordings/', import.meta.url);
/** A shorter stop is a hiccup, not a change. */
const leastHoldMs = 3000;
/** Events are told by the second, stops as soon as they are seen. */
const openingMs = 2000;
const kinds = new Set(['joined', 'passed', 'left', 'hold', 'go', 'change']);

/** `change`: the operators did something that changes the pace of the line. */
export type RecordingLine = SaleEvent | { atMs: number; kind: 'change' };

/** The recorded sales, by the name of their file. Throws on a line that is not of the form, with its place. */
export async function readRecordings(): Promise<Sale[]> {
  const files = (await readdir(recordingsFolder)).filter((file) => file.endsWith('.jsonl')).sort();
  return Promise.all(
    files.map(async (file) =>
      parseRecording(file.replace('.jsonl', ''), await readFile(new URL(file, recordingsFolder), 'utf8')),
    ),
  );
}

type Line = { atMs: number; kind: string; ranges?: [number, number][] };

/** One JSON object a line: `atMs` since the begin, `kind`, and `ranges` of numbers, first and last of each. */
export function parseRecording(name: string, text: string): Sale {
  const lines = text.split('\n').filter((line) => line !== '');
  const read = lines.map((line, index): RecordingLine => {
    const { atMs, kind, ranges = [] } = JSON.parse(line) as Line;
    if (!Number.isFinite(atMs) || !kinds.has(kind)) throw new Error(`${name}, line ${index + 1}: not of the form`);
    if (kind === 'hold' || kind === 'go' || kind === 'change') return { atMs, kind };
    const numbers = ranges.flatMap(([first, last]) =>
      Array.from({ length: last - first + 1 }, (_, step) => first + step),
    );
    return { atMs, kind: kind as 'joined' | 'passed' | 'left', numbers };
  });
  const events = read.filter((line) => line.kind !== 'change');
  const stops = findStops(events);
  const firstPassMs = events.find(({ kind }) => kind === 'passed')?.atMs ?? 0;
  const later = [...read.filter(({ kind }) => kind === 'change'), ...stops].filter(
    ({ atMs }) => atMs > firstPassMs + openingMs,
  );
  // No estimate foresees what an operator does later: where there is such a thing, the opening of the sale is no change.
  const changesAtMs = (later.length > 0 ? later : stops).map(({ atMs }) => atMs).sort((one, other) => one - other);
  return { name, events, newBookingsPerMinute: 0, changesAtMs };
}

/** When the line was stopped for more than a moment, and when it went on. */
function findStops(events: readonly SaleEvent[]): SaleEvent[] {
  const stops: SaleEvent[] = [];
  let hold: SaleEvent | undefined;
  for (const event of events) {
    if (event.kind === 'hold') hold = event;
    else if (event.kind === 'go' && hold && event.atMs - hold.atMs >= leastHoldMs) stops.push(hold, event);
  }
  return stops;
}

export function formatRecordingLine(event: RecordingLine): string {
  if (!('numbers' in event)) return `${JSON.stringify(event)}\n`;
  const ranges: [number, number][] = [];
  for (const number of event.numbers.toSorted((one, other) => one - other)) {
    const last = ranges.at(-1);
    if (last && last[1] + 1 === number) last[1] = number;
    else ranges.push([number, number]);
  }
  return `${JSON.stringify({ atMs: event.atMs, kind: event.kind, ranges })}\n`;
}
