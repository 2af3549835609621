import type { LatencySummary } from '../load/recorder.ts';
import type { CrowdResult } from './crowd.ts';
import { clientKinds } from './persona.ts';

export type Limits = {
  maxErrorRatio: number;
  maxP99Ms: number;
  maxEstimateMissRatio: number;
  minAdmissionsPerMinute: number;
};

/** `reason`: what stands behind a value, where it helps. */
export type Judgement = {
  name: string;
  limit: string;
  value: string;
  verdict: 'kept' | 'broken' | 'not judged';
  reason?: string | undefined;
};
export type Verdict = { isGo: boolean; judgements: Judgement[] };

/** Fewer estimates than these say nothing of their share. */
const leastToldWaits = 20;
/** Shorter times of waiting say nothing of a rate. */
const leastWaitingSec = 5;

/** Holds a rehearsal against its limits; all must be kept. */
export function judgeRehearsal(result: CrowdResult, limits: Limits): Verdict {
  const judgements = [
    judgeEnd(result),
    judgeErrors(result, limits),
    judgeLatency('p99 of a join', result.latencies.join, limits),
    judgeLatency('p99 of a page', result.latencies.page, limits),
    judgeEstimates(result, limits),
    judgeAdmissions(result, limits),
    judgePromises(result),
  ];
  return { isGo: judgements.every(({ verdict }) => verdict !== 'broken'), judgements };
}

function judgeEnd({ end }: CrowdResult): Judgement {
  const isWhole = end === 'everybody is through' || end === 'time is over';
  return { name: 'played to its end', limit: 'yes', value: isWhole ? 'yes' : `no: ${end}`, verdict: keptIf(isWhole) };
}

function judgeErrors({ byKind, errorsByCode }: CrowdResult, { maxErrorRatio }: Limits): Judgement {
  const { requests, errors } = byKind.person;
  const ratio = requests === 0 ? 1 : errors / requests;
  const [most] = Object.entries(errorsByCode).toSorted(([, one], [, other]) => other - one);
  return {
    name: 'requests that failed',
    limit: `at most ${percent(maxErrorRatio)}`,
    value: requests === 0 ? 'no request was made' : `${percent(ratio)} (${errors} of ${requests})`,
    verdict: keptIf(ratio <= maxErrorRatio),
    reason: most && `most of all ${most[1]} × ${most[0]}`,
  };
}

function judgeLatency(name: string, { count, p99Ms }: LatencySummary, { maxP99Ms }: Limits): Judgement {
  return {
    ...{ name, limit: `at most ${maxP99Ms} ms` },
    value: count === 0 ? 'none was asked for' : `${p99Ms < 10 ? p99Ms.toFixed(1) : Math.round(p99Ms)} ms`,
    verdict: keptIf(count > 0 && p99Ms <= maxP99Ms),
  };
}

function judgeEstimates({ toldWaits }: CrowdResult, { maxEstimateMissRatio }: Limits): Judgement {
  const misses = toldWaits.filter(({ isMiss }) => isMiss).length;
  const ratio = toldWaits.length === 0 ? 0 : misses / toldWaits.length;
  const isEnough = toldWaits.length >= leastToldWaits;
  return {
    name: 'told waits that came true outside the range',
    limit: `at most ${percent(maxEstimateMissRatio)}`,
    value: toldWaits.length === 0 ? 'none came true' : `${percent(ratio)} (${misses} of ${toldWaits.length})`,
    verdict: isEnough ? keptIf(ratio <= maxEstimateMissRatio) : 'not judged',
    reason: isEnough ? undefined : `fewer than ${leastToldWaits} were told to people who were then let in`,
  };
}

function judgeAdmissions({ seconds, byKind, words }: CrowdResult, { minAdmissionsPerMinute }: Limits): Judgement {
  const waiting = seconds.filter((second) => second.waiting > 0);
  const admitted = clientKinds.reduce((sum, kind) => sum + byKind[kind].admitted, 0);
  const reasons = [
    words.paused && `the site said to ${words.paused} that admissions are paused`,
    words.closed && `to ${words.closed} that the sale is closed`,
    words.soldOut && `to ${words.soldOut} that all is sold out`,
    words.full && `to ${words.full} that the line is full`,
  ].filter(Boolean);
  const common = {
    ...{ name: 'admissions a minute while anybody waited', limit: `at least ${minAdmissionsPerMinute}` },
    reason: reasons.length > 0 ? reasons.join(', ') : undefined,
  };
  if (waiting.length < leastWaitingSec) {
    const value = `${admitted} were let in, hardly anybody had to wait`;
    return { ...common, value, verdict: keptIf(admitted > 0 || minAdmissionsPerMinute === 0) };
  }
  const perMinute = (waiting.reduce((sum, second) => sum + second.admitted, 0) / waiting.length) * 60;
  return {
    ...common,
    value: `${perMinute < 10 ? perMinute.toFixed(1) : Math.round(perMinute)} over ${waiting.length} s`,
    verdict: keptIf(perMinute >= minAdmissionsPerMinute),
  };
}

function judgePromises({ promises: { counts } }: CrowdResult): Judgement {
  const broken = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return { name: 'broken promises', limit: '0', value: String(broken), verdict: keptIf(broken === 0) };
}

function keptIf(isKept: boolean): 'kept' | 'broken' {
  return isKept ? 'kept' : 'broken';
}

export function percent(ratio: number): string {
  return `${Number((ratio * 100).toFixed(2))} %`;
}
