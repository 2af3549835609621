import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { VisitorStatus, VisitorStatusWord } from '@fairline/shared/contracts/visitor-status.ts';
import { createAgenda } from '../bench/rush/agenda.ts';
import { createRandom } from '../estimate/random.ts';
import { arrivals, type RatePoint } from '../load/arrivals.ts';
import { createSender, type SendResult } from '../load/sender.ts';
import { type CookieJar, createCookieJar } from './cookie-jar.ts';
import { createErrorGuard } from './error-guard.ts';
import { beginJourney, decideMove, isInLine, type Journey, type Move, type Step } from './journey.ts';
import { drawPersona, type Habits, type Persona } from './persona.ts';
import { createPromiseWatch, type PromiseReport } from './promises.ts';
import { type Answer, readSight, type Sight } from './read-sight.ts';
import { recipes, writeStep } from './requests.ts';
import { createTally, type Tally, type TallyNow, type Whereabouts } from './tally.ts';
import type { Target } from './target.ts';
import { createToldWaits, type ToldWait } from './told-waits.ts';

export type CrowdPlan = {
  target: Target;
  curve: readonly RatePoint[];
  habits: Habits;
  seed: number;
  maxConnections: number;
  /** Requests a second of all who hammer together. */
  hammerPerSec: number;
  /** How long it goes on at most after the last arrival. */
  afterMs: number;
  /** Share of errors in ten seconds at which it ends by itself; undefined: it goes on. */
  maxErrorRatio: number | undefined;
};

/** Why it ended: everybody was through; those left waited longer than it lasts; by the user; by too many errors. */
export type CrowdEnd = 'everybody is through' | 'time is over' | 'interrupted' | 'too many errors';

export type CrowdResult = Tally & {
  end: CrowdEnd;
  durationMs: number;
  promises: PromiseReport;
  toldWaits: ToldWait[];
  /** How late the crowd itself was, p99 in ms: it counts in every latency. */
  latenessP99Ms: number;
};

export type CrowdNow = TallyNow & { elapsedMs: number; findings: number };

type Client = {
  index: number;
  persona: Persona;
  journey: Journey;
  jar: CookieJar;
  where: Whereabouts;
  joinSentAtMs: number;
  inLineAtMs: number;
  words: Set<VisitorStatusWord>;
};
type Due = { client: Client; move: Move };

/** How long anybody waits for one answer. */
const patienceMs = 10_000;
const mostRedirects = 3;
const shortestHammerMs = 100;
const lagStepMs = 5;

/**
 * Plays the crowd over shared kept connections, in an open loop: everything happens when it is due, whatever became of what
 * was before, and latency counts from then. `onStart` gets a function to look at the moment with.
 */
