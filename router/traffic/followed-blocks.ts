import type { Clock } from '@fairline/shared/clock.ts';
import type { Logger } from '@fairline/shared/logger.ts';
import { runLoop } from '@fairline/shared/loop.ts';
import { type BlockStore, maxListedBlocks } from '@fairline/shared/stores/blocks/store.ts';
import { formatTarget } from '@fairline/shared/stores/blocks/target.ts';
import type { FollowedCopy } from '../admission/booked-follower.ts';
import type { BlockCopy } from './block-copy.ts';

/** Blocks made for another event, and by hand, are noticed within this time. */
const lookIntervalMs = 400;

export type FollowBlocksParts = {
  copy: BlockCopy;
  /** For the looks. */
  store: Pick<BlockStore, 'list' | 'readMark'>;
  /** The same on the connection that reads the changes, which is the one to load with before they are followed. */
  changesStore: Pick<BlockStore, 'list' | 'readMark'>;
  /** What is in force has changed: whoever is blocked now must not go on with what they have open. */
  onChanged(): void;
  clock: Clock;
  signal: AbortSignal;
  logger: Logger;
};

/**
 * Keeps the copy of the blocks current: by the changes of the own event at once, and by a look at the mark of all blocks,
 * which costs Redis two small reads, for what happens elsewhere.
 */
export function followBlocks(parts: FollowBlocksParts): FollowedCopy & { stopped: Promise<void> } {
  const { copy, store, changesStore, onChanged, clock, signal, logger } = parts;
  let seenMark: string | undefined;

  async function load(from: FollowBlocksParts['store']): Promise<void> {
    // The mark first: a change in between is then noticed by the next look.
    const mark = await from.readMark();
    const { blocks } = await from.list({ limit: maxListedBlocks });
    copy.replace(
      blocks.flatMap(({ kind, value, untilMs, isAutomatic }) => {
        const target = formatTarget({ kind, value });
        return target ? [[target, { untilMs, isAutomatic }] as const] : [];
      }),
    );
    seenMark = mark;
    onChanged();
  }

  const loop = runLoop({
    name: 'look at the blocks',
    intervalMs: lookIntervalMs,
    clock,
    signal,
    logger,
    async step() {
      if ((await store.readMark()) !== seenMark) await load(store);
    },
  });

  return {
    load: () => load(changesStore),
    apply({ type, fields }) {
      if (type !== 'blocked' || fields.target === undefined) return;
      const untilMs = Number(fields.until ?? 0);
      copy.set(fields.target, untilMs > 0 ? { untilMs, isAutomatic: fields.automatic === '1' } : undefined);
      onChanged();
    },
    stopped: loop.stopped,
  };
}
