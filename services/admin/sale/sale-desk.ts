import type { AuditStore } from '@fairline/shared/stores/audit/store.ts';
import type { JourneyStore } from '@fairline/shared/stores/journeys/store.ts';
import type { LineStore } from '@fairline/shared/stores/line/store.ts';
import type { BeginOutcome, SaleStore } from '@fairline/shared/stores/sales/store.ts';
import type { SettingsStore } from '@fairline/shared/stores/settings/store.ts';
import type { VisitorStore } from '@fairline/shared/stores/visitors/store.ts';
import type { SaleAnswer, TakenFile } from '../contract/sale.ts';
import { exportName } from '../export/export-name.ts';
import type { Audit } from '../operators/audit.ts';

/** How far back the log is searched for files that were taken. */
const searchedEntries = 200;

/** With what was kept: rows of the files that can be taken of the old sale. */
export type BegunSale = Extract<BeginOutcome, { kind: 'begun' }> & { orders: number; journeys: number };
export type SaleOutcome = Exclude<BeginOutcome, { kind: 'begun' }> | { kind: 'wrongName' } | BegunSale;

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
  audit,
  flushTurns,
  noteChange,
}: {
  event: string;
  sales: Pick<SaleStore, 'list' | 'begin' | 'drop' | 'find'>;
  line: Pick<LineStore, 'readProgress'>;
  settings: Pick<SettingsStore, 'readGood'>;
  visitors: Pick<VisitorStore, 'countSeen'>;
  journeys: Pick<JourneyStore, 'count'>;
  audit: Pick<AuditStore, 'readLatest'>;
  /** Writes what this process has not yet written of the turns. */
  flushTurns(): Promise<void>;
  noteChange: Audit;
}): SaleDesk {
  return {
    async look() {
      const [progress, good, archives, noted, entries] = await Promise.all([
        line.readProgress(),
        settings.readGood(),
        sales.list(),
        journeys.count(),
        audit.readLatest(searchedEntries),
      ]);
      // Whatever was taken before the last new sale, is of another sale.
      const sinceMs = Math.max(0, ...archives.map(({ endedAtMs }) => endedAtMs));
      const takenOf = (kind: 'journeys' | 'orders'): TakenFile | null => {
        const subject = exportName({ event, kind });
        const entry = entries.find(
          ({ what, atMs, ...entry }) => what === 'export' && entry.subject === subject && atMs >= sinceMs,
        );
        return entry ? { atMs: entry.atMs, who: entry.who } : null;
      };
      return {
        event,
        epoch: progress.epoch,
        isPossible: good.admissions === 'closed',
        waiting: progress.queued + progress.aside,
        aside: progress.aside,
        booked: progress.booked,
        confirmed: progress.orders,
        journeys: noted,
        taken: { journeys: takenOf('journeys'), orders: takenOf('orders') },
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
        after: {
          epoch: String(outcome.epoch),
          placesEnded: String(ended?.booked ?? ''),
          archivedKeys: String(outcome.archivedKeys),
          journeys: String(ended?.journeys ?? ''),
        },
      });
      return { ...outcome, orders: ended?.confirmed ?? 0, journeys: ended?.journeys ?? 0 };
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