export async function playCrowd(
  plan: CrowdPlan,
  { signal, onStart }: { signal: AbortSignal; onStart(look: () => CrowdNow): void },
): Promise<CrowdResult> {
  const { target, habits, seed, maxConnections, hammerPerSec, afterMs, maxErrorRatio } = plan;
  const { host } = new URL(target.origin);
  const sender = createSender({ origin: target.origin, maxConnections, keepsText: true, ownHost: target.ownHost });
  const random = createRandom(seed);
  const tally = createTally();
  const watch = createPromiseWatch();
  const waits = createToldWaits();
  const guard = createErrorGuard({ maxRatio: maxErrorRatio ?? Number.POSITIVE_INFINITY });
  const lag = monitorEventLoopDelay({ resolution: lagStepMs });
  const agenda = createAgenda<Due>();
  const unfinished = new Set<Client>();
  /** Those without cookies get nowhere: nobody waits for their end. */
  let goingSomewhere = 0;
  let hammering = 0;
  let lastArrivalMs = 0;

  for (const atMs of arrivals(plan.curve)) {
    const persona = drawPersona(habits, random);
    const { journey, move } = beginJourney(persona, atMs);
    const client: Client = {
      ...{ index: unfinished.size, persona, journey, jar: createCookieJar(), where: 'coming', words: new Set() },
      ...{ joinSentAtMs: Number.NaN, inLineAtMs: Number.NaN },
    };
    unfinished.add(client);
    if (persona.kind !== 'cookieless') goingSomewhere += 1;
    agenda.add(atMs, { client, move });
    lastArrivalMs = atMs;
  }

  const startMs = performance.now();
  const elapsedMs = () => performance.now() - startMs;
  lag.enable();
  onStart(() => ({
    ...tally.look(),
    elapsedMs: elapsedMs(),
    findings: Object.values(watch.read().counts).reduce((sum, count) => sum + count, 0),
  }));
  let end: CrowdEnd | undefined;
  try {
    while (end === undefined) {
      const nowMs = elapsedMs();
      tally.passTime(nowMs);
      for (const { item } of agenda.take(nowMs)) act(item);
      if (signal.aborted) end = 'interrupted';
      else if (guard.isTripped(nowMs)) end = 'too many errors';
      else if (goingSomewhere === 0 && nowMs > lastArrivalMs) end = 'everybody is through';
      else if (nowMs > lastArrivalMs + afterMs) end = 'time is over';
      else await sleep(1);
    }
  } finally {
    sender.close();
    lag.disable();
  }
  for (const { persona, where } of unfinished) if (where !== 'coming') tally.end(persona.kind, 'unfinished');
  return {
    ...tally.read(),
    ...{ end, durationMs: elapsedMs(), promises: watch.read(), toldWaits: waits.read() },
    latenessP99Ms: Math.max(0, lag.percentile(99) / 1e6 - lagStepMs),
  };

  function act({ client, move }: Due): void {
    const { persona, index } = client;
    if (client.where === 'coming') {
      tally.totals[persona.kind].clients += 1;
      place(client, 'arrived');
    }
    if (move.kind === 'ask') {
      ask(client, move.step, move.atMs);
      return;
    }
    unfinished.delete(client);
    if (persona.kind !== 'cookieless') goingSomewhere -= 1;
    waits.forget(index);
    if (persona.kind === 'hammer' && client.journey.phase === 'inLine') hammering -= 1;
    tally.end(persona.kind, move.outcome);
    place(client, move.outcome === 'confirmed' ? 'confirmed' : 'left');
  }

  function ask(client: Client, step: Step, intendedMs: number, redirect?: { path: string; count: number }): void {
    const recipe = recipes[step];
    if (step === 'join' && Number.isNaN(client.joinSentAtMs)) client.joinSentAtMs = elapsedMs();
    const cookie = client.persona.kind === 'cookieless' ? undefined : client.jar.header();
    const method = redirect ? 'GET' : recipe.method;
    sender.send({
      method,
      bytes: writeStep({ method, expects: recipe.expects }, { path: redirect?.path ?? recipe.path, host, cookie }),
      deadlineMs: performance.now() + patienceMs,
      onDone: (result) => {
        const { sight, setCookies } = readResult(result, recipe.expects);
        client.jar.take(setCookies);
        const count = (redirect?.count ?? 0) + 1;
        if (sight.kind !== 'redirect') {
          take(client, step, intendedMs, sight);
          return;
        }
        const to = URL.parse(sight.location, target.origin);
        const isHere = to?.origin === target.origin;
        if (isHere && count <= mostRedirects) {
          ask(client, step, intendedMs, { path: to.pathname + to.search, count });
          return;
        }
        const reason = isHere ? 'sent round and round' : 'sent to another site';
        take(client, step, intendedMs, { kind: 'failed', reason, retryMs: undefined });
      },
    });
  }

  function take(client: Client, step: Step, intendedMs: number, sight: Exclude<Sight, { kind: 'redirect' }>): void {
    const nowMs = elapsedMs();
    const { persona } = client;
    const failure = findFailure(sight);
    const status = sight.kind === 'refused' ? sight.status : 0;
    tally.noteRequest({ kind: persona.kind, step, intendedMs, nowMs, status, failure });
    if (persona.kind === 'person') guard.note(nowMs, failure !== undefined);
    if (sight.kind === 'told') hear(client, sight.told, nowMs);
    if (sight.kind === 'refused' && sight.code === 'NOT_BOOKED' && step === 'confirm') {
      watch.report('confirm', client.index, nowMs, 'was let in, and the order was refused: NOT_BOOKED');
    }
    const hammerEveryMs = Math.max(shortestHammerMs, (hammering * 1000) / hammerPerSec);
    const before = client.journey.phase;
    const turn = decideMove(
      { journey: client.journey, persona, sight },
      { nowMs, random: Math.random(), hammerEveryMs },
    );
    client.journey = turn.journey;
    const after = turn.journey.phase;
    if (persona.kind === 'hammer' && before !== after)
      hammering += after === 'inLine' ? 1 : before === 'inLine' ? -1 : 0;
    if (after === 'booked' && before !== 'booked') letIn(client, nowMs);
    if (after === 'inLine' && client.where !== 'waiting') place(client, 'waiting');
    agenda.add(turn.move.atMs, { client, move: turn.move });
  }

  /** What a visitor was told about the own place. */
  function hear(client: Client, told: VisitorStatus, nowMs: number): void {
    const { index, persona, joinSentAtMs, words } = client;
    if (!words.has(told.status)) {
      words.add(told.status);
      tally.noteWord(told.status);
    }
    if (persona.kind === 'cookieless') {
      watch.report(
        'cookieless',
        index,
        nowMs,
        `was told ${told.status}${told.number === null ? '' : ` ${told.number}`}`,
      );
      return;
    }
    watch.note({ visitor: index, told, joinSentAtMs, receivedAtMs: nowMs });
    if (!isInLine(told)) return;
    if (Number.isNaN(client.inLineAtMs)) {
      client.inLineAtMs = nowMs;
      tally.totals[persona.kind].inLine += 1;
    }
    if (told.position !== null) tally.notePosition(told.position);
    waits.noteWaiting(index, nowMs, told.etaSeconds);
  }

  function letIn(client: Client, nowMs: number): void {
    const { persona, index, inLineAtMs } = client;
    const totals = tally.totals[persona.kind];
    totals.admitted += 1;
    if (!Number.isNaN(inLineAtMs)) totals.waitsMs.push(nowMs - inLineAtMs);
    waits.noteAdmitted(index, nowMs);
    place(client, 'booked');
  }

  function place(client: Client, where: Whereabouts): void {
    tally.move(client.where, where, elapsedMs());
    client.where = where;
  }
}

function readResult(result: SendResult, expects: 'page' | 'told' | 'done'): Answer {
  if (result.kind === 'answered') return readSight(result.answer.status, result.answer.text, expects);
  return { sight: { kind: 'failed', reason: result.reason, retryMs: undefined }, setCookies: [] };
}

/** A refusal that the sale itself explains is an answer; everything else that a visitor did not want is an error. */
function findFailure(sight: Sight): string | undefined {
  if (sight.kind === 'failed') return sight.reason;
  if (sight.kind !== 'refused' || sight.code === 'SOLD_OUT') return undefined;
  return `status ${sight.status}${sight.code && ` ${sight.code}`}`;
}
