import type { Settings } from '@fairline/shared/contracts/settings.ts';
import type { VisitorStatus } from '@fairline/shared/contracts/visitor-status.ts';
import { isVipNumber, type LineName } from '@fairline/shared/stores/line/numbers.ts';
import type { LineHistories } from '../line/admission-history.ts';
import type { LineCopy, LineView } from '../line/line-copy.ts';
import type { Place } from '../line/places.ts';
import { estimateWait } from './estimate.ts';
import { decidePace, type LineRecord, type Pace } from './pace.ts';
import { decideRefreshInterval } from './refresh-interval.ts';
import { describeStatus, isInLine } from './visitor-status.ts';

export type StatusTeller = {
  tell(place: Place): VisitorStatus;
};

/** Puts a visitor's place and this process's copy of the line together. No call to Redis. */
export function createStatusTeller({
  copy,
  histories,
  settings,
  nowMs,
  random,
}: {
  copy: LineCopy;
  histories: LineHistories;
  settings(): Settings;
  /** Redis time. */
  nowMs(): number;
  /** 0..1 */
  random(): number;
}): StatusTeller {
  const decided: Partial<Record<LineName, { record: LineRecord; pace: Pace | null }>> = {};

  /** Decided once for each record, as everyone who waits asks for it. */
  function readPace(line: LineName): Pace | null {
    const record = histories[line].read(nowMs());
    const before = decided[line];
    if (before?.record === record) return before.pace;
    const pace = decidePace(record);
    decided[line] = { record, pace };
    return pace;
  }

  function positionOf(place: Place): number | null {
    if (place.kind === 'waiting') return copy.position(place.number);
    return place.kind === 'aside' ? place.rank : null;
  }

  return {
    tell(place) {
      const view = copy.view();
      const current = settings();
      const position = positionOf(place);
      const line = 'number' in place && isVipNumber(place.number) ? 'vip' : 'public';
      const pace = position === null ? null : readPace(line);
      return describeStatus({
        place,
        settings: current,
        orders: view?.confirmed ?? 0,
        position,
        waiting: view ? countWaiting(view, line) : null,
        lines: view && isInLine(place) ? describeLines(view, line, current.vipSharePercent) : undefined,
        estimate:
          position !== null && pace && view?.isGateOpen
            ? estimateWait({ position, pace, newBookingsPerMinute: current.newBookingsPerMinute })
            : null,
        refreshAfterSeconds: decideRefreshInterval(position, random()),
        asOfMs: view?.asOfMs ?? nowMs(),
      });
    },
  };
}

/** Of the own line, with those aside. */
function countWaiting({ queued, aside, vip }: LineView, line: LineName): number {
  const vips = vip.queued + vip.aside;
  return line === 'vip' ? vips : queued + aside - vips;
}

/** Nothing while there is only one line. */
function describeLines(view: LineView, own: LineName, vipSharePercent: number): VisitorStatus['lines'] {
  return vipSharePercent > 0 || view.vip.queued > 0 || own === 'vip' ? { own, vipSharePercent } : undefined;
}
