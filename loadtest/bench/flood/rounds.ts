import type { System } from '@fairline/shared/testing/system.ts';
import { steadyRate } from '../../load/arrivals.ts';
import type { RequestKind } from '../../load/plan.ts';
import type { LatencySummary, LoadSummary } from '../../load/recorder.ts';
import { startLoad } from '../../load/run-load.ts';
import { junk, junkAddress } from './flood.ts';

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
  const { system, page, cookies, admittedPerSec, junkPerSec, seconds } = parts;
  // Nothing is known of the flood when it begins.
  const known = await system.redis.keys('booking:blocked*');
  if (known.length > 0) await system.redis.del(...known);
  const durationMs = warmUpMs + seconds * 1000;
  const shapeOf = (ratePerSec: number) => ({ kind: 'open', curve: steadyRate(ratePerSec, durationMs) }) as const;
  const flood = hasJunk
    ? startLoad({
        targets: [url],
        requests: junk,
        cookies: [],
        shape: shapeOf(junkPerSec),
        localAddress: junkAddress,
        maxConnections: 200,
        warmUpMs,
      })
    : undefined;
  const admitted = await startLoad({
    targets: [url],
    requests: [page],
    cookies,
    shape: shapeOf(admittedPerSec),
    warmUpMs,
  }).done;
  const ofJunk: LoadSummary | undefined = await flood?.done;
  return {
    admitted: admitted.latency,
    admittedFailed: admitted.failed,
    junkPerSec: ofJunk ? Math.round(ofJunk.answered / seconds) : 0,
  };
}
