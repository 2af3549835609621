import type { AttemptRecord } from './attempt-record.ts';
import type { ForwardOutcome } from './forward.ts';

export type MovableAttempt = {
  sent: Promise<ForwardOutcome>;
  record: AttemptRecord;
  /** Asks elsewhere if that can be done; undefined when this request must not be sent twice. */
  moveOn: (() => boolean) | undefined;
  /** How it ended, also when that is long after it was moved. */
  onEnd(outcome: ForwardOutcome): void;
};

/**
 * Settles with the outcome of an attempt, or with `elsewhere` as soon as its instance has fallen silent and the request
 * was moved. The instance keeps the old one: what it says to it in the end shows that it is alive, and goes to nobody.
 */
export function awaitAttempt({
  sent,
  record,
  moveOn,
  onEnd,
}: MovableAttempt): Promise<ForwardOutcome | { kind: 'elsewhere' }> {
  return new Promise((resolve, reject) => {
    if (moveOn) {
      record.whenSilent(() => {
        if (!moveOn()) return false;
        resolve({ kind: 'elsewhere' });
        return true;
      });
    }
    sent.then((outcome) => {
      onEnd(outcome);
      resolve(outcome);
    }, reject);
  });
}
