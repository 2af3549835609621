import { setTimeout as sleep } from 'node:timers/promises';
import { createBlockStore } from '@fairline/shared/stores/blocks/store.ts';
import type { System } from '@fairline/shared/testing/system.ts';

const times = 20;
const askEveryMs = 2;
const timeoutMs = 5000;

export type Propagation = {
  /** Until the last of the gateways refused, of each time. */
  blockMs: number[];
  revokeMs: number[];
};

/** From an operator's word to its effect at the last of all gateways, each visitor once. */
export async function measurePropagation(system: System, cookies: readonly string[]): Promise<Propagation> {
  const { redis, keys, line } = system;
  const blocks = createBlockStore({ redis, keys });
  const urls = system.ofRoom('router').map(({ url }) => url);
  const result: Propagation = { blockMs: [], revokeMs: [] };

  async function timeUntilRefused(cookie: string, code: string, act: () => Promise<unknown>): Promise<number> {
    const isRefused = async (url: string) => {
      const answer = await fetch(`${url}/api/booking/seats`, { headers: { cookie, accept: 'application/json' } });
      const text = await answer.text();
      return answer.status === 403 && text.includes(code);
    };
    // Each gateway has seen the cookie, and has an open connection.
    for (const url of urls) if (await isRefused(url)) throw new Error('a visitor was refused before anything was done');
    const startMs = performance.now();
    await act();
    await Promise.all(
      urls.map(async (url) => {
        while (!(await isRefused(url))) {
          if (performance.now() - startMs > timeoutMs) throw new Error(`${url} does not know after ${timeoutMs} ms`);
          await sleep(askEveryMs);
        }
      }),
    );
    return performance.now() - startMs;
  }

  for (let time = 0; time < times; time += 1) {
    const [blocked = '', revoked = ''] = cookies.slice(2 * time, 2 * time + 2);
    const order = { kind: 'visitor', value: idOf(blocked), forMs: 60_000, reason: 'measured', who: 'bench' } as const;
    result.blockMs.push(await timeUntilRefused(blocked, 'BLOCKED', () => blocks.block(order)));
    result.revokeMs.push(await timeUntilRefused(revoked, 'NOT_BOOKED', () => line.revoke(idOf(revoked))));
  }
  return result;
}

function idOf(cookie: string): string {
  return /^visitor_id=([^.]+)\./.exec(cookie)?.[1] ?? '';
}
