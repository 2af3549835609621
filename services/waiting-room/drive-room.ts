import type { Clock } from '@fairline/shared/clock.ts';
import type { Logger } from '@fairline/shared/logger.ts';
import { runLoop } from '@fairline/shared/loop.ts';
import type { RedisClient } from '@fairline/shared/redis/client.ts';
import type { EventKeys } from '@fairline/shared/stores/keys.ts';
import type { LineProgress, LineStore } from '@fairline/shared/stores/line/store.ts';
import type { SettingsCopy } from '@fairline/shared/stores/settings/copy.ts';
import type { EventHub } from './events/event-hub.ts';
import type { LineHistories } from './line/admission-history.ts';
import { readBackHistory } from './line/history-read-back.ts';
import { countLineMoves, type LineCopy, type LineSource } from './line/line-copy.ts';
import { followLine, type LineFollower } from './line/line-follower.ts';
import type { SignsOfLife } from './line/signs-of-life.ts';
import { isSoldOut } from './status/visitor-status.ts';

const streamTickMs = 250;
const signsFlushMs = 1000;

/** What runs beside the requests: the copy of the line follows Redis, streams are told, signs of life are sent. */
export function driveRoom({
  source,
  changesConnection,
  keys,
  copy,
  histories,
  settings,
  hub,
  signs,
  serverClock,
  clock,
  signal,
  logger,
  onLook,
}: {
  /** Fails fast. */
  source: LineSource & Pick<LineStore, 'readMoves'>;
  /** Of its own, profile `worker`. */
  changesConnection: RedisClient;
  keys: Pick<EventKeys, 'changes'>;
  copy: LineCopy;
  histories: LineHistories;
  settings: Pick<SettingsCopy, 'current' | 'refresh'>;
  hub: EventHub;
  signs: SignsOfLife;
  serverClock: { nowMs(): number };
  clock: Clock;
  signal: AbortSignal;
  logger: Logger;
  onLook(isLost: boolean): void;
}): LineFollower {
  let hasRecalled = false;

  function canMove(isLost: boolean): boolean {
    const view = copy.view();
    const current = settings.current();
    if (isLost || !view) return false;
    return (
      view.isGateOpen && current.admissions === 'open' && current.maxBooking > 0 && !isSoldOut(current, view.confirmed)
    );
  }

  /** Once: what happened while we follow is noted as it comes. */
  async function recall(progress: LineProgress): Promise<void> {
    if (hasRecalled) return;
    hasRecalled = true;
    try {
      await readBackHistory({ store: source, histories, progress });
    } catch (error) {
      logger.warn({ err: error }, 'the last minutes of the line could not be read back, estimates begin anew');
    }
  }

  async function takeSettings(): Promise<void> {
    try {
      await settings.refresh();
    } catch (error) {
      logger.debug({ err: error }, 'settings could not be read at once, the next poll brings them');
    }
    hub.tellEveryoneSoon();
  }

  const follower = followLine({
    source,
    changesConnection,
    keys,
    copy,
    clock,
    signal,
    logger,
    onChange(change) {
      const moves = countLineMoves(change);
      histories.public.note(moves, change.atMs);
      histories.vip.note(moves.vip, change.atMs);
      if (change.type === 'settings' || change.type === 'message') void takeSettings();
      hub.notice(change);
    },
    onReload(progress) {
      hub.tellEveryoneSoon();
      void recall(progress);
    },
    onLook(isLost) {
      const { queued, vip } = copy.view() ?? { queued: 0, vip: { queued: 0 } };
      const isMoving = canMove(isLost);
      for (const [history, waiting] of [
        [histories.public, queued - vip.queued],
        [histories.vip, vip.queued],
      ] as const) {
        history.tick(serverClock.nowMs(), isMoving && waiting > 0, waiting);
      }
      onLook(isLost);
    },
  });
  const streams = runLoop({
    name: 'streams',
    intervalMs: streamTickMs,
    clock,
    signal,
    logger,
    step: () => hub.tick(),
  });
  const signsLoop = runLoop({
    name: 'signs of life',
    intervalMs: signsFlushMs,
    clock,
    signal,
    logger,
    step: () => signs.flush(serverClock.nowMs()),
  });
  const stopped = Promise.all([follower.stopped, streams.stopped, signsLoop.stopped]).then(() => {});
  return { isLost: follower.isLost, stopped };
}
