import type { TestLike } from '@fairline/shared/testing/test-like.ts';
import { readMachine, repositoryFile, writeResults } from '../../report/results.ts';
import { runScript, say } from '../../report/script.ts';
import { writeSection } from '../../report/section.ts';
import { measurePeerShape, measureRush } from './measure.ts';
import { findPeerProblems, findRushProblems, renderPeer, renderRush } from './report.ts';

await runScript(
  {
    summary:
      'npm run bench:rush: many visitors join within seconds, and poll. Is anybody lost, do all laws hold, how long does a join take?\n' +
      "First 32 workers in the shape of a peer's figure, then the rush itself. With --poll-s only the rush, as a stress.\n" +
      'Real processes and a Redis of their own, on this machine only; about two minutes on two cores with nothing else to do.\n' +
      'Code 1: somebody was lost, or a law is broken. Writes sections of docs/benchmarks-line.md and loadtest/results/rush*.json.',
    options: {
      visitors: { default: 100_000, min: 100, max: 500_000, help: 'who join in the rush' },
      seconds: { default: 30, min: 1, max: 600, help: 'over which they join' },
      'poll-for': { default: 35, min: 1, max: 600, help: 'seconds that polling goes on after the last join' },
      'poll-s': { default: 0, min: 0, max: 60, help: 'everybody polls every so many seconds; 0 = as told' },
      peer: { default: false, help: "the peer's shape only" },
      quick: { default: false, help: '300 visitors within 2 s, 2 s of polling; writes nothing' },
      'dry-run': { default: false, help: 'write no files' },
    },
  },
  async ({ options, after }) => {
    const { quick, peer: isPeerOnly, 'poll-s': pollEverySec } = options;
    const admissionsPerSec = quick ? 10 : 100;
    const isDry = quick || options['dry-run'];
    const docs = repositoryFile('docs/benchmarks-line.md');
    const all: string[] = [];
    /** Processes of one part end before the next begins. */
    const part = async <T>(name: string, run: (t: TestLike) => Promise<T>): Promise<T> => {
      say(`${name} …`);
      const steps: (() => unknown)[] = [];
      const end = async () => {
        for (let step = steps.pop(); step; step = steps.pop()) await step();
      };
      after(end);
      const result = await run({ after: (step) => void steps.push(step) });
      await end();
      return result;
    };
    const publish = async (
      name: string,
      report: string,
      problems: readonly string[],
      write: () => Promise<unknown>,
    ) => {
      say(`\n${report}\n`);
      all.push(...problems);
      if (isDry) return;
      await write();
      await writeSection(docs, `bench:${name}`, report, 'What the line costs');
    };

    if (pollEverySec === 0) {
      const machine = readMachine();
      const peer = await part("the peer's shape", (t) =>
        measurePeerShape(t, { visitors: quick ? 200 : 10_000, admissionsPerSec }),
      );
      const problems = findPeerProblems(peer);
      await publish('rush-peer', renderPeer(machine, peer, problems), problems, () =>
        writeResults('rush-peer', machine, { problems, peer }),
      );
    }
    if (!isPeerOnly) {
      const machine = readMachine();
      const shape = quick
        ? { visitors: 300, joinSec: 2, pollSec: 2, pollEverySec, admissionsPerSec }
        : {
            visitors: options.visitors,
            joinSec: options.seconds,
            pollSec: options['poll-for'],
            pollEverySec,
            admissionsPerSec,
          };
      const rush = await part(`${shape.visitors} visitors within ${shape.joinSec} s`, (t) => measureRush(t, shape));
      const problems = findRushProblems(rush);
      const name = pollEverySec > 0 ? 'rush-poll' : 'rush';
      await publish(name, renderRush(machine, rush, problems), problems, () =>
        writeResults(name, machine, { problems, ...rush }),
      );
    }
    for (const problem of all) say(`LIMIT BROKEN  ${problem}`);
    return all.length === 0 ? 'ok' : 'broken';
  },
);
