import { promises as dns } from 'node:dns';
import { isIP } from 'node:net';
import type { Clock } from '@fairline/shared/clock.ts';
import type { InstanceReport } from '@fairline/shared/contracts/instance-report.ts';
import type { Logger } from '@fairline/shared/logger.ts';
import { runLoop } from '@fairline/shared/loop.ts';
import type { InstanceStore } from '@fairline/shared/stores/instances/store.ts';
import { averageOthers, meanOthers, type OthersInFlight } from '../balancing/others-in-flight.ts';
import { createOwnView, type OwnView } from '../balancing/own-view.ts';
import {
  buildUpstreamSet,
  emptyUpstreamSet,
  type KnownReport,
  type UpstreamSet,
  upstreamRooms,
} from '../balancing/upstream-set.ts';
import type { Network } from '../routing/networks.ts';
import { freshnessOf, noReportAges, noteLook, noteLookFailed, type ReportAges } from './report-age.ts';
import { findAddressProblem, parseInstanceUrl } from './url-check.ts';

const lookIntervalMs = 500;
const reportIntervalMs = 1000;
/** A name is resolved again after this long; every connection checks its address anyway. */
const verdictTtlMs = 30_000;

export type MapReaderParts = {
  instances: Pick<InstanceStore, 'readAll'>;
  gatewayId: string;
  networks: readonly Network[];
  clock: Clock;
  signal: AbortSignal;
  logger: Logger;
  /**
   * After every look that succeeded, with the urls of all instances that are still known, and the ids of those among them
   * that are on their way out: they drain, or an operator took them out.
   */
  onLook(urls: ReadonlySet<string>, leaving: ReadonlySet<string>): void;
  onLookFailed(): void;
};

/**
 * Reads the instance map twice a second into one immutable set of upstreams. While Redis is away the last set stays as
 * it is: only silence that this gateway could have heard makes an instance suspect or gone.
 */
export function createMapReader(parts: MapReaderParts) {
  const { instances, gatewayId, networks, clock, signal, logger, onLook, onLookFailed } = parts;
  let upstreams = emptyUpstreamSet;
  let ages: ReportAges = noReportAges;
  let reports = new Map<string, InstanceReport>();
  const ownViews = new Map<string, OwnView>();
  const others = new Map<string, OthersInFlight>();
  const verdicts = new Map<string, { problem: string | undefined; checkedAtMs: number }>();
  const complaints = new Map<string, string>();

  /** Never waits: a name that resolves slowly keeps its own instance out, not the others. */
  function findUrlProblem(url: string): string | undefined {
    const verdict = verdicts.get(url);
    if (verdict && clock.monotonicMs() - verdict.checkedAtMs < verdictTtlMs) return verdict.problem;
    const origin = parseInstanceUrl(url);
    if (origin.kind === 'refused') return origin.problem;
    if (isIP(origin.hostname)) return findAddressProblem([{ address: origin.hostname }], networks);
    const problem = verdict ? verdict.problem : 'its name is not resolved yet';
    verdicts.set(url, { problem, checkedAtMs: clock.monotonicMs() });
    void resolveAndCheck(url, origin.hostname);
    return problem;
  }

  async function resolveAndCheck(url: string, hostname: string): Promise<void> {
    let problem: string | undefined;
    try {
      problem = findAddressProblem(await dns.lookup(hostname, { all: true }), networks);
    } catch {
      problem = 'its name cannot be resolved';
    }
    const isNew = verdicts.get(url)?.problem !== problem;
    verdicts.set(url, { problem, checkedAtMs: clock.monotonicMs() });
    if (isNew && !signal.aborted) loop.wake();
  }

  function complain(id: string, problem: string): void {
    if (complaints.get(id) === problem) return;
    complaints.set(id, problem);
    logger.warn({ instance: id, problem }, 'a report in the instance map is not used');
  }

  async function look(): Promise<void> {
    let map: Awaited<ReturnType<typeof instances.readAll>>;
    try {
      map = await instances.readAll();
    } catch (error) {
      ages = noteLookFailed(ages);
      onLookFailed();
      throw error;
    }
    const heard = map.reports.filter(({ room }) => (upstreamRooms as readonly string[]).includes(room));
    ages = noteLook(ages, heard, clock.monotonicMs());
    const next = new Map<string, InstanceReport>();
    for (const id of ages.entries.keys()) {
      const report = heard.find((candidate) => candidate.id === id) ?? reports.get(id);
      if (report) next.set(id, report);
    }
    const known: KnownReport[] = [];
    for (const [id, report] of next) {
      const problem = findUrlProblem(report.url);
      if (problem) complain(id, `url ${problem}`);
      const freshness = freshnessOf(ages.entries.get(id)?.ageMs ?? 0);
      known.push({ report, freshness, isUrlAllowed: problem === undefined, othersInFlight: noteOthers(report) });
      keepOwnView(report, reports.get(id));
    }
    reports = next;
    for (const { id, problem } of map.rejected) complain(id, problem);
    forgetUnknown(new Set([...reports.keys(), ...map.rejected.map(({ id }) => id)]));
    upstreams = buildUpstreamSet(known, map.disabled, ownViews);
    const leaving = [...reports.values()].filter(({ id, state }) => state === 'draining' || map.disabled.has(id));
    onLook(new Set([...reports.values()].map(({ url }) => url)), new Set(leaving.map(({ id }) => id)));
  }

  /** A process that started anew under its old id is another one; whoever still waits for the old one keeps its view. */
  function keepOwnView(report: InstanceReport, before: InstanceReport | undefined): void {
    const nowMs = clock.monotonicMs();
    const own = ownViews.get(report.id);
    if (!own || (before && before.startedAtMs !== report.startedAtMs)) {
      // Its reports, one a second, tell its age without comparing clocks: after a start of this gateway not all are new.
      ownViews.set(report.id, createOwnView(nowMs - report.reportSeq * reportIntervalMs));
    } else if (report.state === 'starting') {
      own.readySinceMs = nowMs;
    }
  }

  function noteOthers({ id, room, reportSeq, inFlight, inFlightByGateway }: InstanceReport): number {
    const ofRoom = [...others].filter(([other]) => reports.get(other)?.room === room).map(([, known]) => known);
    const forOthers = inFlight - (inFlightByGateway[gatewayId] ?? 0);
    const noted = averageOthers(others.get(id), reportSeq, forOthers, meanOthers(ofRoom));
    others.set(id, noted);
    return noted.mean;
  }

  function forgetUnknown(knownIds: ReadonlySet<string>): void {
    for (const [id, own] of ownViews) if (!knownIds.has(id) && own.inFlight === 0) ownViews.delete(id);
    for (const id of others.keys()) if (!knownIds.has(id)) others.delete(id);
    for (const id of complaints.keys()) if (!knownIds.has(id)) complaints.delete(id);
    const urls = new Set([...reports.values()].map(({ url }) => url));
    for (const url of verdicts.keys()) if (!urls.has(url)) verdicts.delete(url);
  }

  const loop = runLoop({ name: 'instance map', intervalMs: lookIntervalMs, clock, signal, logger, step: look });

  return {
    upstreams: (): UpstreamSet => upstreams,
    /** The connection to Redis was lost: counts as a failed look, also when the next one succeeds at once. */
    noteAway: () => {
      ages = noteLookFailed(ages);
    },
    wake: loop.wake,
    stopped: loop.stopped,
  };
}

export type MapReader = ReturnType<typeof createMapReader>;
