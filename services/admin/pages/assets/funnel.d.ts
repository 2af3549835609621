import type { Funnel } from '../../contract/funnel.ts';
import type { Format } from './format.js';

export type FunnelWords = Readonly<Record<'ofThose' | 'took' | 'after', string>>;

export type FunnelStep = {
  name: 'visited' | 'joined' | 'admitted' | 'confirmed';
  value: string;
  /** 0..1 of the biggest step. */
  ratio: number;
  note: string;
};

export type DropOff = { name: 'waiting' | 'booked'; left: string; expired: string; revoked: string; time: string };

export function describeFunnel(
  funnel: Funnel,
  words: FunnelWords,
  format: Format,
): { steps: readonly FunnelStep[]; dropOffs: readonly DropOff[] };
