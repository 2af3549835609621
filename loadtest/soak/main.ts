import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { hashPassword } from '@fairline/shared/password.ts';
import { checkLaws } from '@fairline/shared/test/laws/laws.ts';
import { type RoomName, type System, startSystem } from '@fairline/shared/testing/system.ts';
import type { TestLike } from '@fairline/shared/testing/test-like.ts';
import { describeMachine, readMachine, repositoryFile, writeResults } from '../report/results.ts';
import { runScript, say } from '../report/script.ts';
import { writeSection } from '../report/section.ts';
import { createSeededRandom } from '../simulate/seeded-random.ts';
import { startCrowd } from './crowd.ts';
import { middleOf } from './flatness.ts';
import { describeShares, placesFor } from './journey.ts';
import { type Judgement, judgeSoak, type SoakSample } from './judge-soak.ts';
import { sampleProcess } from './process-sample.ts';
import { sampleRedis } from './redis-sample.ts';
import { describeCrowd, renderJudgements, renderSoakPlot } from './soak-report.ts';

const sampleEveryMs = 5000;
const stretchMs = 60_000;
const sayEveryMs = 30_000;
const pauseEveryMs = 60_000;
const pauseForMs = 15_000;
/** The last visitors may finish. */
const endMs = 15_000;
const leastStretches = 3;
const plotFile = 'images/soak.svg';

const rooms: readonly RoomName[] = [
  ...(['router', 'waiting-room', 'booking', 'booking', 'queue-processor', 'queue-processor', 'admin'] as const),
];
/** The shortest times there are, so that whatever ends by itself does so several times in a run. */
const shortTimes = { visitorTTLMinutes: '1', leaseMinutes: '1', claimSeconds: '5' };

await runScript(
  {
    summary:
      'npm run soak: does anything grow while visitors come and go at a steady rate?\n' +
      'Real processes of every room and a Redis of their own, on this machine only. Needs no quiet machine.\n' +
      'Code 1: something that should be flat after the warm-up is not, a law is broken or a process died. Writes a section of\n' +
      'docs/reliability.md, docs/images/soak.svg and loadtest/results/soak.json.',
    options: {
      minutes: { default: 20, min: 1, max: 1440, help: 'how long visitors come, the warm-up included' },
      'warm-up': {
        default: 7,
        min: 0,
        max: 60,
        help: 'minutes that are not judged: changes are kept for 5, visitors for 1',
      },
      'visitors-per-second': { default: 10, min: 0.1, max: 500, help: 'new visitors a second' },
      seed: { default: 1, min: 0, max: 2 ** 32 - 1, help: 'of what each visitor does' },
      'dry-run': { default: false, help: 'write no files' },
    },
  },
  async ({ options, after }) => {
    const { minutes, seed, 'warm-up': warmUp, 'visitors-per-second': visitorsPerSecond } = options;
    if (minutes < warmUp + leastStretches) {
      throw new Error(`--minutes must be at least ${leastStretches} above --warm-up, which is ${warmUp}`);
    }
    const machine = readMachine();
    const places = placesFor(visitorsPerSecond);
    const system = await startRooms({ after }, places);
    const ending = new AbortController();
    after(() => ending.abort());
    const crowd = startCrowd({
      ...{ url: system.url(), visitorsPerSecond, signal: ending.signal },
      random: createSeededRandom(seed),
    });
    say(`${visitorsPerSecond} visitors a second, ${places} places, ${minutes} minutes, seed ${seed}`);
    const samples = await watch(system, minutes * 60_000, () => {
      const { arrived, here, problems } = crowd.report();
      const bad = Object.values(problems).reduce((sum, count) => sum + count, 0);
      return `${arrived} came, ${here} here${bad > 0 ? `, ${bad} answers nobody should see` : ''}`;
    });
    const report = crowd.report();
    ending.abort();
    await Promise.race([crowd.ended, sleep(endMs)]);

    const judgements = judgeSoak(samples, { warmUpMs: warmUp * 60_000, stretchMs });
    const problems = [
      ...judgements.filter(({ isFlat }) => !isFlat).map(describeGrowth),
      ...(await checkLaws(system.redis, system.keys)).map((each) => `law broken: ${each}`),
      ...system.processes.filter((each) => each.hasEnded()).map(({ id }) => `${id} died`),
      ...Object.entries(report.problems).map(([what, count]) => `${what}, ${count} times`),
      ...system.problems.slice(0, 5).map((line) => `log: ${line.trim().slice(0, 300)}`),
    ];
    const table = renderJudgements(judgements);
    say(`\n${describeCrowd(report)}\n\n${table}\n`);
    for (const problem of problems) say(`LIMIT BROKEN  ${problem}`);
    if (options['dry-run']) return problems.length === 0 ? 'ok' : 'broken';
    const path = await writeResults('soak', machine, { options, places, report, problems, judgements, samples });
    await mkdir(repositoryFile('docs/images/'), { recursive: true });
    await writeFile(repositoryFile(`docs/${plotFile}`), renderSoakPlot(samples, warmUp * 60_000));
    const text = [
      '## Soak',
      `Written by \`npm run soak\` on ${describeMachine(machine)}.`,
      `${visitorsPerSecond} new visitors a second for ${minutes} minutes (seed ${seed}) through one gateway, with one waiting-room, two ` +
        `booking instances, two queue-processors and the console; ${places} places; \`visitorTTLMinutes\` 1, \`leaseMinutes\` 1, ` +
        `\`claimSeconds\` 5. Admissions are paused for the first ${pauseForMs / 1000} s of every minute, so a line builds up and ` +
        `drains. What visitors do: ${describeShares()}. The machine did other work as well: its load average was ` +
        `${middleOf(samples.map(({ load1 }) => load1)).toFixed(1)} in the middle and ${Math.max(...samples.map(({ load1 }) => load1)).toFixed(1)} at most.`,
      describeCrowd(report),
      `Every ${sampleEveryMs / 1000} s all is sampled; each minute is one point (the middle value; of the heap the least, of keys the ` +
        `most). Every process collects its garbage every 20 s, so that what is left is in use. The trend is the middle of the slopes between all pairs of points after the warm-up of ${warmUp} minutes (Theil–Sen), ` +
        'drawn out over what was measured; it may add no more than is allowed. Orders, the bitmap of numbers and the journeys of ' +
        'turns are kept for the sale, readings for the charts for a day (one each 2 s): they are not judged.',
      `![Memory, descriptors, timers, delays and keys over the run](${plotFile})`,
      table,
      problems.length === 0
        ? 'All of it is flat, all laws hold, no process died, and no log has an error.'
        : problems.map((problem) => `- Broken: ${problem}.`).join('\n'),
    ].join('\n\n');
    await writeSection(repositoryFile('docs/reliability.md'), 'soak', text, 'Reliability');
    say(`written: docs/reliability.md, docs/${plotFile}, ${path}`);
    return problems.length === 0 ? 'ok' : 'broken';
  },
);

