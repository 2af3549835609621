import type { VisitorStatus, VisitorStatusWord } from '@fairline/shared/contracts/visitor-status.ts';
import { isVipNumber } from '@fairline/shared/stores/line/numbers.ts';

/** What the line promises to everybody who waits, as far as it can be seen from outside. */
export const promises = {
  number: 'a number never changes',
  once: 'no number is told to two visitors',
  joinOrder: 'who comes later has a higher number',
  position: 'a position never rises',
  overtaking: 'nobody overtakes',
  transition: 'a place is not lost, and a turn ends only for a reason',
  confirm: 'who is let in can order',
  cookieless: 'who keeps no cookie gets no place',
} as const;
export type PromiseName = keyof typeof promises;

export type Finding = { promise: PromiseName; visitor: number; atMs: number; what: string };

/** One answer that told a visitor where they stand; times in ms of the rehearsal. */
export type Telling = {
  visitor: number;
  told: VisitorStatus;
  /** When this visitor first asked to join. */
  joinSentAtMs: number;
  receivedAtMs: number;
};

type Seen = {
  told: VisitorStatus;
  atMs: number;
  number: number | null;
  lowest: { position: number; updatedAtMs: number } | undefined;
};

/** A waiting-room's copy of the line may be so far behind another's, or behind the line itself. */
const copyAgeMs = 2_000;
const overtakingMs = 5_000;
/** Whoever was silent for so long may have been passed over, with the number kept. */
const absentMs = 60_000;
const mostFindingsKept = 50;
const inLine: readonly VisitorStatusWord[] = ['waiting', 'paused', 'closed', 'soldOut'];
const gone: readonly VisitorStatusWord[] = ['none', 'left', 'expired', 'full'];

/**
 * Holds what visitors were told against what they are promised. Order is judged carefully: only what no delay of a poll or
 * of a copy can explain counts as broken. Several looks at one fault of one visitor count once.
 */
export function createPromiseWatch() {
  const seen = new Map<number, Seen>();
  const findings: Finding[] = [];
  const counts: Partial<Record<PromiseName, number>> = {};
  const reported = new Set<string>();
  const ownerOf = new Map<number, number>();
  /** Rising steps: from these moments on the highest number of the public line that was known to be drawn, or let in. */
  const drawn: Step[] = [];
  const admitted: Step[] = [];
  let newestUpdatedAtMs = Number.NEGATIVE_INFINITY;

  function report(promise: PromiseName, visitor: number, atMs: number, what: string): void {
    const key = `${promise} ${visitor}`;
    if (reported.has(key)) return;
    reported.add(key);
    counts[promise] = (counts[promise] ?? 0) + 1;
    if (findings.length < mostFindingsKept) findings.push({ promise, visitor, atMs, what });
  }

  function judgeNumber({ visitor, told, receivedAtMs, joinSentAtMs }: Telling, before: Seen | undefined): void {
    const { number } = told;
    if (number === null) return;
    const isMoved = before?.number != null && before.number !== number;
    // Whoever becomes a VIP while waiting changes the line.
    if (isMoved && isVipNumber(number) === isVipNumber(before.number ?? 0) && !isNewTurn(before, told)) {
      report('number', visitor, receivedAtMs, `${before.number} became ${number}`);
    }
    const owner = ownerOf.get(number);
    if (owner !== undefined && owner !== visitor) {
      report('once', visitor, receivedAtMs, `${number} was told to visitor ${owner} before`);
    }
    ownerOf.set(number, visitor);
    if (before?.number != null || isVipNumber(number)) return;
    const highest = valueAt(drawn, joinSentAtMs);
    if (number <= highest) {
      report('joinOrder', visitor, receivedAtMs, `${number}, though ${highest} was told before this visitor asked`);
    }
    raise(drawn, receivedAtMs, number);
  }

  function judgePosition({ visitor, told, receivedAtMs }: Telling, lowest: Seen['lowest']): Seen['lowest'] {
    if (told.position === null || !inLine.includes(told.status)) return lowest;
    const updatedAtMs = Date.parse(told.updatedAt);
    if (lowest && told.position > lowest.position && updatedAtMs >= lowest.updatedAtMs + copyAgeMs) {
      report('position', visitor, receivedAtMs, `${lowest.position} became ${told.position}`);
    }
    return !lowest || told.position <= lowest.position ? { position: told.position, updatedAtMs } : lowest;
  }

  function judgeOrder({ visitor, told, receivedAtMs }: Telling, before: Seen | undefined): void {
    const { number, status } = told;
    if (number === null || isVipNumber(number)) return;
    if (status === 'booked') {
      if (before?.told.status !== 'booked') raise(admitted, newestUpdatedAtMs, number);
      return;
    }
    const isAbsent = before !== undefined && receivedAtMs - before.atMs > absentMs;
    if (!inLine.includes(status) || isAbsent) return;
    const highest = valueAt(admitted, Date.parse(told.updatedAt) - overtakingMs);
    if (number < highest) report('overtaking', visitor, receivedAtMs, `${number} waits, though ${highest} was let in`);
  }

  function judgeTransition({ visitor, told, receivedAtMs }: Telling, before: Seen | undefined): void {
    if (!before) return;
    const [from, to] = [before.told.status, told.status];
    const hadPlace = from === 'booked' || (before.told.number !== null && inLine.includes(from));
    const isLost = hadPlace && (gone.includes(to) || (inLine.includes(to) && told.number === null));
    const isTakenBack = (from === 'booked' && inLine.includes(to)) || (from === 'confirmed' && to !== 'confirmed');
    const isSkipped = to === 'confirmed' && inLine.includes(from);
    if (isLost || isTakenBack || isSkipped) report('transition', visitor, receivedAtMs, `${from} became ${to}`);
  }

  return {
    note(telling: Telling): void {
      const { visitor, told, receivedAtMs } = telling;
      const before = seen.get(visitor);
      newestUpdatedAtMs = Math.max(newestUpdatedAtMs, Date.parse(told.updatedAt));
      judgeNumber(telling, before);
      judgeOrder(telling, before);
      judgeTransition(telling, before);
      const lowest = judgePosition(telling, before && isNewTurn(before, told) ? undefined : before?.lowest);
      seen.set(visitor, { told, atMs: receivedAtMs, number: told.number ?? before?.number ?? null, lowest });
    },
    /** For what is seen elsewhere than in a status. */
    report,
    read: () => ({ counts: { ...counts }, findings: [...findings] }),
  };
}

export type PromiseReport = ReturnType<ReturnType<typeof createPromiseWatch>['read']>;

function isNewTurn({ told }: Seen, next: VisitorStatus): boolean {
  return ['left', 'expired', 'revoked'].includes(told.status) && inLine.includes(next.status);
}

type Step = { fromMs: number; highest: number };

function raise(steps: Step[], fromMs: number, value: number): void {
  const last = steps.at(-1);
  if (!last || value > last.highest) steps.push({ fromMs, highest: value });
}

/** The last step that had begun by then; 0 before the first. */
function valueAt(steps: readonly Step[], atMs: number): number {
  let [low, high] = [0, steps.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((steps[middle]?.fromMs ?? 0) <= atMs) low = middle + 1;
    else high = middle;
  }
  return steps[low - 1]?.highest ?? 0;
}
