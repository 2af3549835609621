import { type Priority, priorities } from '@fairline/shared/contracts/routing-rules.ts';

export type Waiting = {
  readonly priority: Priority;
  /** Requests of one kind find room in the same places: when one of them finds none, the others need not look. */
  readonly kind: string;
  readonly sinceMs: number;
};

/**
 * Requests that wait for room at an instance: those of high priority first, within a priority in the order of coming.
 * Bounded: when it is full, somebody of a lower priority has to give way, the latest first, or the newcomer is refused.
 */
export function createWaitingList<T extends Waiting>() {
  const byPriority: Record<Priority, T[]> = { high: [], normal: [], low: [] };
  const size = () => byPriority.high.length + byPriority.normal.length + byPriority.low.length;

  function pickLoser(than: Priority): T | undefined {
    for (const priority of [...priorities].reverse()) {
      if (priority === than) return undefined;
      const last = byPriority[priority].pop();
      if (last) return last;
    }
    return undefined;
  }

  return {
    size,

    /** `refused` is who does not wait (any longer): the entry itself, one that had to give way for it, or nobody. */
    add(entry: T, maxSize: number): { refused: T | undefined } {
      const loser = size() < maxSize ? undefined : pickLoser(entry.priority);
      if (size() >= maxSize) return { refused: entry };
      byPriority[entry.priority].push(entry);
      return { refused: loser };
    },

    remove(entry: T): boolean {
      const list = byPriority[entry.priority];
      const index = list.indexOf(entry);
      if (index === -1) return false;
      list.splice(index, 1);
      return true;
    },

    /** Offers a place to everybody in turn; those for whom `place` returns true leave the list. */
    serve(place: (entry: T) => boolean): void {
      const hopeless = new Set<string>();
      for (const priority of priorities) {
        const list = byPriority[priority];
        if (list.length === 0) continue;
        byPriority[priority] = list.filter((entry) => {
          const kind = `${priority} ${entry.kind}`;
          if (hopeless.has(kind)) return true;
          if (place(entry)) return false;
          hopeless.add(kind);
          return true;
        });
      }
    },

    /** Takes out those who came before `beforeMs`. */
    takeOlder(beforeMs: number): T[] {
      const taken: T[] = [];
      for (const priority of priorities) {
        const list = byPriority[priority];
        const kept = list.findIndex(({ sinceMs }) => sinceMs >= beforeMs);
        taken.push(...list.splice(0, kept === -1 ? list.length : kept));
      }
      return taken;
    },
  };
}
