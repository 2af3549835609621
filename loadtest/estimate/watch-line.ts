import { setTimeout as sleep } from 'node:timers/promises';
import { type Change, parseChange } from '@fairline/shared/redis/changes.ts';
import type { LineStore } from '@fairline/shared/stores/line/store.ts';
import type { Redis } from 'ioredis';
import { countLineMoves } from '../../services/waiting-room/line/line-copy.ts';
import type { RecordingLine } from './recordings.ts';
import type { MoveEvent } from './sale.ts';

const lookMs = 500;
const blockMs = 500;
const kinds = ['joined', 'left', 'passed'] as const;

/**
 * Writes down what a waiting-room could see of a line, from now until `signal` aborts: numbers and moments, nothing of
 * anybody. What happens within a second is one event of each kind. `onChange` hears of everything at once.
 */
export async function watchLine({
  redis,
  line,
  readWishes,
  signal,
  onChange,
}: {
  /** A connection of its own, as it blocks. */
  redis: Redis;
  line: Pick<LineStore, 'keys' | 'readProgress'>;
  /** What the operators want now. */
  readWishes(): Promise<{ isPaused: boolean; places: number }>;
  signal: AbortSignal;
  onChange?: (change: Change) => void;
}): Promise<RecordingLine[]> {
  const { nowMs: beginMs } = await line.readProgress();
  const bySecond = new Map<number, Record<MoveEvent['kind'], number[]>>();
  const steps: RecordingLine[] = [];

  async function watchSteps(): Promise<void> {
    let wasOnHold = false;
    let placesBefore: number | undefined;
    while (!signal.aborted) {
      const [{ gate, nowMs }, { isPaused, places }] = await Promise.all([line.readProgress(), readWishes()]);
      const isOnHold = isPaused || !gate.isOpen;
      const atMs = nowMs - beginMs;
      if (isOnHold !== wasOnHold) steps.push({ atMs, kind: isOnHold ? 'hold' : 'go' });
      if (placesBefore !== undefined && places !== placesBefore) steps.push({ atMs, kind: 'change' });
      wasOnHold = isOnHold;
      placesBefore = places;
      await sleep(lookMs, undefined, { signal }).catch(() => {});
    }
  }

  async function watchMoves(): Promise<void> {
    let position = `${beginMs}-0`;
    while (!signal.aborted) {
      const reply = await redis.xread('COUNT', 500, 'BLOCK', blockMs, 'STREAMS', line.keys.changes, position);
      for (const [streamId, flat] of reply?.[0]?.[1] ?? []) {
        position = streamId;
        const change = parseChange(streamId, flat);
        if (!change) continue;
        note(change);
        onChange?.(change);
      }
    }
  }

  function note(change: Change): void {
    const { passed, left } = countLineMoves(change);
    const kind = change.type === 'joined' ? 'joined' : passed > 0 ? 'passed' : left > 0 ? 'left' : undefined;
    if (!kind) return;
    const second = Math.floor((change.atMs - beginMs) / 1000);
    const moves = bySecond.get(second) ?? { joined: [], left: [], passed: [] };
    moves[kind].push(...change.visitors.map((visitor) => visitor.number));
    bySecond.set(second, moves);
  }

  await Promise.all([watchSteps(), watchMoves()]);
  const moves = [...bySecond].flatMap(([second, numbers]) =>
    kinds.flatMap((kind) => (numbers[kind].length > 0 ? [{ atMs: second * 1000, kind, numbers: numbers[kind] }] : [])),
  );
  return [...steps, ...moves].sort((one, other) => one.atMs - other.atMs);
}
