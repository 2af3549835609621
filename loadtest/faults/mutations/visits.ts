import { setTimeout as sleep } from 'node:timers/promises';
import type { EventKeys } from '@fairline/shared/stores/keys.ts';
import type { Redis } from 'ioredis';
import type { Client } from './client.ts';
import { absentAfterMs } from './leader.ts';

/** What a visit needs; `redis` is for test devices alone: ends and silences are put into the past instead of waiting for them. */
export type VisitTools = { client: Client; redis: Redis; keys: EventKeys; random(): number; signal: AbortSignal };
type Visit = (id: string, tools: VisitTools) => Promise<void>;

/** Shows up and looks until the place is there; false when the turn ended otherwise. */
async function waitForPlace(id: string, { client, signal, random }: VisitTools): Promise<boolean> {
  while (!signal.aborted) {
    await client.show(id);
    const { status } = await client.status(id);
    if (status === 'booked') return true;
    if (status !== 'waiting') return false;
    await sleep(20 + random() * 25);
  }
  return false;
}

async function buy(id: string, tools: VisitTools): Promise<void> {
  const { client, random } = tools;
  await client.claim(id);
  await sleep(random() * 60);
  // Twice at once, as two tabs do, while a third gives the place back.
  await Promise.all([
    client.confirm(id, JSON.stringify({ id, tab: 1 })),
    client.confirm(id, JSON.stringify({ id, tab: 2 })),
    ...(random() < 0.3 ? [client.leave(id)] : []),
  ]);
  await client.confirm(id, JSON.stringify({ id, tab: 3 }));
  await client.status(id);
}

const passEnd = (id: string, { redis, keys }: VisitTools) => redis.zadd(keys.leases, 'XX', 1, id);

/** The ways of a sale, one a script branch at least. Each comes to an end by itself. */
export const visits: Readonly<Record<string, Visit>> = {
  async buyer(id, tools) {
    await Promise.all([tools.client.join(id), tools.client.join(id, { again: false })]);
    if (await waitForPlace(id, tools)) await buy(id, tools);
    await tools.client.join(id);
  },
  async returner(id, tools) {
    const { client } = tools;
    await client.join(id);
    if (!(await waitForPlace(id, tools))) return;
    await Promise.all([client.cancel(id), client.cancel(id)]);
    await client.confirm(id, '"too late"');
    await client.join(id, { again: false });
    await client.join(id);
    if (await waitForPlace(id, tools)) await client.cancel(id);
    await client.status(id);
  },
  async leaver(id, tools) {
    await tools.client.join(id);
    if (await waitForPlace(id, tools)) await tools.client.leave(id);
    await tools.client.status(id);
  },
  async impatient(id, { client, random }) {
    await client.join(id);
    await sleep(random() * 200);
    await Promise.all([client.leave(id), client.leave(id)]);
    await client.status(id);
  },
  /** Goes aside while silent, comes back and buys. */
  async silent(id, tools) {
    await tools.client.join(id);
    await sleep(2 * absentAfterMs + tools.random() * 200);
    if (await waitForPlace(id, tools)) await buy(id, tools);
  },
  /** Goes aside and is never seen again. */
  async lost(id, tools) {
    await tools.client.join(id);
    for (let tries = 0; tries < 40 && !tools.signal.aborted; tries += 1) {
      if ((await tools.redis.zscore(tools.keys.aside, id)) !== null) {
        await tools.redis.zadd(tools.keys.present, 'XX', 1, id);
        break;
      }
      await sleep(50);
    }
    await sleep(100);
    await tools.client.status(id);
  },
  /** Goes aside, comes back and leaves. */
  async waverer(id, tools) {
    await tools.client.join(id);
    await sleep(2 * absentAfterMs + tools.random() * 200);
    await tools.client.show(id);
    await tools.client.leave(id);
    await tools.client.status(id);
  },
  /** Does not claim the place, twice. */
  async vanisher(id, tools) {
    await tools.client.join(id);
    for (let time = 0; time < 2; time += 1) {
      if (!(await waitForPlace(id, tools))) return;
      await passEnd(id, tools);
      await sleep(100);
      await tools.client.status(id);
    }
  },
  /** Claims the place and lets it run out. */
  async sleeper(id, tools) {
    await tools.client.join(id);
    if (!(await waitForPlace(id, tools))) return;
    await tools.client.claim(id);
    await passEnd(id, tools);
    await sleep(100);
    await tools.client.claim(id);
    await tools.client.confirm(id, '"too late"');
    await tools.client.status(id);
  },
  async revoked(id, tools) {
    await tools.client.join(id);
    if (tools.random() < 0.5) await waitForPlace(id, tools);
    await tools.client.revoke(id);
    await tools.client.status(id);
  },
  async vip(id, tools) {
    await tools.client.join(id, { isVip: true });
    if (await waitForPlace(id, tools)) await buy(id, tools);
  },
  /** Becomes a VIP while waiting. */
  async promoted(id, tools) {
    await tools.client.join(id);
    await sleep(30);
    await tools.client.moveToVip(id);
    if (await waitForPlace(id, tools)) await buy(id, tools);
  },
  /** Is let in before the others by an operator. */
  async favoured(id, tools) {
    await tools.client.join(id);
    await sleep(tools.random() * 150);
    await tools.client.admitAhead(id);
    if (await waitForPlace(id, tools)) await buy(id, tools);
  },
};
