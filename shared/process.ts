import closeWithGrace from 'close-with-grace';
import type { Static, TObject } from 'typebox';
import { ConfigError, readConfig } from './config.ts';
import type { Logger } from './logger.ts';

export type ProcessContext = {
  /** Aborts when the process begins to stop, before the first stop step. */
  signal: AbortSignal;
  /**
   * Registers a step of the stop. Steps run one after the other, the last registered first, each also when the one
   * before threw. Registered while the process stops, it runs at once.
   */
  onStop(name: string, step: () => Promise<unknown> | unknown): void;
};

/** Reads the config for a process; with problems it prints them to stderr, one a line, and exits with 1. */
export function readConfigOrExit<T extends TObject>(
  schema: T,
  env: Record<string, string | undefined>,
): Readonly<Static<T>> {
  return readOrExit(() => readConfig(schema, env));
}

/** The same for a config that takes more than a schema to read: `read` throws a ConfigError. */
export function readOrExit<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    printProblems(error);
    return process.exit(1);
  }
}

function printProblems(error: ConfigError): void {
  process.stderr.write(`${error.problems.join('\n')}\n`);
}

/**
 * The life of a process: `start` builds and listens, registering how to undo it; SIGTERM, SIGINT, an uncaught error or
 * the loss of the parent that started it with IPC run the stop steps under one deadline. Exits with 0 after a wished
 * stop, else 1; a second signal exits at once. Settles when `start` has; a `start` that throws stops and exits with 1.
 */
export async function runProcess({
  room,
  logger,
  stopTimeoutMs,
  start,
}: {
  room: string;
  logger: Logger;
  /** Ms for all stop steps together. */
  stopTimeoutMs: number;
  start(context: ProcessContext): Promise<unknown> | unknown;
}): Promise<void> {
  const controller = new AbortController();
  const steps: { name: string; step: () => Promise<unknown> | unknown }[] = [];
  let hasFailed = false;

  const runStep = async ({ name, step }: (typeof steps)[number]) => {
    try {
      await step();
    } catch (error) {
      logger.error({ err: error, step: name }, 'stop step failed');
    }
  };

  const closer = closeWithGrace(
    {
      delay: stopTimeoutMs,
      logger: false,
      onSecondSignal: (signal) => logger.error({ signal }, 'second signal, exits at once'),
      onSecondError: (error) => logger.fatal({ err: error }, 'error while stopping, exits at once'),
      onTimeout: () => logger.error({ stopTimeoutMs }, 'stop took too long, exits'),
    },
    async ({ signal, err }: { signal?: string; err?: Error }) => {
      if (err) logger.fatal({ err }, `uncaught error, ${room} stops`);
      else logger.info({ signal }, `${room} stops`);
      controller.abort();
      for (let next = steps.pop(); next; next = steps.pop()) await runStep(next);
      logger.info(`${room} stopped`);
      if (hasFailed) process.exit(1);
    },
  );
  process.once('disconnect', () => {
    // A stop in hand goes on: closing once more would end it before its steps are done.
    if (!controller.signal.aborted) closer.close();
  });
  // Lost while modules were still loading: the event is over. Without a parent by IPC this is undefined.
  if (process.connected === false) closer.close();

  try {
    await start({
      signal: controller.signal,
      onStop: (name, step) => {
        if (controller.signal.aborted) void runStep({ name, step });
        else steps.push({ name, step });
      },
    });
  } catch (error) {
    // Stopping may well make a start in hand fail; that is no failure of its own.
    if (controller.signal.aborted) return;
    hasFailed = true;
    if (error instanceof ConfigError) printProblems(error);
    else logger.fatal({ err: error }, `${room} could not start`);
    closer.close();
  }
}
