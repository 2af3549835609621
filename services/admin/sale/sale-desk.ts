import type { JourneyStore } from '@fairline/shared/stores/journeys/store.ts';
import type { LineStore } from '@fairline/shared/stores/line/store.ts';
import type { BeginOutcome, SaleStore } from '@fairline/shared/stores/sales/store.ts';
import type { SettingsStore } from '@fairline/shared/stores/settings/store.ts';
import type { VisitorStore } from '@fairline/shared/stores/visitors/store.ts';
import type { SaleAnswer } from '../contract/console.ts';
import type { Audit } from '../operators/audit.ts';

export type SaleOutcome = Exclude<BeginOutcome, { kind: 'begun' }> | { kind: 'wrongName' } | BeginOutcome;

export type SaleDesk = {
  /** What a new sale would end, and the sales that are kept. */
  look(): Promise<SaleAnswer>;
  /** `event` is what was typed, `epoch` what was looked at. */
  begin(input: { who: string; event: string; epoch: number; endPlaces: boolean }): Promise<SaleOutcome>;
  /** Drops what is kept of a sale, when its number was typed again. */
  drop(input: { who: string; sale: number; typed: string }): Promise<{ kind: 'dropped' | 'unknown' | 'wrongName' }>;
};

export function createSaleDesk({
  event,
  sales,
  line,
  settings,
  visitors,
  journeys,
  flushTurns,
  noteChange,
}: {
  event: string;
  sales: Pick<SaleStore, 'list' | 'begin' | 'drop' | 'find'>;
  line: Pick<LineStore, 'readProgress'>;
  settings: Pick<SettingsStore, 'readGood'>;
  visitors: Pick<VisitorStore, 'countSeen'>;
  journeys: Pick<JourneyStore, 'count'>;
  /** Writes what this process has not yet written of the turns. */
  flushTurns(): Promise<void>;
  noteChange: Audit;
}): SaleDesk {
  return {
    async look() {
      const [progress, good, archives, noted] = await Promise.all([
        line.readProgress(),
        settings.readGood(),
        sales.list(),
        journeys.count(),
      ]);
      return {
        event,
        epoch: progress.epoch,
        isPossible: good.admissions === 'closed',
        waiting: progress.queued + progress.aside,
        aside: progress.aside,
        booked: progress.booked,
        confirmed: progress.orders,
        journeys: noted,
        archives,
      };
    },

    async begin({ who, event: typed, epoch, endPlaces }) {
      if (typed !== event) return { kind: 'wrongName' };
      await flushTurns();
      const outcome = await sales.begin({ who, epoch, endPlaces, seen: await visitors.countSeen() });
      if (outcome.kind !== 'begun') return outcome;
      const ended = await sales.find(outcome.sale);
      await noteChange({
        ...{ who, what: 'sale', subject: String(outcome.sale) },
        before: {
          epoch: String(epoch),
          confirmed: String(ended?.confirmed ?? ''),
          waiting: String(ended?.waiting ?? ''),
        },
        after: { epoch: String(outcome.epoch), placesEnded: String(ended?.booked ?? '') },
      });
      return outcome;
    },

    async drop({ who, sale, typed }) {
      const ended = await sales.find(sale);
      if (!ended) return { kind: 'unknown' };
      if (typed !== String(sale)) return { kind: 'wrongName' };
      await sales.drop(sale);
      const before = { confirmed: String(ended.confirmed), joined: String(ended.joined) };
      await noteChange({ who, what: 'archive', subject: String(sale), before, after: {} });
      return { kind: 'dropped' };
    },
  };
}
