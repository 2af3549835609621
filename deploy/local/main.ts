import { fileURLToPath } from 'node:url';
import { runLauncher } from './run-launcher.ts';

/** What is on its way to a pipe at the end is given this long; process.exit at once would cut it off. */
const flushMs = 1_000;

process.exitCode = await runLauncher({
  argv: process.argv.slice(2),
  env: process.env,
  rootDir: fileURLToPath(new URL('../..', import.meta.url)),
});
setTimeout(() => process.exit(), flushMs).unref();
