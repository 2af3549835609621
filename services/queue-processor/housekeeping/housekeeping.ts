import type { Clock } from '@fairline/shared/clock.ts';
import type { Settings } from '@fairline/shared/contracts/settings.ts';
import type { createInstanceStore } from '@fairline/shared/stores/instances/store.ts';
import type { LineStore } from '@fairline/shared/stores/line/store.ts';
import type { createVisitorStore } from '@fairline/shared/stores/visitors/store.ts';

/** Outcomes that one call looks at, visitors that one call forgets. */
const perCall = 500;
/** Pause between two rounds over everything: what is trimmed is older than minutes, ten seconds more do no harm. */
const roundEveryMs = 10_000;

export type Housekeeping = {
  /**
   * One small step: a page of outcomes (which also trims the changes by age), and about every 10 s the index of active
   * visitors and the instance map. `isMore` = a round is under way, the next step goes on with it.
   */
  step(token: string): Promise<{ kind: 'done'; isMore: boolean } | { kind: 'notLeader' }>;
};

export function createHousekeeping({
  line,
  visitors,
  instances,
  readSettings,
  readNowMs,
  clock,
}: {
  line: Pick<LineStore, 'trim'>;
  visitors: Pick<ReturnType<typeof createVisitorStore>, 'trim'>;
  instances: Pick<ReturnType<typeof createInstanceStore>, 'trim'>;
  readSettings: () => Settings;
  /** Redis time, which the visits were stamped with. */
  readNowMs: () => number;
  clock: Clock;
}): Housekeeping {
  let cursor = '0';
  let isUnderWay = false;
  let begunAtMs = -Infinity;
  return {
    async step(token) {
      if (!isUnderWay && clock.monotonicMs() - begunAtMs < roundEveryMs) return { kind: 'done', isMore: false };
      if (!isUnderWay) {
        isUnderWay = true;
        begunAtMs = clock.monotonicMs();
        cursor = '0';
        await instances.trim();
      }
      const trimmed = await line.trim({ token, cursor, limit: perCall });
      if (trimmed.kind === 'notLeader') {
        isUnderWay = false;
        return { kind: 'notLeader' };
      }
      cursor = trimmed.cursor;
      const beforeMs = readNowMs() - readSettings().visitorTTLMinutes * 60_000;
      const forgotten = await visitors.trim(beforeMs, perCall);
      isUnderWay = cursor !== '0' || forgotten >= perCall;
      return { kind: 'done', isMore: isUnderWay };
    },
  };
}
