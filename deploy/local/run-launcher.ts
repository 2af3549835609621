import { LaunchProblem } from './launch-problem.ts';
import { createLauncher } from './launcher.ts';
import { hasColours } from './log-lines.ts';
import { type Environment, readOptions } from './options.ts';
import { planRooms } from './rooms.ts';
import { onStopSignals } from './stop-signals.ts';
import { createTerminal } from './terminal.ts';

/**
 * The life of the launcher, from the command line to the exit code: 0 after a wished stop, 1 for what the user has to put
 * right and for an end by force. `rootDir` is the folder that holds the rooms.
 */
export async function runLauncher({
  argv,
  env,
  rootDir,
}: {
  argv: readonly string[];
  env: Environment;
  rootDir: string;
}): Promise<number> {
  const outcome = readOptions(argv, env);
  if (outcome.kind === 'help') {
    process.stdout.write(`${outcome.text}\n`);
    return 0;
  }
  if (outcome.kind === 'refused') return refuse(outcome.problems);
  const { options } = outcome;
  const terminal = createTerminal({
    output: process.stdout,
    isColoured: hasColours(process.stdout.isTTY, env),
    nameWidth: Math.max(...planRooms(options).map(({ name }) => name.length)),
  });
  const launcher = createLauncher({ options, env, rootDir, terminal });
  let isStopping = false;
  const stopped = new Promise<number>((resolve, reject) => {
    onStopSignals({
      first() {
        isStopping = true;
        terminal.say('stopping; once more to end everything at once');
        launcher.stop().then(() => {
          terminal.say('stopped');
          resolve(0);
        }, reject);
      },
      again() {
        launcher.kill();
        terminal.say('ended at once');
        resolve(1);
      },
    });
  });
  try {
    await launcher.start();
  } catch (error) {
    // A start that was broken off fails somewhere, and it does not matter where.
    if (isStopping) return stopped;
    await launcher.stop();
    if (error instanceof LaunchProblem) return refuse(error.lines);
    throw error;
  }
  return stopped;
}

function refuse(lines: readonly string[]): number {
  process.stderr.write(`${lines.join('\n')}\n`);
  return 1;
}
