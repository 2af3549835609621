import type { System } from '@fairline/shared/testing/system.ts';
import { steadyRate } from '../../load/arrivals.ts';
import type { RequestKind } from '../../load/plan.ts';
import type { LatencySummary } from '../../load/recorder.ts';
import { runLoad } from '../../load/run-load.ts';
import { flood } from './flood.ts';
import { watchOthers } from './others-share.ts';

const warmUpMs = 2000;
const cores = 2;
/** Of both cores, what the machine's other work may take while a part is measured: a calm one takes less than 1 %. */
export const maxOthersShare = 0.03;
/** How often a part is measured at most until the machine is calm; the calmest counts. */
const mostTries = 3;

export type CellName = 'quiet' | 'before' | 'after';
export type Cell = {
  admitted: LatencySummary;
  admittedFailed: number;
  /** How late the load itself was with its requests, contained in `admitted`. */
  sentLate: LatencySummary;
  /** What other work took of both cores meanwhile, 0 to 1. */
  othersShare: number;
  tries: number;
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
    quiet: await runCalmly(() => runCell(parts, parts.urls.on, false)),
    before: await runCalmly(() => runCell(parts, parts.urls.off, true)),
    after: await runCalmly(() => runCell(parts, parts.urls.on, true)),
  };
}

/** Again while other work disturbed it: chosen by that alone, never by what was measured. */
export async function runCalmly<T extends { othersShare: number }>(
  run: () => Promise<T>,
): Promise<T & { tries: number }> {
  let calmest = await run();
  let tries = 1;
  for (; tries < mostTries && calmest.othersShare > maxOthersShare; tries += 1) {
    const next = await run();
    if (next.othersShare < calmest.othersShare) calmest = next;
  }
  return { ...calmest, tries };
}

async function runCell(parts: RoundsParts, url: string, hasJunk: boolean): Promise<Omit<Cell, 'tries'>> {
  const { system, page, cookies, admittedPerSec, seconds, loadCores } = parts;
  // Nothing is known of the flood when it begins.
  const known = await system.redis.keys('booking:blocked*');
  if (known.length > 0) await system.redis.del(...known);
  const durationMs = warmUpMs + seconds * 1000;
  const junk = hasJunk
    ? flood({ url, perSec: parts.junkPerSec, seconds: durationMs / 1000, cores: loadCores })
    : undefined;
  const shape = { kind: 'open', curve: steadyRate(admittedPerSec, durationMs) } as const;
  const readOthersShare = watchOthers(cores);
  const admitted = await runLoad({ targets: [url], requests: [page], cookies, shape, warmUpMs });
  const junkPerSec = (await junk)?.perSec ?? 0;
  return {
    admitted: admitted.latency,
    admittedFailed: admitted.failed,
    sentLate: admitted.sentLate,
    junkPerSec,
    othersShare: readOthersShare(),
  };
}
