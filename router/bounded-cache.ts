/**
 * A map that forgets: two generations, the older one dropped when the younger is full. What is used stays, at most
 * `2 × maxPerGeneration` entries are kept, and no operation costs more than two look-ups.
 */
export function createBoundedCache<K, V>(maxPerGeneration: number) {
  let young = new Map<K, V>();
  let old = new Map<K, V>();

  function set(key: K, value: V): void {
    if (young.size >= maxPerGeneration && !young.has(key)) {
      old = young;
      young = new Map();
    }
    young.set(key, value);
  }

  return {
    get(key: K): V | undefined {
      const value = young.get(key);
      if (value !== undefined) return value;
      const older = old.get(key);
      if (older !== undefined) set(key, older);
      return older;
    },
    set,
    size: () => young.size + old.size,
  };
}
