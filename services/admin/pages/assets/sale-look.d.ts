import type { LiveSnapshot } from '../../contract/overview.ts';

export type Look = 'good' | 'warn' | 'bad';

export function describeSale(snapshot: Pick<LiveSnapshot, 'gate' | 'admissions' | 'isSoldOut'>): {
  key: 'open' | 'paused' | 'closed' | 'shut' | 'soldOut' | 'stale';
  look: Look;
};

export function describeGate(gate: LiveSnapshot['gate']): { key: 'open' | 'shut' | 'stale'; look: Look };
