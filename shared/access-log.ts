import { type Clock, systemClock } from './clock.ts';
import { defaultSamplingRule, type SamplingRule, type SamplingState, weighLine } from './log-sampler.ts';
import type { Logger } from './logger.ts';

/** `all`: a line for every request; `sampled`: one in many of a flood; `off`: none. */
export const accessLogModes = ['all', 'sampled', 'off'] as const;
export type AccessLogMode = (typeof accessLogModes)[number];

/** What a line says of a request: ids, never a credential; a path without its query. */
export type AccessLine = {
  requestId: string;
  method: string;
  route?: string | undefined;
  path: string;
  status: number;
  /** From its arrival to the end of its answer. */
  ms: number;
  visitor?: string | undefined;
  /** A salted tag of the client's address. */
  addressTag?: string | undefined;
  /** Of the error that was the answer. */
  code?: string | undefined;
  isAborted?: boolean | undefined;
};

export type AccessLog = {
  /** `describe` is asked only when the line is written. Answers of 500 and above always are. */
  note(status: number, describe: () => AccessLine): void;
};

/**
 * One line a request at `info`. A line that stands for many has `sampled` with their number, itself included; so counts
 * are sums of `sampled`, or 1 where it is missing.
 */
export function createAccessLog({
  logger,
  mode = 'sampled',
  rule = defaultSamplingRule,
  clock = systemClock,
}: {
  logger: Logger;
  mode?: AccessLogMode;
  rule?: SamplingRule;
  clock?: Pick<Clock, 'monotonicMs'>;
}): AccessLog {
  const state: SamplingState = { second: 0, count: 0 };
  return {
    note(status, describe) {
      if (mode === 'off' || !logger.isLevelEnabled('info')) return;
      let weight = 1;
      if (mode === 'sampled' && status < 500) {
        weight = weighLine(state, Math.floor(clock.monotonicMs() / 1000), rule);
        if (weight === 0) return;
      }
      const line = describe();
      line.ms = Math.round(line.ms * 10) / 10;
      logger.info(weight === 1 ? line : { ...line, sampled: weight }, 'request');
    },
  };
}
