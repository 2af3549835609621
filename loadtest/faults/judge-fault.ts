import type { LoadRecord } from '../load/recorder.ts';

/** One fault as it was done; times in ms since the start of the load. */
export type FaultTimes = {
  name: string;
  startMs: number;
  /** The cause is gone: the process goes on, is healthy, or its replacement listens. */
  healMs: number;
  endMs: number;
  /** Who was sick; empty when it was everybody in turn. */
  sickIds: readonly string[];
  /** Who must get requests again: itself or its replacement. */
  backIds: readonly string[];
  /** Errors of idempotent requests sent after the start that may be seen; of those sent before, those in flight there. */
  maxErrors: number;
  /** Sick but answering: it loses its share rather than being left out. */
  isSlow?: boolean;
};

/** What tells that an instance was asked, beside the answers: failed attempts in the log, its own word. */
export type AskedEvent = { id: string; atMs: number };

export type FaultJudgement = {
  name: string;
  requests: number;
  idempotentErrors: number;
  /** Of these, sent before the fault: in flight at the instance. */
  errorsInFlight: number;
  otherErrors: number;
  maxErrors: number;
  /**
   * From the start to the last request that the sick instance was asked for, or, when it is slow, until its share of a
   * second was half of what it had. undefined when that did not happen.
   */
  ejectMs: number | undefined;
  /** From the healing to the first page of it, or, after it was slow, until its share was more than half again. */
  returnMs: number | undefined;
  /** Of all pages, by the sick one: before, in the second half of the fault, and in the end, 0..1; undefined when all were. */
  shares: { before: number; during: number; after: number } | undefined;
  p99BeforeMs: number;
  p99DuringMs: number;
  slowestMs: number;
  problems: string[];
};

const beforeMs = 4000;
const afterMs = 2000;
/** Asked within this time before the healing: not left out. */
const stillMs = 300;
const shareSpanMs = 1000;
const shareStepMs = 100;

/** What clients saw of a fault, and whether that is within its limits. `idempotent` are the kinds of requests that may be retried. */
export function judgeFault(
  times: FaultTimes,
  records: readonly LoadRecord[],
  asked: readonly AskedEvent[],
  idempotent: ReadonlySet<number>,
): FaultJudgement {
  const { name, startMs, healMs, endMs, sickIds, backIds, maxErrors } = times;
  const within = (from: number, to: number) =>
    records.filter(({ intendedMs }) => intendedMs >= from && intendedMs < to);
  const seen = records.filter((record) => record.intendedMs < endMs && endOf(record) >= startMs);
  const failed = seen.filter(({ failure }) => failure !== undefined);
  const idempotentErrors = failed.filter(({ kind }) => idempotent.has(kind));
  const errorsInFlight = idempotentErrors.filter(({ intendedMs }) => intendedMs < startMs).length;
  const sick = new Set(sickIds);
  const back = new Set(backIds);
  const during = within(startMs, healMs);

  const signs = [
    ...during.filter(({ label, failure }) => failure !== undefined || (label !== undefined && sick.has(label))),
  ].map(({ intendedMs }) => intendedMs);
  signs.push(
    ...asked.filter(({ id, atMs }) => sick.has(id) && atMs >= startMs && atMs < healMs).map(({ atMs }) => atMs),
  );
  const lastSignMs = signs.reduce((last, atMs) => Math.max(last, atMs), startMs);
  const isLeftOut = sickIds.length > 0 && lastSignMs < healMs - stillMs;
  const firstBackMs = records
    .filter(({ label, intendedMs }) => label !== undefined && back.has(label) && intendedMs >= healMs)
    .reduce((first, record) => Math.min(first, endOf(record)), Number.POSITIVE_INFINITY);
  const isBack = backIds.length > 0 && firstBackMs <= endMs;
  const shareBefore = shareOf(within(startMs - beforeMs, startMs), sick);
  /** Ms from `from` until the share of the second that begins then is as wished; at most until `to`. */
  const timeUntil = (from: number, to: number, isAsWished: (share: number) => boolean): number | undefined => {
    for (let atMs = from; atMs + shareSpanMs <= to; atMs += shareStepMs) {
      if (isAsWished(shareOf(within(atMs, atMs + shareSpanMs), sick))) return atMs - from;
    }
    return undefined;
  };
  const isLow = (share: number) => share <= shareBefore / 2;
  const ejectMs = isLeftOut ? lastSignMs - startMs : undefined;
  const returnMs = isBack ? firstBackMs - healMs : undefined;

  const problems: string[] = [];
  const counted = maxErrors === 0 ? idempotentErrors.length : idempotentErrors.length - errorsInFlight;
  if (counted > maxErrors) problems.push(`${counted} errors of idempotent requests, at most ${maxErrors} allowed`);
  if (sickIds.length > 0 && !times.isSlow && !isLeftOut) problems.push('the sick instance was asked until the end');
  if (backIds.length > 0 && !isBack) problems.push('no instance came back');
  return {
    name,
    requests: seen.length,
    idempotentErrors: idempotentErrors.length,
    errorsInFlight,
    otherErrors: failed.length - idempotentErrors.length,
    maxErrors,
    ejectMs: times.isSlow ? timeUntil(startMs, healMs, isLow) : ejectMs,
    returnMs: times.isSlow ? timeUntil(healMs, endMs, (share) => !isLow(share)) : returnMs,
    shares:
      sickIds.length === 0
        ? undefined
        : {
            before: shareBefore,
            during: shareOf(within((startMs + healMs) / 2, healMs), sick),
            after: shareOf(within(endMs - afterMs, endMs), back),
          },
    p99BeforeMs: percentileOf(within(startMs - beforeMs, startMs), 0.99),
    p99DuringMs: percentileOf(during, 0.99),
    slowestMs: percentileOf(within(startMs, endMs), 1),
    problems,
  };
}

function endOf({ intendedMs, latencyMs }: LoadRecord): number {
  return intendedMs + latencyMs;
}

function shareOf(records: readonly LoadRecord[], ids: ReadonlySet<string>): number {
  const labelled = records.filter(({ label }) => label !== undefined);
  if (labelled.length === 0) return 0;
  return labelled.filter(({ label = '' }) => ids.has(label)).length / labelled.length;
}

function percentileOf(records: readonly LoadRecord[], ratio: number): number {
  const sorted = records.map(({ latencyMs }) => latencyMs).toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * ratio) - 1)] ?? 0;
}
