import type { Clock } from '@fairline/shared/clock.ts';
import type { Settings } from '@fairline/shared/contracts/settings.ts';
import type { Logger } from '@fairline/shared/logger.ts';
import type { InstanceMap, InstanceStore } from '@fairline/shared/stores/instances/store.ts';
import type { LineStore } from '@fairline/shared/stores/line/store.ts';
import type { SettingsStore } from '@fairline/shared/stores/settings/store.ts';
import { decideGate, type GateDecision } from '../gate/gate-decision.ts';
import type { RedisState } from '../gate/redis-state.ts';
import type { Recovery } from '../recovery/recovery.ts';
import { readSeen } from '../recovery/seen.ts';
import {
  countAdmittedLately,
  decideDueNumber,
  decideWindowEnd,
  noteWindow,
  type WindowNote,
  windowMs,
} from './due-window.ts';
import { decideNextWakeMs, tickMs } from './next-wake.ts';
import { runRounds } from './rounds.ts';
import { pickNewProblems, type RefusedValues } from './setting-problems.ts';

/** Visitors or entries that one script call looks at, so that no call holds Redis up for more than a few ms. */
const perCall = 500;
/** Calls of one kind in one pass: the gate and the ends of places must not wait behind a very long line. */
const maxRounds = 20;
/** The line's numbers and the server's memory change little within a second. */
const lookEveryMs = 1_000;

export type PassOutcome =
  | { kind: 'done'; admitted: number; aside: number; ended: number; nextWakeMs: number }
  | { kind: 'notLeader' };

/** One term of leadership: what it has learned is forgotten with it. */
export type Passes = {
  /**
   * Adopts settings, writes the gate, ends places and admits. Within 250 ms of the last full pass it only admits, which
   * is all that a change asks for. `notLeader` from any script ends the pass at once.
   */
  run(token: string): Promise<PassOutcome>;
};

