import { type Breach, sortBreaches } from './breach.ts';
import { checkAdmissionRule } from './laws/admission-rule.ts';
import { checkAnnounced } from './laws/announced.ts';
import { checkCapacity } from './laws/capacity.ts';
import { checkEarlyQueueing } from './laws/early-queueing.ts';
import { checkFifo } from './laws/fifo.ts';
import { checkLeadership } from './laws/leadership.ts';
import { checkOnePlace } from './laws/one-place.ts';
import { checkTold } from './laws/told.ts';
import { checkTotals } from './laws/totals.ts';
import type { HistoryRecord } from './records.ts';
import { tellStory } from './story.ts';

/** Decides laws 1 to 6 and the admission rule from a history alone. No breach: they hold. The easiest to understand first. */
export function checkLaws(history: readonly HistoryRecord[]): Breach[] {
  const story = tellStory(history);
  return sortBreaches([
    ...checkCapacity(history, story),
    ...checkOnePlace(history),
    ...checkFifo(story),
    ...checkTotals(history),
    ...checkTold(history, story),
    ...checkEarlyQueueing(history, story),
    ...checkAnnounced(history),
    ...checkAdmissionRule(history, story),
    ...checkLeadership(history),
  ]);
}
