import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type RoomProcess, type System, startSystem, until } from '@fairline/shared/testing/system.ts';
import type { TestLike } from '@fairline/shared/testing/test-like.ts';
import { wallTimeMs } from '../load/run-load.ts';
import { repositoryFile } from '../report/results.ts';
import type { AskedEvent } from './judge-fault.ts';
import type { SickNote, SickOrder } from './sick-orders.ts';

/** Finds in a page who made it. */
export const labelPattern = 'served-by ([\\w-]+)';

const standInMain = fileURLToPath(new URL('./sick-instance.ts', import.meta.url));
const drainDelayMs = '1000';
/** Until a gateway says so of an instance, it may still have asked it. */
const signsOfAsking = ['an instance failed a request', 'an instance is silent and is left out until it answers'];

/** A place in the site: the instance in it changes when it is restarted. */
export type Slot = { name: string; isStandIn: boolean; ids: string[]; process: RoomProcess };

export type FaultSite = {
  system: System;
  slots: readonly Slot[];
  /** Starts a new process in the slot; settles when it listens. */
  replace(slot: Slot): Promise<void>;
  order(slot: Slot, order: SickOrder): void;
  /** When instances were asked, as the gateways' logs and the stand-in say, in ms of wall time. */
  asked: readonly AskedEvent[];
};

/**
 * A site with all rooms as in production, three real booking instances and a stand-in that can be told to be sick. Each
 * instance sells a concert of its own name, so every page says who made it.
 */
export async function startFaultSite(
  t: TestLike,
  { gateways, places, serviceTimeMs }: { gateways: number; places: number; serviceTimeMs: number },
): Promise<FaultSite> {
  const folder = await mkdtemp(join(tmpdir(), 'fairline-faults-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const catalogue = JSON.parse(
    await readFile(repositoryFile('services/booking/catalogue/concert.json'), 'utf8'),
  ) as object;
  const asked: AskedEvent[] = [];
  const system = await startSystem(t, {
    rooms: { booking: 0, router: 0, 'queue-processor': 1 },
    settings: { maxBooking: String(places), leaseMinutes: '60' },
    env: { SERVICE_TIME_MS: String(serviceTimeMs), DRAIN_DELAY_MS: drainDelayMs },
    onLogLine: (_id, { instance, msg }) => {
      if (instance !== undefined && msg !== undefined && signsOfAsking.includes(msg)) {
        asked.push({ id: instance, atMs: wallTimeMs() });
      }
    },
  });
  let count = 0;

  async function startInstance(isStandIn: boolean): Promise<RoomProcess> {
    count += 1;
    const id = `booking-${count}`;
    const file = join(folder, `${id}.json`);
    const title = { en: `served-by ${id}`, ko: `served-by ${id}` };
    await writeFile(file, JSON.stringify({ ...catalogue, title }));
    const started = await system.start('booking', {
      id,
      env: { CATALOGUE_FILE: file },
      ...(isStandIn ? { main: standInMain } : {}),
    });
    started.child.on('message', (note: SickNote) => {
      for (const atMs of note.atMs) asked.push({ id, atMs });
    });
    return started;
  }

  const slots = await Promise.all(
    [false, false, false, true].map(async (isStandIn, index): Promise<Slot> => {
      const process = await startInstance(isStandIn);
      const name = `instance ${index + 1}${isStandIn ? ' (stand-in)' : ''}`;
      return { name, isStandIn, ids: [process.id], process };
    }),
  );
  await Promise.all(Array.from({ length: gateways }, () => system.start('router')));
  await system.ready();
  await until('all instances in the map', async () => {
    const states = await Promise.all(
      slots.map(({ process }) => system.redis.hget(`booking:instance:${process.id}`, 'state')),
    );
    return states.every((state) => state === 'ready');
  });

  return {
    system,
    slots,
    asked,
    async replace(slot) {
      slot.process = await startInstance(slot.isStandIn);
      slot.ids.push(slot.process.id);
    },
    order: (slot, order) => {
      slot.process.child.send(order);
    },
  };
}
