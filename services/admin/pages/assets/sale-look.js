/**
 * What the sale does right now, in one word, and how alarming that is. Whatever keeps people out comes first, in the order
 * in which an operator has to deal with it.
 */
export function describeSale({ gate, admissions, isSoldOut }) {
  if (gate.isStale) return { key: 'stale', look: 'bad' };
  if (admissions === 'closed') return { key: 'closed', look: 'bad' };
  if (admissions === 'paused') return { key: 'paused', look: 'warn' };
  if (!gate.isOpen) return { key: 'shut', look: 'warn' };
  if (isSoldOut) return { key: 'soldOut', look: 'warn' };
  return { key: 'open', look: 'good' };
}

/** The gate by itself: the leader's word that the site can take more. */
export function describeGate({ isOpen, isStale }) {
  if (isStale) return { key: 'stale', look: 'bad' };
  return isOpen ? { key: 'open', look: 'good' } : { key: 'shut', look: 'warn' };
}
