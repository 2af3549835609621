const slotMs = 0.5;

/** What is due when, for a hundred thousand at once: adding and taking cost the same however many wait. */
export function createAgenda<T>() {
  const slots = new Map<number, { atMs: number; item: T }[]>();
  let next = 0;
  return {
    /** A time that has passed is due at the next look. */
    add(atMs: number, item: T): void {
      const slot = Math.max(next, Math.floor(atMs / slotMs));
      const entries = slots.get(slot);
      if (entries) entries.push({ atMs, item });
      else slots.set(slot, [{ atMs, item }]);
    },

    /** Everything due by now, by time to within half a ms; that late at most, never early. */
    *take(nowMs: number): Generator<{ atMs: number; item: T }> {
      const last = Math.floor(nowMs / slotMs) - 1;
      while (next <= last) {
        const slot = next;
        next += 1;
        const entries = slots.get(slot);
        slots.delete(slot);
        if (entries) yield* entries;
      }
    },
  };
}
