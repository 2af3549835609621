import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { decideRestart } from './back-off.ts';

export type ProcessRecipe = {
  name: string;
  command: string;
  args: readonly string[];
  cwd: string;
  /** Asked anew for every start, so that each life of a process can have an id of its own. */
  environment: () => Record<string, string>;
  /** A channel whose closing tells the process that the launcher is gone, also when it was killed. */
  hasChannel: boolean;
  /** One line of its output, or of its error output. */
  onLine: (line: string) => void;
  /** What the user should know: it died, it did not stop in time. */
  onNote: (text: string) => void;
};

export type SupervisedProcess = {
  readonly name: string;
  /** Starts it, and again whenever it dies, until `stop` or `kill`. */
  start(): void;
  /** Asks it to end and waits; after `timeoutMs` it is killed. Idempotent; never throws. */
  stop(timeoutMs: number): Promise<void>;
  /** Ends it and its descendants at once. */
  kill(): void;
  /** undefined while it is not running. */
  processId(): number | undefined;
  /** How often it died by itself. */
  deaths(): number;
};

/**
 * Keeps one process alive. It leads a process group of its own: a Ctrl-C in the terminal reaches the launcher alone, which
 * then stops the processes in their order, and nothing that a process started outlives it.
 */
export function superviseProcess(recipe: ProcessRecipe): SupervisedProcess {
  let child: ChildProcess | undefined;
  let exited: Promise<void> = Promise.resolve();
  let restartTimer: NodeJS.Timeout | undefined;
  let isWanted = false;
  let deathsInRow = 0;
  let deaths = 0;

  function start(): void {
    isWanted = true;
    const startedAtMs = performance.now();
    const started = spawn(recipe.command, recipe.args, {
      cwd: recipe.cwd,
      env: recipe.environment(),
      detached: true,
      stdio: recipe.hasChannel ? ['ignore', 'pipe', 'pipe', 'ipc'] : ['ignore', 'pipe', 'pipe'],
    });
    child = started;
    for (const stream of [started.stdout, started.stderr]) {
      if (stream) createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on('line', recipe.onLine);
    }
    exited = new Promise((resolve) => {
      function end(reason: string): void {
        if (child !== started) return;
        child = undefined;
        killGroup(started.pid);
        if (isWanted) startAgain(reason, performance.now() - startedAtMs);
        resolve();
      }
      started.once('exit', (code, signal) => end(signal ? `killed by ${signal}` : `exit code ${code}`));
      started.once('error', (error) => end(error.message));
    });
  }

  function startAgain(reason: string, livedMs: number): void {
    const decision = decideRestart({ deathsBefore: deathsInRow, livedMs });
    deathsInRow = decision.deaths;
    deaths += 1;
    recipe.onNote(`${recipe.name} died (${reason}), starting it again in ${decision.delayMs / 1000} s`);
    restartTimer = setTimeout(start, decision.delayMs);
  }

  function giveUpRestarts(): void {
    isWanted = false;
    clearTimeout(restartTimer);
  }

  return {
    name: recipe.name,
    start,
    async stop(timeoutMs) {
      giveUpRestarts();
      if (!child) return;
      child.kill('SIGTERM');
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<'late'>((resolve) => {
        timer = setTimeout(() => resolve('late'), timeoutMs);
      });
      if ((await Promise.race([exited, late])) === 'late') {
        recipe.onNote(`${recipe.name} did not stop within ${timeoutMs / 1000} s and is killed`);
        killGroup(child?.pid);
        await exited;
      }
      clearTimeout(timer);
    },
    kill() {
      giveUpRestarts();
      killGroup(child?.pid);
    },
    processId: () => child?.pid,
    deaths: () => deaths,
  };
}

/** The group's number is its leader's, and stays taken as long as one of them lives: no stranger can be hit. */
function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nobody is left in the group: what was wanted.
  }
}
