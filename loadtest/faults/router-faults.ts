import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultSite, Slot } from './fault-site.ts';
import type { FaultTimes } from './judge-fault.ts';

/** What a fault needs of the run. */
export type FaultRun = {
  site: FaultSite;
  gateways: number;
  /** Ms since the start of the load. */
  nowMs(): number;
};

type Done = Omit<FaultTimes, 'name'>;
export type Fault = { name: string; run(run: FaultRun): Promise<Done> };

/** Longer than the visitors' patience, so that whatever hangs is seen as an error. */
const hungMs = 12_000;
/** Beyond the shortest time for which a sick instance is left out, 30 s. */
const backAfterErrorsMs = 33_000;
const errorsPerGatewayWhenHung = 5;

const slotAt = (site: FaultSite, index: number): Slot => {
  const slot = site.slots[index];
  if (!slot) throw new Error(`the site has no slot ${index}`);
  return slot;
};

export const routerFaults: readonly Fault[] = [
  {
    name: 'kill -9',
    async run({ site, nowMs }) {
      const slot = slotAt(site, 0);
      const sickIds = [slot.process.id];
      const startMs = nowMs();
      await slot.process.end('SIGKILL');
      await sleep(5000);
      await site.replace(slot);
      const healMs = nowMs();
      await sleep(9000);
      return { startMs, healMs, endMs: nowMs(), sickIds, backIds: [slot.process.id], maxErrors: 0 };
    },
  },
  {
    name: 'hung (SIGSTOP)',
    async run({ site, gateways, nowMs }) {
      const slot = slotAt(site, 1);
      const ids = [slot.process.id];
      const startMs = nowMs();
      await slot.process.end('SIGSTOP');
      await sleep(hungMs);
      await slot.process.end('SIGCONT');
      const healMs = nowMs();
      await sleep(8000);
      const maxErrors = errorsPerGatewayWhenHung * gateways;
      return { startMs, healMs, endMs: nowMs(), sickIds: ids, backIds: ids, maxErrors };
    },
  },
  {
    name: 'answers 500',
    async run({ site, nowMs }) {
      const slot = slotAt(site, 3);
      const ids = [slot.process.id];
      const startMs = nowMs();
      site.order(slot, { status: 500 });
      await sleep(5000);
      site.order(slot, {});
      const healMs = nowMs();
      await sleep(backAfterErrorsMs);
      return { startMs, healMs, endMs: nowMs(), sickIds: ids, backIds: ids, maxErrors: 0 };
    },
  },
  {
    name: '10 times slower',
    async run({ site, nowMs }) {
      const slot = slotAt(site, 3);
      const ids = [slot.process.id];
      const startMs = nowMs();
      site.order(slot, { slowFactor: 10 });
      await sleep(10_000);
      site.order(slot, {});
      const healMs = nowMs();
      await sleep(6000);
      return { startMs, healMs, endMs: nowMs(), sickIds: ids, backIds: ids, maxErrors: 0, isSlow: true };
    },
  },
  {
    name: 'restarted one by one',
    async run({ site, nowMs }) {
      const startMs = nowMs();
      for (const slot of site.slots) {
        await slot.process.end('SIGTERM');
        await site.replace(slot);
        await sleep(1000);
      }
      const healMs = nowMs();
      await sleep(4000);
      const backIds = site.slots.map(({ process }) => process.id);
      return { startMs, healMs, endMs: nowMs(), sickIds: [], backIds, maxErrors: 0 };
    },
  },
];
