/** A request that an instance has and has not begun to answer. It is in one list at most. */
export type Unanswered = {
  /** Asks for the same elsewhere; true when that was done. Called until then while the instance is silent. */
  moveOn?: (() => boolean) | undefined;
  /** Where it stands in its list, which alone writes it. */
  slot?: number;
};

/**
 * Those that wait for one instance, in no order. Not a Set: one that gets and loses members all the time makes itself a new
 * table again and again, each known to the one before. Once a table is old, V8's collector of young objects keeps all
 * that follow it, with every request in them, until the next collection of everything.
 */
export class UnansweredList implements Iterable<Unanswered> {
  readonly #requests: Unanswered[] = [];

  get size(): number {
    return this.#requests.length;
  }

  /** One that is in no list. */
  add(request: Unanswered): void {
    request.slot = this.#requests.push(request) - 1;
  }

  /** Does nothing for one that was taken out before. */
  delete(request: Unanswered): void {
    const { slot = -1 } = request;
    if (slot === -1) return;
    request.slot = -1;
    const last = this.#requests.pop();
    if (last === undefined || last === request) return;
    this.#requests[slot] = last;
    last.slot = slot;
  }

  [Symbol.iterator](): Iterator<Unanswered> {
    return this.#requests.values();
  }
}
