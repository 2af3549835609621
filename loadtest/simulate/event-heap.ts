export type TimedEvent = { atMs: number; run(): void };

/** What is to happen, earliest first; events of the same moment in the order they were added. */
export function createEventHeap() {
  const heap: (TimedEvent & { turn: number })[] = [];
  let turns = 0;

  function isBefore(a: number, b: number): boolean {
    const first = heap[a];
    const second = heap[b];
    if (!first || !second) return first !== undefined;
    return first.atMs < second.atMs || (first.atMs === second.atMs && first.turn < second.turn);
  }

  function swap(a: number, b: number): void {
    const first = heap[a];
    const second = heap[b];
    if (!first || !second) return;
    heap[a] = second;
    heap[b] = first;
  }

  return {
    add(atMs: number, run: () => void): void {
      turns += 1;
      heap.push({ atMs, run, turn: turns });
      let index = heap.length - 1;
      while (index > 0) {
        const parent = (index - 1) >> 1;
        if (!isBefore(index, parent)) break;
        swap(index, parent);
        index = parent;
      }
    },
    /** Takes the earliest out; undefined when nothing is left. */
    take(): TimedEvent | undefined {
      const first = heap[0];
      const last = heap.pop();
      if (!first || !last || heap.length === 0) return first;
      heap[0] = last;
      for (let index = 0; ; ) {
        const left = 2 * index + 1;
        const child = isBefore(left + 1, left) ? left + 1 : left;
        if (child >= heap.length || !isBefore(child, index)) return first;
        swap(index, child);
        index = child;
      }
    },
  };
}

export type EventHeap = ReturnType<typeof createEventHeap>;
