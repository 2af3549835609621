import { type ChildProcess, fork } from 'node:child_process';
import type { Clock } from '@fairline/shared/clock.ts';
import type { Logger } from '@fairline/shared/logger.ts';
import type { FromWorker, ToWorker, WorkerState } from './messages.ts';
import { noteDeath } from './restart-delay.ts';
import { createWorkerId } from './worker-id.ts';

const answerTimeoutMs = 1000;

export type WorkersParts = {
  count: number;
  /** Program of a worker. */
  file: string | URL;
  port: number;
  gatewayId: string;
  env: Readonly<Record<string, string | undefined>>;
  clock: Clock;
  logger: Logger;
  /** Every worker listens for the first time. */
  onAllListening(): void;
};

export type AskedWorker = {
  /** 1, 2, 3 … */
  number: number;
  isListening: boolean;
  /** undefined when it gave no answer in time. */
  state: WorkerState | undefined;
};

type Place = {
  readonly number: number;
  child: ChildProcess | undefined;
  isListening: boolean;
  hasListened: boolean;
  deathsInRow: number;
};

/** Keeps `count` workers alive. They share nothing with each other or with this process but the channels to it. */
export function startWorkers(parts: WorkersParts) {
  const { count, clock, logger } = parts;
  const stopping = new AbortController();
  const answers = new Map<number, (state: WorkerState) => void>();
  const places = Array.from({ length: count }, (_, index): Place => {
    return { number: index + 1, child: undefined, isListening: false, hasListened: false, deathsInRow: 0 };
  });
  let questions = 0;
  let deaths = 0;

  function start(place: Place): void {
    const startedAtMs = clock.monotonicMs();
    const id = createWorkerId(parts.gatewayId, place.number);
    const child = fork(parts.file, [String(parts.port)], {
      env: { ...parts.env, INSTANCE_ID: id },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    place.child = child;
    child.on('message', (message: FromWorker) => hear(place, message));
    child.on('error', (error) => logger.error({ err: error, worker: id }, 'a worker could not be started or told'));
    onceEnded(child, async (code, signal) => {
      place.child = undefined;
      place.isListening = false;
      if (stopping.signal.aborted) return;
      deaths += 1;
      const { inRow, delayMs } = noteDeath(place.deathsInRow, clock.monotonicMs() - startedAtMs);
      place.deathsInRow = inRow;
      logger.warn({ worker: id, code, signal, delayMs }, 'a worker died, another one takes its place');
      await clock.sleep(delayMs, stopping.signal);
      if (!stopping.signal.aborted) start(place);
    });
  }

  function hear(place: Place, message: FromWorker): void {
    if (message.kind === 'state') {
      answers.get(message.question)?.(message.state);
      return;
    }
    place.isListening = true;
    const wereAllListening = places.every(({ hasListened }) => hasListened);
    place.hasListened = true;
    if (!wereAllListening && places.every(({ hasListened }) => hasListened)) parts.onAllListening();
  }

  async function ask(place: Place): Promise<AskedWorker> {
    const { number, isListening, child } = place;
    if (!child?.connected) return { number, isListening: false, state: undefined };
    questions += 1;
    const question = questions;
    const answered = new AbortController();
    const answer = new Promise<WorkerState>((resolve) => {
      answers.set(question, resolve);
    });
    child.send({ kind: 'ask', question } satisfies ToWorker, () => {});
    const late = clock.sleep(answerTimeoutMs, answered.signal).then(() => undefined);
    const state = await Promise.race([answer, late]);
    answered.abort();
    answers.delete(question);
    return { number, isListening, state };
  }

  for (const place of places) start(place);

  return {
    ask: (): Promise<AskedWorker[]> => Promise.all(places.map(ask)),
    countListening: () => places.filter(({ isListening }) => isListening).length,
    countDeaths: () => deaths,

    /** Lets each finish what it has; whoever is not done after `timeoutMs` is killed. */
    async stop(timeoutMs: number): Promise<void> {
      stopping.abort();
      const children = places.flatMap(({ child }) => child ?? []);
      const ended = children.map((child) => new Promise<void>((resolve) => onceEnded(child, () => resolve())));
      // Not a signal: a Ctrl-C has reached the workers as well, and a second signal would cut them off.
      for (const child of children) if (child.connected) child.disconnect();
      const done = new AbortController();
      const late = clock.sleep(timeoutMs, done.signal).then(() => {
        if (done.signal.aborted) return;
        logger.error({ timeoutMs }, 'workers did not stop in time and are killed');
        for (const child of children) child.kill('SIGKILL');
      });
      await Promise.all(ended);
      done.abort();
      await late;
    },
  };
}

export type Workers = ReturnType<typeof startWorkers>;

/** Not `close`: that one does not come for a child whose channel was closed from this side. */
function onceEnded(child: ChildProcess, run: (code: number | null, signal: NodeJS.Signals | null) => void): void {
  child.once('exit', run);
  // One that could not even be started has no end.
  if (child.pid === undefined) child.once('error', () => run(null, null));
}
