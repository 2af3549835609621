import type { LookupFunction } from 'node:net';
import type { Clock } from '@fairline/shared/clock.ts';
import type { Logger } from '@fairline/shared/logger.ts';
import { createOwnView, type OwnView } from '../balancing/own-view.ts';
import { type StaticUpstream, toUpstream } from '../balancing/static-upstreams.ts';
import type { Upstream } from '../balancing/upstream-set.ts';
import { createCheckOrigin } from './check-origin.ts';
import { createOriginChecker } from './origin-checker.ts';
import type { Thresholds } from './thresholds.ts';

const longAgoMs = 86_400_000;

export type StaticOriginsSettings = {
  readonly origins: readonly StaticUpstream[];
  readonly checks: Thresholds & { readonly path: string; readonly intervalMs: number; readonly timeoutMs: number };
};

export type StaticOriginsParts = {
  settings: StaticOriginsSettings;
  lookup: LookupFunction;
  clock: Clock;
  random: () => number;
  signal: AbortSignal;
  logger: Logger;
  /** One was checked for the first time, or is healthy or failing where it was not. */
  onChange(): void;
};

export type StaticOrigins = ReturnType<typeof createStaticOrigins>;

/** The upstreams that the settings name, with what their checks say. */
export function createStaticOrigins({ settings, lookup, ...parts }: StaticOriginsParts) {
  const { origins, checks } = settings;
  const { clock } = parts;
  // Those of the settings are taken to have run for long: only one that comes back has to start slowly.
  const upstreams = origins.map((origin) => toUpstream(origin, createOwnView(clock.monotonicMs() - longAgoMs)));
  const { checkOrigin, close } = createCheckOrigin({ path: checks.path, timeoutMs: checks.timeoutMs, lookup });
  const checker = createOriginChecker({
    ...parts,
    origins,
    checkOrigin,
    thresholds: checks,
    intervalMs: checks.intervalMs,
    onChange: () => {
      for (const { id, own } of upstreams) noteVerdict(own, checker.verdictOf(id));
      parts.onChange();
    },
  });

  function noteVerdict(own: OwnView, verdict: 'unknown' | 'healthy' | 'failing'): void {
    if (own.failsProbes && verdict === 'healthy') {
      own.readySinceMs = clock.monotonicMs();
      own.isOnProbation = true;
    }
    own.failsProbes = verdict === 'failing';
  }

  return {
    urls: upstreams.map(({ url }) => url),
    /** Those that were checked: before that nobody is sent there, not even when everybody else is sick. */
    upstreams: (): Upstream[] => upstreams.filter(({ id }) => checker.verdictOf(id) !== 'unknown'),
    countHealthy: () => upstreams.filter(({ id }) => checker.verdictOf(id) === 'healthy').length,
    isComplete: checker.isComplete,
    /** Once the signal has aborted. */
    async stop(): Promise<void> {
      await checker.stopped;
      await close();
    },
  };
}
