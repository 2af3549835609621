import type { Logger } from '@fairline/shared/logger.ts';

/** How often to look, in ms: a disk that was full is seen to be so for a second at least. */
export const fileWatchEveryMs = 500;

export type FileWatch = { step(): Promise<void> };

/**
 * Has Redis write its append-only file anew once it could not write to it for a while. What Redis 7 cannot write whole it takes
 * back, but in a file that was begun by a rewrite it goes on behind the gap: zeros stay in the middle, and the next start refuses
 * the file. Every process watches, the leader acts.
 */
export function createFileWatch({
  isWritable,
  isLeading,
  rewriteFile,
  logger,
}: {
  /** Whether the last write to the file went well, as Redis says; also while there is no file. */
  isWritable: () => Promise<boolean>;
  isLeading: () => boolean;
  rewriteFile: () => Promise<void>;
  logger: Logger;
}): FileWatch {
  let wasRefused = false;
  return {
    async step() {
      if (!(await isWritable())) {
        if (!wasRefused) logger.error('Redis cannot write its append-only file: is the disk full?');
        wasRefused = true;
      } else if (wasRefused && isLeading()) {
        try {
          await rewriteFile();
          wasRefused = false;
          logger.info('Redis can write again, its append-only file is written anew');
        } catch (error) {
          // One that is under way may have begun before the gap: again with the next step.
          if (error instanceof Error && error.message.includes('in progress')) return;
          wasRefused = false;
          logger.warn(
            { err: error },
            'the append-only file is not written anew: have it done before Redis starts again',
          );
        }
      }
    },
  };
}
