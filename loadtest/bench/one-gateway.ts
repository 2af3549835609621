import { fileURLToPath } from 'node:url';
import { type RoomProcess, type StartOptions, startSystem } from '@fairline/shared/testing/system.ts';
import type { TestLike } from '@fairline/shared/testing/test-like.ts';
import type { RequestKind } from '../load/plan.ts';
import { bookVisitors } from '../visitors/booked-visitors.ts';

const standInMain = fileURLToPath(new URL('../faults/sick-instance.ts', import.meta.url));
/** Far more than ever are in hand: what is measured is the gateway, not its limits. */
const capacity = '100000';

/** A page view of somebody who holds a place. */
export const pageView: RequestKind = {
  name: 'GET',
  method: 'GET',
  path: '/ticketing',
  headers: { accept: 'text/html', 'sec-fetch-mode': 'navigate' },
};

/** One gateway as in production, with everything on but the log of requests, before a small upstream of 300 B pages. */
export async function startOneGateway(
  t: TestLike,
  { visitors, gateway = {} }: { visitors: number; gateway?: StartOptions },
): Promise<{ gateway: RoomProcess; upstreamUrl: string; cookies: readonly string[] }> {
  const system = await startSystem(t, {
    rooms: { booking: 0, router: 0, 'queue-processor': 1 },
    settings: { maxBooking: String(visitors), leaseMinutes: '0' },
    env: { ACCESS_LOG: 'off' },
  });
  const upstream = await system.start('booking', { main: standInMain, env: { CAPACITY: capacity } });
  const started = await system.start('router', gateway);
  await system.ready();
  return { gateway: started, upstreamUrl: upstream.url, cookies: await bookVisitors(system, visitors) };
}
