import type { System } from '@fairline/shared/testing/system.ts';
import { steadyRate } from '../../load/arrivals.ts';
import type { RequestKind } from '../../load/plan.ts';
import type { LatencySummary } from '../../load/recorder.ts';
import { runLoad } from '../../load/run-load.ts';
import { flood } from './flood.ts';

const warmUpMs = 2000;

export type CellName = 'quiet' | 'before' | 'after';
export type Cell = {
  admitted: LatencySummary;
  admittedFailed: number;
  /** Answers to junk a second; 0 without junk. */
  junkPerSec: number;
};
export type Round = Record<CellName, Cell>;

export type RoundsParts = {
  system: System;
  /** With traffic control and without it. */
  urls: { on: string; off: string };
  page: RequestKind;
  cookies: readonly string[];
  admittedPerSec: number;
  junkPerSec: number;
  seconds: number;
  /** Where the load runs. */
  loadCores: string;
};

/** One round: no junk, junk without traffic control, junk with it. */
export async function runRound(parts: RoundsParts): Promise<Round> {
  return {
    quiet: await runCell(parts, parts.urls.on, false),
    before: await runCell(parts, parts.urls.off, true),
    after: await runCell(parts, parts.urls.on, true),
  };
}

async function runCell(parts: RoundsParts, url: string, hasJunk: boolean): Promise<Cell> {
  const { system, page, cookies, admittedPerSec, junkPerSec, seconds, loadCores } = parts;
  // Nothing is known of the flood when it begins.
  const known = await system.redis.keys('booking:blocked*');
  if (known.length > 0) await system.redis.del(...known);
  const durationMs = warmUpMs + seconds * 1000;
  const junk = hasJunk ? flood({ url, perSec: junkPerSec, seconds: durationMs / 1000, cores: loadCores }) : undefined;
  const shape = { kind: 'open', curve: steadyRate(admittedPerSec, durationMs) } as const;
  const admitted = await runLoad({ targets: [url], requests: [page], cookies, shape, warmUpMs });
  return {
    admitted: admitted.latency,
    admittedFailed: admitted.failed,
    junkPerSec: (await junk)?.perSec ?? 0,
  };
}
