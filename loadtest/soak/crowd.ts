import { setTimeout as sleep } from 'node:timers/promises';
import { Agent } from 'undici';
import { pickJourney } from './journey.ts';
import { type VisitEnd, visit } from './visit.ts';

export type CrowdReport = {
  arrived: number;
  here: number;
  ends: Partial<Record<VisitEnd, number>>;
  /** Answers that nobody should see, and broken connections, by what happened. */
  problems: Record<string, number>;
};

/** Beyond the most streams and pages that are ever asked at once. */
const maxConnections = 2000;

/** Visitors that come one after the other at a steady rate until `signal` is aborted, each on a journey of their own. */
export function startCrowd({
  url,
  visitorsPerSecond,
  random,
  signal,
}: {
  url: string;
  visitorsPerSecond: number;
  random: () => number;
  signal: AbortSignal;
}) {
  const dispatcher = new Agent({ connections: maxConnections, keepAliveTimeout: 4000 });
  const report: CrowdReport = { arrived: 0, here: 0, ends: {}, problems: {} };
  const note = (problem: string) => {
    report.problems[problem] = (report.problems[problem] ?? 0) + 1;
  };

  async function welcome(): Promise<void> {
    report.arrived += 1;
    report.here += 1;
    try {
      const end = await visit({ url, journey: pickJourney(random), dispatcher, signal, note });
      report.ends[end] = (report.ends[end] ?? 0) + 1;
    } catch (error) {
      if (!signal.aborted) note(`${error instanceof Error ? error.message : error}`);
    } finally {
      report.here -= 1;
    }
  }

  async function run(): Promise<void> {
    const startedAtMs = performance.now();
    const visits = new Set<Promise<void>>();
    while (!signal.aborted) {
      const due = ((performance.now() - startedAtMs) / 1000) * visitorsPerSecond;
      while (report.arrived < due) {
        const visit = welcome().finally(() => visits.delete(visit));
        visits.add(visit);
      }
      await sleep(20);
    }
    await Promise.all(visits);
    await dispatcher.destroy();
  }

  return { report: (): Readonly<CrowdReport> => structuredClone(report), ended: run() };
}
