import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { RequestKind } from '../../load/plan.ts';
import { runLoad } from '../../load/run-load.ts';
import { median } from '../../report/median.ts';
import { pin } from '../cores.ts';
import { readCpuMs } from '../gateway/cpu-time.ts';
import { flood } from './flood.ts';

const connections = 32;
const seconds = 1;
const rounds = 7;
const warmUpRounds = 2;

export type RefusalCost = {
  /** CPU time of the answering process for each request, median of the rounds. */
  barePerRequestUs: number;
  refusedPerRequestUs: number;
  forwardedPerRequestUs: number;
  /** Of a bare answer in the same round, median of the rounds. */
  refusedOfBare: number;
  forwardedOfBare: number;
};

export type Subject = { url: string; pid: number };

/** One server of node:http on these cores that does nothing but answer. */
export async function startBareServer(cores: string): Promise<Subject & { stop(): void }> {
  const child = fork(new URL('./bare-server.ts', import.meta.url));
  const [port] = (await once(child, 'message')) as [number];
  pin(child.pid ?? 0, cores);
  return { url: `http://127.0.0.1:${port}`, pid: child.pid ?? 0, stop: () => child.disconnect() };
}

/** What a refusal costs, beside a bare answer and beside a page that is forwarded; in turn, a few times. */
export async function measureRefusals({
  bare,
  refusing,
  forwarding,
  page,
  cookies,
  loadCores,
}: {
  bare: Subject;
  refusing: Subject;
  forwarding: Subject;
  page: RequestKind;
  cookies: readonly string[];
  loadCores: string;
}): Promise<RefusalCost> {
  async function costOf({ url, pid }: Subject, load: (url: string) => Promise<number>): Promise<number> {
    const before = readCpuMs([pid]);
    const requests = await load(url);
    return ((readCpuMs([pid]) - before) * 1000) / requests;
  }
  const sendJunk = async (url: string) => (await flood({ url, perSec: undefined, seconds, cores: loadCores })).requests;
  const viewPages = async (url: string) => {
    const shape = { kind: 'closed', connections, durationMs: seconds * 1000 } as const;
    const { answered, failed } = await runLoad({ targets: [url], requests: [page], cookies, shape });
    if (failed > 0) throw new Error(`${failed} pages failed while the cost of a refusal was measured`);
    return answered;
  };
  const costs = { bare: [] as number[], refused: [] as number[], forwarded: [] as number[] };
  for (let round = 0; round < warmUpRounds + rounds; round += 1) {
    const one = {
      bare: await costOf(bare, sendJunk),
      refused: await costOf(refusing, sendJunk),
      forwarded: await costOf(forwarding, viewPages),
    };
    if (round < warmUpRounds) continue;
    costs.bare.push(one.bare);
    costs.refused.push(one.refused);
    costs.forwarded.push(one.forwarded);
  }
  return {
    barePerRequestUs: median(costs.bare),
    refusedPerRequestUs: median(costs.refused),
    forwardedPerRequestUs: median(costs.forwarded),
    refusedOfBare: median(costs.refused.map((us, round) => us / (costs.bare[round] ?? us))),
    forwardedOfBare: median(costs.forwarded.map((us, round) => us / (costs.bare[round] ?? us))),
  };
}
