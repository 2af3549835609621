import { readdir, readFile } from 'node:fs/promises';
import type { Sale, SaleEvent } from './sale.ts';

const folder = new URL('./recordings/', import.meta.url);
const kinds = new Set(['joined', 'passed', 'left', 'hold', 'go']);

/** The recorded sales, by the name of their file. Throws on a line that is not of the form, with its place. */
export async function readRecordings(): Promise<Sale[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.jsonl')).sort();
  return Promise.all(
    files.map(async (file) =>
      parseRecording(file.replace('.jsonl', ''), await readFile(new URL(file, folder), 'utf8')),
    ),
  );
}

type Line = { atMs: number; kind: string; ranges?: [number, number][] };

/** One JSON object a line: `atMs` since the begin, `kind`, and `ranges` of numbers, first and last of each. */
export function parseRecording(name: string, text: string): Sale {
  const lines = text.split('\n').filter((line) => line !== '');
  const events = lines.map((line, index): SaleEvent => {
    const { atMs, kind, ranges = [] } = JSON.parse(line) as Line;
    if (!Number.isFinite(atMs) || !kinds.has(kind)) throw new Error(`${name}, line ${index + 1}: not of the form`);
    if (kind === 'hold' || kind === 'go') return { atMs, kind };
    const numbers = ranges.flatMap(([first, last]) =>
      Array.from({ length: last - first + 1 }, (_, step) => first + step),
    );
    return { atMs, kind: kind as 'joined' | 'passed' | 'left', numbers };
  });
  return { name, events, newBookingsPerMinute: 0, changesAtMs: [] };
}

export function formatRecordingLine(event: SaleEvent): string {
  if (!('numbers' in event)) return `${JSON.stringify(event)}\n`;
  const ranges: [number, number][] = [];
  for (const number of event.numbers.toSorted((one, other) => one - other)) {
    const last = ranges.at(-1);
    if (last && last[1] + 1 === number) last[1] = number;
    else ranges.push([number, number]);
  }
  return `${JSON.stringify({ atMs: event.atMs, kind: event.kind, ranges })}\n`;
}