export function createPasses({
  line,
  settings,
  instances,
  readSettings,
  readRedisState,
  recovery,
  clock,
  logger,
}: {
  line: LineStore;
  settings: Pick<SettingsStore, 'adopt'>;
  instances: Pick<InstanceStore, 'readAll'>;
  /** The settings in force. */
  readSettings: () => Promise<Settings>;
  readRedisState: () => Promise<RedisState>;
  recovery: Pick<Recovery, 'check'>;
  clock: Clock;
  logger: Logger;
}): Passes {
  let term = '';
  let refused: RefusedValues = new Map();
  let wrongKey = '';
  let history: readonly WindowNote[] = [];
  let windowEnd = 0;
  /** The same of the VIP line, in its own count. */
  let vipHistory: readonly WindowNote[] = [];
  let vipWindowEnd = 0;
  let redisState: RedisState = { runId: '', usedMemoryBytes: 0, maxMemoryBytes: 0 };
  let gate: GateDecision | undefined;
  let lookedAtMs = -Infinity;
  let fullAtMs = -Infinity;

  function beginTerm(token: string): void {
    term = token;
    history = [];
    windowEnd = 0;
    vipHistory = [];
    vipWindowEnd = 0;
    gate = undefined;
    lookedAtMs = -Infinity;
    fullAtMs = -Infinity;
  }

  /** A settings key that somebody turned into another type is a bad value like any other: the last good ones stay. */
  async function adoptOrKeep(): Promise<Awaited<ReturnType<SettingsStore['adopt']>> | undefined> {
    try {
      const adopted = await settings.adopt();
      wrongKey = '';
      return adopted;
    } catch (error) {
      if (!(error instanceof Error && error.message.includes('WRONGKEY'))) throw error;
      if (wrongKey !== error.message) logger.error({ err: error }, 'settings cannot be read, the last good ones stay');
      wrongKey = error.message;
      return undefined;
    }
  }

  async function adoptSettings(): Promise<void> {
    const adopted = await adoptOrKeep();
    if (!adopted) return;
    const { isChanged, version, problems } = adopted;
    const outcome = pickNewProblems(refused, problems);
    refused = outcome.refused;
    for (const { field, value, problem } of outcome.news) {
      logger.warn({ field, value, problem }, 'setting refused, the last good value stays in force');
    }
    if (isChanged) logger.info({ version }, 'settings adopted');
  }

  async function look(token: string, nowMs: number, map: InstanceMap): Promise<'done' | 'notLeader'> {
    const [progress, state, inForce] = await Promise.all([line.readProgress(), readRedisState(), readSettings()]);
    const others = readSeen(map);
    const recovered = await recovery.check({ token, runId: state.runId, progress, others });
    if (recovered === 'notLeader') return recovered;
    lookedAtMs = recovered === 'pending' ? -Infinity : nowMs;
    redisState = state;
    const { head, vip } = progress;
    const admitted = progress.counters.admitted ?? 0;
    const admittedLately = countAdmittedLately(history, nowMs, admitted);
    windowEnd = decideWindowEnd({ ...inForce, head, admittedLately });
    history = noteWindow(history, { atMs: nowMs, windowEnd, admitted }, windowMs);
    // Each line can get all of the places, should the other one run empty.
    vipWindowEnd = decideWindowEnd({ ...inForce, head: vip.head, admittedLately });
    vipHistory = noteWindow(vipHistory, { atMs: nowMs, windowEnd: vipWindowEnd, admitted }, windowMs);
    return 'done';
  }

  async function writeGate(token: string, { reports, extras, disabled }: InstanceMap): Promise<'done' | 'notLeader'> {
    const decided = decideGate({ reports, extras, disabled, ...redisState });
    const { kind } = await line.setGate({ token, ...decided, dueNumber: windowEnd, vipDueNumber: vipWindowEnd });
    if (kind === 'notLeader') return kind;
    if (gate?.reason !== decided.reason) logger.info({ ...decided }, decided.isOpen ? 'gate open' : 'gate shut');
    gate = decided;
    return kind;
  }

  return {
    async run(token) {
      if (token !== term) beginTerm(token);
      const startedAtMs = clock.monotonicMs();
      const isFull = startedAtMs - fullAtMs >= tickMs;
      let ended = 0;
      let hasMoreEnds = false;

      if (isFull) {
        await adoptSettings();
        const map = await instances.readAll();
        const isLookDue = startedAtMs - lookedAtMs >= lookEveryMs;
        if (isLookDue && (await look(token, startedAtMs, map)) === 'notLeader') return { kind: 'notLeader' };
        if ((await writeGate(token, map)) === 'notLeader') return { kind: 'notLeader' };
        for (const round of await runRounds(() => line.endPlaces({ token, limit: perCall }), maxRounds)) {
          if (round.kind === 'notLeader') return { kind: 'notLeader' };
          ended += round.ended;
          hasMoreEnds = round.isMore;
        }
        fullAtMs = startedAtMs;
      }

      const dueNumber = decideDueNumber(history, clock.monotonicMs(), windowMs);
      const vipDueNumber = decideDueNumber(vipHistory, clock.monotonicMs(), windowMs);
      const ask = { token, limit: perCall, absentAfterMs: windowMs, dueNumber, vipDueNumber };
      let admitted = 0;
      let aside = 0;
      let hasMoreAdmissions = false;
      let waitMs: number | null = null;
      for (const round of await runRounds(() => line.admit(ask), maxRounds)) {
        if (round.kind === 'notLeader') return { kind: 'notLeader' };
        admitted += round.admitted;
        aside += round.aside;
        waitMs = round.waitMs;
        hasMoreAdmissions = round.isMore;
      }
      const untilFullMs = Math.max(0, fullAtMs + tickMs - clock.monotonicMs());
      const nextWakeMs = decideNextWakeMs({ isMore: hasMoreEnds || hasMoreAdmissions, waitMs, untilFullMs });
      return { kind: 'done', admitted, aside, ended, nextWakeMs };
    },
  };
}