/** All rooms as they always are, but for their garbage, which is collected more often. */
async function startRooms(t: TestLike, places: number): Promise<System> {
  const system = await startSystem(t, {
    rooms: { booking: 0, 'waiting-room': 0, 'queue-processor': 0, router: 0 },
    settings: { maxBooking: String(places), ...shortTimes },
    env: {
      // A shop that can take the whole crowd: the line comes from the places, not from a gate that shuts.
      CAPACITY: '1000',
      ADMIN_SECRETS: randomBytes(32).toString('base64url'),
      // Nobody logs in; a console that lets nobody in does not start.
      OPERATORS: `soak:operator:${await hashPassword(randomBytes(16).toString('base64url'))}`,
    },
  });
  const execArgv = ['--import', new URL('./collect-garbage.ts', import.meta.url).href];
  const started = rooms.map((room, index) => system.start(room, { id: `${room}-${index + 1}`, execArgv }));
  await Promise.all(started);
  await system.ready();
  return system;
}

/** Samples until the time is over, and plays the operator who pauses admissions for a while in every minute. */
async function watch(system: System, durationMs: number, describe: () => string): Promise<SoakSample[]> {
  const startedAtMs = performance.now();
  const elapsedMs = () => performance.now() - startedAtMs;
  const samples: SoakSample[] = [];
  let isPaused = false;
  let saidAtMs = 0;
  for (let dueMs = 0; dueMs <= durationMs; dueMs += sampleEveryMs) {
    await sleep(Math.max(0, dueMs - elapsedMs()));
    const wantsPause = elapsedMs() % pauseEveryMs < pauseForMs;
    if (wantsPause !== isPaused) {
      await system.settings.save({ admissions: wantsPause ? 'paused' : 'open' });
      isPaused = wantsPause;
    }
    const sample = await takeSample(system, elapsedMs());
    samples.push(sample);
    if (elapsedMs() < saidAtMs) continue;
    saidAtMs += sayEveryMs;
    const gateway = sample.processes[system.ofRoom('router')[0]?.id ?? ''];
    say(
      `${(sample.atMs / 60_000).toFixed(1)} of ${durationMs / 60_000} min: ${describe()}; ` +
        `gateway ${((gateway?.rssBytes ?? Number.NaN) / 2 ** 20).toFixed(0)} MiB, ${gateway?.handles} descriptors; ` +
        `Redis ${(sample.redis.usedBytes / 2 ** 20).toFixed(1)} MiB, ${sample.redis.counts['booking:queued:set'] ?? 0} in line`,
    );
  }
  return samples;
}

async function takeSample(system: System, atMs: number): Promise<SoakSample> {
  const [processes, redis] = await Promise.all([
    Promise.all(
      system.processes.map(
        async ({ id, child, internalUrl }) => [id, await sampleProcess(child.pid ?? 0, internalUrl)] as const,
      ),
    ),
    sampleRedis(system.redis),
  ]);
  return { atMs, load1: loadavg()[0] ?? Number.NaN, processes: Object.fromEntries(processes), redis };
}

function describeGrowth({ subject, what, growth, limit }: Judgement): string {
  return `${subject}, ${what}: grows by ${growth.toFixed(1)} over the run, allowed ${limit.toFixed(1)}`;
}
