/** One process of a room that this launcher runs. */
export type OwnInstance = {
  name: string;
  /** On its way out: it finishes what it has. */
  isLeaving: boolean;
  /** As the instance map says; an operator who disabled it has a reason. */
  isReady: boolean;
  isDisabled: boolean;
  inFlight: number;
};

export type StepsInput = {
  desired: number;
  /** In the order of their start. */
  own: readonly OwnInstance[];
  /** Instances of the room that others run and that take requests. */
  others: number;
};

export type Steps = {
  /** How many to start. */
  start: number;
  /** Name of the one to drain; the next one when it has ended. */
  drain: string | undefined;
};

/** Whatever is wished, this launcher runs no more processes of a room than that. */
export const maxOwn = 64;

/**
 * What brings a room to the number of instances that is wanted. Missing ones are started together. Of too many one is
 * drained at a time: one that is not ready yet, else the one with the fewest requests in hand, of equals the youngest.
 * Those that an operator disabled count as not there and are left alone; the last one that is ready stays.
 */
export function decideSteps({ desired, own, others }: StepsInput): Steps {
  const active = own.filter(({ isLeaving, isDisabled }) => !isLeaving && !isDisabled);
  const excess = active.length + others - desired;
  if (excess < 0) return { start: Math.min(-excess, Math.max(0, maxOwn - own.length)), drain: undefined };
  if (excess === 0 || own.some(({ isLeaving }) => isLeaving)) return { start: 0, drain: undefined };
  const ready = active.filter(({ isReady }) => isReady);
  const candidates = active.filter(({ isReady }) => !isReady || ready.length + others > 1);
  const [first] = candidates
    .map((instance, order) => ({ ...instance, order }))
    .sort((a, b) => Number(a.isReady) - Number(b.isReady) || a.inFlight - b.inFlight || b.order - a.order);
  return { start: 0, drain: first?.name };
}

/** The lowest number that no process of the room has. */
export function pickName(kind: string, taken: readonly string[]): string {
  let number = 1;
  while (taken.includes(`${kind}-${number}`)) number += 1;
  return `${kind}-${number}`;
}
