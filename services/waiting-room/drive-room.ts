import type { Clock } from '@fairline/shared/clock.ts';
import type { Logger } from '@fairline/shared/logger.ts';
import { runLoop } from '@fairline/shared/loop.ts';
import type { EventKeys } from '@fairline/shared/stores/keys.ts';
import type { SettingsCopy } from '@fairline/shared/stores/settings/copy.ts';
import type { Redis } from 'ioredis';
import type { EventHub } from './events/event-hub.ts';
import type { AdmissionHistory } from './line/admission-history.ts';
import type { LineCopy, LineSource } from './line/line-copy.ts';
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
  history,
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
  source: LineSource;
  /** Of its own, profile `worker`. */
  changesConnection: Redis;
  keys: Pick<EventKeys, 'changes'>;
  copy: LineCopy;
  history: AdmissionHistory;
  settings: Pick<SettingsCopy, 'current' | 'refresh'>;
  hub: EventHub;
  signs: SignsOfLife;
  serverClock: { nowMs(): number };
  clock: Clock;
  signal: AbortSignal;
  logger: Logger;
  onLook(isLost: boolean): void;
}): LineFollower {
  function canMove(isLost: boolean): boolean {
    const view = copy.view();
    const current = settings.current();
    if (isLost || !view) return false;
    return (
      view.isGateOpen &&
      view.queued > 0 &&
      current.admissions === 'open' &&
      current.maxBooking > 0 &&
      !isSoldOut(current, view.confirmed)
    );
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
      if (change.type === 'admitted' && change.from === 'line') {
        history.note(change.visitors.length, serverClock.nowMs());
      }
      if (change.type === 'settings' || change.type === 'message') void takeSettings();
      hub.notice(change);
    },
    onReload: hub.tellEveryoneSoon,
    onLook(isLost) {
      history.tick(serverClock.nowMs(), canMove(isLost));
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
