import { describeMachine, readMachine, repositoryFile, writeResults } from '../report/results.ts';
import { runScript, say } from '../report/script.ts';
import { writeSection } from '../report/section.ts';
import { sampleProcess } from '../soak/process-sample.ts';
import { judgeMemory, type MemorySample, renderFuzzReport } from './fuzz-report.ts';
import { kinds } from './kinds.ts';
import { addUp, type Finding, fuzzKind, type KindResult, shareInputs } from './run-fuzz.ts';
import { startTraps } from './traps.ts';
import { startWorld, type World } from './world.ts';

const sayEveryMs = 5000;
const sampleEveryMs = 5000;
const highestSeed = 2 ** 31 - 1;

await runScript(
  {
    summary:
      'npm run fuzz: whatever may come from outside, given to a running system: requests of every kind, and what people and\n' +
      'broken programs may write into Redis. Real processes and a Redis of their own, on this machine only.\n' +
      'Code 1: an answer that must not be, an error in a log, a process that died, a law broken, memory that grows. A failing\n' +
      'input is shrunk and printed with what finds it again: --only, --seed and --path.\n' +
      'Writes a section of docs/reliability.md and loadtest/results/fuzz.json.',
    options: {
      inputs: { default: 100_000, min: 10, max: 100_000_000, help: 'inputs in all' },
      seed: {
        default: 1,
        min: 0,
        max: highestSeed - 1,
        help: 'the same seed gives the same inputs; a new one finds new things',
      },
      only: { default: '', choices: kinds.map(({ name }) => name), help: 'one kind of inputs alone' },
      path: { default: '', help: 'only the input that was printed with this path; needs --only and its --seed' },
      'dry-run': { default: false, help: 'write no files' },
    },
  },
  async ({ options, after }) => {
    const { inputs, seed, only, path } = options;
    if (path !== '' && only === '') throw new Error('--path needs --only');
    const machine = readMachine();
    const [world, traps] = [await startWorld({ after }), await startTraps({ after })];
    const watch = watchMemory(world);
    after(watch.stop);
    const results: KindResult[] = [];
    const findings: Finding[] = [];
    // Every kind does something that no other does, and Node's memory grows to what that needs. So all of them come twice,
    // with other inputs the second time; what still grows then is a leak.
    const isWhole = only === '';
    const rounds = isWhole ? 2 : 1;
    let secondRoundMs = 0;
    for (let round = 0; round < rounds; round += 1) {
      if (round > 0) {
        secondRoundMs = watch.nowMs();
        say('all kinds a second time:');
      }
      for (const { kind, inputs: wanted } of shareInputs(inputs / rounds, isWhole ? undefined : only)) {
        let saidAtMs = performance.now();
        const onProgress = (count: number) => {
          if (performance.now() - saidAtMs < sayEveryMs) return;
          saidAtMs = performance.now();
          say(`  ${kind.name}: ${count} of about ${wanted}; ${watch.describe()}`);
        };
        const outcome = await fuzzKind({ world, traps }, kind, {
          inputs: wanted,
          seed: seed + round,
          onProgress,
          onFound: (problem) =>
            say(`  ${kind.name}: found, now looking for the smallest input: ${problem.slice(0, 300)}`),
          ...(path && { path }),
        });
        results.push(outcome.result);
        findings.push(...outcome.findings);
        const { inputs: count, durationMs } = outcome.result;
        say(
          `${kind.name}: ${count} inputs in ${(durationMs / 1000).toFixed(1)} s${outcome.findings.length > 0 ? ', FINDINGS' : ''}`,
        );
        for (const finding of outcome.findings) say(describeFinding(finding));
      }
    }
    const samples = watch.stop();
    const memory = isWhole ? judgeMemory(samples, secondRoundMs) : [];
    const grown = memory.filter(({ isFlat }) => !isFlat);
    for (const { id, what, growth, limit } of grown) {
      say(`LIMIT BROKEN  ${id}, ${what}: grows by ${growth.toFixed(1)}, allowed ${limit.toFixed(1)}`);
    }
    const isOk = findings.length === 0 && grown.length === 0;
    say(`${results.reduce((sum, result) => sum + result.inputs, 0)} inputs, ${findings.length} findings`);
    if (options['dry-run'] || !isWhole) return isOk ? 'ok' : 'broken';
    await writeResults('fuzz', machine, { options, results, findings, memory, samples });
    const text = renderFuzzReport({
      seed,
      machine: describeMachine(machine),
      results: addUp(results),
      findings,
      memory,
    });
    await writeSection(repositoryFile('docs/reliability.md'), 'fuzz', text, 'Reliability');
    say('written: docs/reliability.md, loadtest/results/fuzz.json');
    return isOk ? 'ok' : 'broken';
  },
);

function describeFinding({ kind, problem, input, seed, path }: Finding): string {
  const again = path === '' ? '' : `\n  again: npm run fuzz -- --only=${kind} --seed=${seed} --path=${path}`;
  return `FOUND  ${problem}\n  input: ${input}${again}`;
}

function watchMemory(world: World) {
  const startedAtMs = performance.now();
  const samples: MemorySample[] = [];
  let last = '';
  async function look(): Promise<void> {
    const atMs = performance.now() - startedAtMs;
    const living = world.system.processes.filter((each) => !each.hasEnded());
    const processes = await Promise.all(
      living.map(async ({ id, child, internalUrl }) => [id, await sampleProcess(child.pid ?? 0, internalUrl)] as const),
    );
    samples.push({ atMs, processes: Object.fromEntries(processes) });
    const gateway = processes.find(([id]) => id.startsWith('router'))?.[1];
    last = `gateway ${((gateway?.rssBytes ?? Number.NaN) / 2 ** 20).toFixed(0)} MiB, ${gateway?.handles} descriptors`;
  }
  const timer = setInterval(() => void look().catch(() => undefined), sampleEveryMs);
  return {
    /** As samples count it. */
    nowMs: () => performance.now() - startedAtMs,
    describe: () => last,
    stop: () => {
      clearInterval(timer);
      return samples;
    },
  };
}
