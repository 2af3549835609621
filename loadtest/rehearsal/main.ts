import { runRehearsal } from './run-rehearsal.ts';

/** What is on its way to a pipe at the end is given this long; process.exit at once would cut it off. */
const flushMs = 1_000;

process.exitCode = await runRehearsal(process.argv.slice(2));
setTimeout(() => process.exit(), flushMs).unref();
