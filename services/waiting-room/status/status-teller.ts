import type { Settings } from '@fairline/shared/contracts/settings.ts';
import type { VisitorStatus } from '@fairline/shared/contracts/visitor-status.ts';
import type { AdmissionHistory } from '../line/admission-history.ts';
import type { LineCopy } from '../line/line-copy.ts';
import type { Place } from '../line/places.ts';
import { estimateWait } from './estimate.ts';
import { decidePace, type LineRecord, type Pace } from './pace.ts';
import { decideRefreshInterval } from './refresh-interval.ts';
import { describeStatus } from './visitor-status.ts';

export type StatusTeller = {
  tell(place: Place): VisitorStatus;
};

/** Puts a visitor's place and this process's copy of the line together. No call to Redis. */
export function createStatusTeller({
  copy,
  history,
  settings,
  nowMs,
  random,
}: {
  copy: LineCopy;
  history: AdmissionHistory;
  settings(): Settings;
  /** Redis time. */
  nowMs(): number;
  /** 0..1 */
  random(): number;
}): StatusTeller {
  let decided: { record: LineRecord; pace: Pace | null } | undefined;

  /** Decided once for each record, as everyone who waits asks for it. */
  function readPace(): Pace | null {
    const record = history.read(nowMs());
    if (decided?.record !== record) decided = { record, pace: decidePace(record) };
    return decided.pace;
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
      const pace = position === null ? null : readPace();
      return describeStatus({
        place,
        settings: current,
        orders: view?.confirmed ?? 0,
        position,
        waiting: view ? view.queued + view.aside : null,
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
