import type { LiveSnapshot } from '../../contract/overview.ts';
import type { Format } from './format.js';

export type FigureWords = Readonly<
  Record<
    | 'aside'
    | 'places'
    | 'stock'
    | 'noStock'
    | 'limit'
    | 'noLimit'
    | 'waitMeasured'
    | 'waitUnmeasured'
    | 'suspects'
    | 'blocked',
    string
  >
>;

export type FigureName = 'activeVisitors' | 'waiting' | 'booked' | 'confirmed' | 'admissionsPerMinute' | 'wait';

/** `ratio` of 0..1 for a bar; null for none. */
export type Figure = { name: FigureName; value: string; note: string; ratio: number | null };

export function listFigures(
  snapshot: Pick<LiveSnapshot, 'counts' | 'wait' | 'settings'>,
  words: FigureWords,
  format: Format,
): Figure[];
