import { readMachine, repositoryFile, writeResults } from '../../report/results.ts';
import { runScript, say } from '../../report/script.ts';
import { writeSection } from '../../report/section.ts';
import { fitStreams, raiseDescriptorLimit } from './descriptors.ts';
import { countAdmissions, measureStreams, type StreamsResult, type StreamsWay } from './measure.ts';
import { findProblems, maxDelayP99Ms, renderReport } from './report.ts';

const ways: readonly StreamsWay[] = ['direct', 'gateway'];

await runScript(
  {
    summary:
      'npm run bench:streams: what open event streams cost a waiting-room, and how soon `admitted` reaches the client.\n' +
      'Real processes and a Redis of their own, on this machine only; about two minutes on two cores with nothing else to do.\n' +
      `Code 1: p99 above ${maxDelayP99Ms} ms direct to the waiting-room, a stream lost or an admitted visitor not told.\n` +
      'Writes a section of docs/benchmarks-line.md and loadtest/results/streams.json.',
    options: {
      streams: { default: 10_000, min: 10, max: 50_000, help: 'open event streams on one waiting-room process' },
      rate: { default: 100, min: 1, max: 1000, help: 'admissions a second' },
      seconds: { default: 30, min: 1, max: 120, help: 'to measure, direct and then through the gateway' },
      quick: { default: false, help: '300 streams, 20 admissions a second, 3 s, direct only; writes nothing' },
      'dry-run': { default: false, help: 'write no files' },
    },
  },
  async ({ options: { quick, ...options }, after }) => {
    const machine = readMachine();
    const { streams, rate, seconds } = quick ? { streams: 300, rate: 20, seconds: 3 } : options;
    const limit = await raiseDescriptorLimit(streams);
    const shape = { rate, seconds };
    const needed = countAdmissions(shape);
    const notes: string[] = [];
    const results: StreamsResult[] = [];
    for (const way of quick ? ways.slice(0, 1) : ways) {
      const fit = fitStreams({ wanted: streams, limit, perStream: way === 'gateway' ? 2 : 1 });
      if (fit.note !== undefined) say(`${way}: ${fit.note}`);
      if (fit.note !== undefined && way === 'direct') return 'broken';
      if (fit.note !== undefined) notes.push(fit.note);
      if (needed > fit.streams) {
        say(
          `${way}: ${needed} visitors would be admitted, and only ${fit.streams} wait: fewer --seconds or a lower --rate`,
        );
        return 'broken';
      }
      say(`${way}: ${fit.streams} streams, ${rate} admissions a second for ${seconds} s …`);
      const steps: (() => unknown)[] = [];
      const end = async () => {
        for (let step = steps.pop(); step; step = steps.pop()) await step();
      };
      // Processes of one way end before the next begins.
      after(end);
      results.push(
        await measureStreams({ after: (step) => void steps.push(step) }, { way, streams: fit.streams, ...shape }),
      );
      await end();
    }
    const problems = findProblems(results, rate);
    const report = renderReport(machine, results, { rate, notes, problems });
    say(`\n${report}\n`);
    for (const problem of problems) say(`LIMIT BROKEN  ${problem}`);
    if (!quick && !options['dry-run']) {
      await writeResults('streams', machine, { options: { streams, ...shape }, problems, notes, results });
      await writeSection(repositoryFile('docs/benchmarks-line.md'), 'bench:streams', report, 'What the line costs');
    }
    return problems.length === 0 ? 'ok' : 'broken';
  },
);
