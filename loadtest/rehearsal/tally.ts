import { createHistogram } from 'node:perf_hooks';
import type { VisitorStatusWord } from '@fairline/shared/contracts/visitor-status.ts';
import { createRecorder, type LatencySummary, type SecondSummary, summarize } from '../load/recorder.ts';
import { type Outcome, type Step, steps } from './journey.ts';
import { type ClientKind, clientKinds } from './persona.ts';
import { type Group, groups, recipes } from './requests.ts';

/** Where a client is, for the counts of the moment. */
export type Whereabouts = 'coming' | 'arrived' | 'waiting' | 'booked' | 'confirmed' | 'left';

/** The crowd at the end of one second. `arrived` and `admitted`: within it. */
export type CrowdSecond = { second: number; arrived: number; admitted: number; waiting: number; booked: number };

export type ClientTotals = {
  clients: number;
  requests: number;
  /** Requests that had no good answer. */
  errors: number;
  /** Answers 429 and 403. */
  slowedDown: number;
  refused: number;
  inLine: number;
  admitted: number;
  /** From the join to the answer that told of the admission, of those who waited; ms. */
  waitsMs: number[];
  outcomes: Partial<Record<Outcome | 'unfinished', number>>;
};

export type Tally = {
  byKind: Record<ClientKind, ClientTotals>;
  /** Of the people, by what went wrong: `join: status 503 TRY_AGAIN`. */
  errorsByCode: Record<string, number>;
  errorSeconds: Record<string, number>[];
  latencies: Record<Group, LatencySummary>;
  latencySeconds: Record<Group, SecondSummary[]>;
  seconds: CrowdSecond[];
  /** How many clients were told each word. */
  words: Partial<Record<VisitorStatusWord, number>>;
};

/** The moment, for the progress. Latency of the requests since the last look. */
export type TallyNow = {
  arrived: number;
  waiting: number;
  booked: number;
  confirmed: number;
  left: number;
  errors: number;
  requests: number;
  recent: { count: number; p50Ms: number; p99Ms: number };
  positions: { lowest: number; highest: number } | undefined;
};

/** Counts what the crowd does and meets. Errors and latencies are those of the people; what bots meet is counted apart. */
export function createTally() {
  const newTotals = (): ClientTotals => ({
    ...{ clients: 0, requests: 0, errors: 0, slowedDown: 0, refused: 0, inLine: 0, admitted: 0 },
    ...{ waitsMs: [], outcomes: {} },
  });
  const byKind: Record<ClientKind, ClientTotals> = {
    person: newTotals(),
    cookieless: newTotals(),
    hammer: newTotals(),
  };
  const newRecorder = () => createRecorder({ kindNames: steps, keepsRecords: false, warmUpMs: 0 });
  const recorders = { join: newRecorder(), page: newRecorder(), status: newRecorder(), order: newRecorder() };
  const recent = createHistogram({ lowest: 1, highest: 3_600_000_000, figures: 3 });
  const where: Record<Whereabouts, number> = { coming: 0, arrived: 0, waiting: 0, booked: 0, confirmed: 0, left: 0 };
  const errorsByCode: Record<string, number> = {};
  const errorSeconds: Record<string, number>[] = [];
  const seconds: CrowdSecond[] = [];
  const words: Partial<Record<VisitorStatusWord, number>> = {};
  let positions: TallyNow['positions'];

  const secondOf = (atMs: number): CrowdSecond => {
    const wanted = Math.max(0, Math.floor(atMs / 1000));
    while (seconds.length <= wanted) {
      const { waiting = 0, booked = 0 } = seconds.at(-1) ?? {};
      seconds.push({ second: seconds.length, arrived: 0, admitted: 0, waiting, booked });
    }
    return seconds[wanted] as CrowdSecond;
  };

  return {
    totals: byKind,

    move(from: Whereabouts, to: Whereabouts, atMs: number): void {
      where[from] -= 1;
      where[to] += 1;
      const slot = secondOf(atMs);
      if (from === 'coming') slot.arrived += 1;
      if (to === 'booked') slot.admitted += 1;
      slot.waiting = where.waiting;
      slot.booked = where.booked;
    },

    /** Time passes also while nobody moves. */
    passTime(nowMs: number): void {
      secondOf(nowMs);
    },

    /** One request that is over, from the moment it was due. `failure`: why it counts as an error. */
    noteRequest(request: {
      kind: ClientKind;
      step: Step;
      intendedMs: number;
      nowMs: number;
      status: number;
      failure: string | undefined;
    }): void {
      const { kind, step, intendedMs, nowMs, status, failure } = request;
      const totals = byKind[kind];
      totals.requests += 1;
      if (status === 429) totals.slowedDown += 1;
      if (status === 403) totals.refused += 1;
      if (failure !== undefined) totals.errors += 1;
      if (kind !== 'person') return;
      const latencyMs = nowMs - intendedMs;
      recorders[recipes[step].group].note({
        ...{ kind: steps.indexOf(step), intendedMs, latencyMs, status, failure, label: undefined },
      });
      recent.record(Math.max(1, Math.round(latencyMs * 1000)));
      if (failure === undefined) return;
      errorsByCode[`${step}: ${failure}`] = (errorsByCode[`${step}: ${failure}`] ?? 0) + 1;
      const second = Math.max(0, Math.floor(nowMs / 1000));
      while (errorSeconds.length <= second) errorSeconds.push({});
      const slot = errorSeconds[second];
      if (slot) slot[failure] = (slot[failure] ?? 0) + 1;
    },

    noteWord(word: VisitorStatusWord): void {
      words[word] = (words[word] ?? 0) + 1;
    },

    notePosition(position: number): void {
      positions = {
        lowest: Math.min(position, positions?.lowest ?? position),
        highest: Math.max(position, positions?.highest ?? position),
      };
    },

    end(kind: ClientKind, outcome: Outcome | 'unfinished'): void {
      const { outcomes } = byKind[kind];
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    },

    /** The moment; latencies and positions begin anew with each look. */
    look(): TallyNow {
      const { p50Ms, p99Ms, count } = summarize(recent);
      recent.reset();
      const seen = positions;
      positions = undefined;
      const sum = (read: (totals: ClientTotals) => number) =>
        clientKinds.reduce((total, kind) => total + read(byKind[kind]), 0);
      return {
        ...{ arrived: sum(({ clients }) => clients), waiting: where.waiting, booked: where.booked },
        ...{ confirmed: where.confirmed, left: where.left, errors: byKind.person.errors },
        ...{ requests: sum(({ requests }) => requests), recent: { count, p50Ms, p99Ms }, positions: seen },
      };
    },

    read(): Tally {
      const latencies = {} as Tally['latencies'];
      const latencySeconds = {} as Tally['latencySeconds'];
      for (const group of groups) {
        const summary = recorders[group].read();
        latencies[group] = summary.latency;
        latencySeconds[group] = summary.seconds;
      }
      return { byKind, errorsByCode, errorSeconds, latencies, latencySeconds, seconds, words };
    },
  };
}
