import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '@fairline/shared/clock.ts';
import { eventKeys } from '@fairline/shared/stores/keys.ts';
import { createSettingsStore } from '@fairline/shared/stores/settings/store.ts';
import { Redis } from 'ioredis';
import { readMachine } from '../report/results.ts';
import { runScript, say } from '../report/script.ts';
import { launchSite } from '../scaling/launched-site.ts';
import { findJmeter } from './find-jmeter.ts';
import { followFile } from './follow-file.ts';
import { provePlan } from './prove-plan.ts';
import { isWholeScenario, plotPath, publishRun } from './publish-run.ts';
import { countVisits, findJmeterProblems, type JmeterRun, renderCsv, renderPlot, renderReport } from './report.ts';
import { startJmeter } from './run-jmeter.ts';
import { createSampleReader, createTally } from './samples.ts';
import { watchLine } from './watch-line.ts';

const progressMs = 10_000;
const lawsEverySec = 200;
const keys = eventKeys('default');

await runScript(
  {
    summary:
      'npm run jmeter: JMeter sends visitors through the whole site, which this script starts with a Redis of its own on free ports.\n' +
      'Then: did every visit end with an order, did a number change, do the laws hold on what Redis held all the while? On this\n' +
      'machine only. Code 1: something failed. Writes docs/loadtest-jmeter.md, docs/images/jmeter.svg, loadtest/results/jmeter.{json,csv}.\n' +
      "JMeter: its folder in JMETER_HOME, or Debian's packages jmeter and jmeter-http with a JDK.",
    options: {
      smoke: {
        default: false,
        help: '50 threads, 3 visits each, short thoughts, few places: under a minute; writes nothing',
      },
      threads: { default: 5000, min: 1, max: 20_000, help: 'visitors at once' },
      'ramp-up-s': { default: 600, min: 0, max: 7200, help: 'seconds until all of them are there' },
      loops: { default: 200, min: 1, max: 100_000, help: 'visits of each, one after the other' },
      'no-keep-alive': { default: false, help: 'a new connection for each request' },
      'think-ms': { default: 8000, min: 0, max: 600_000, help: 'least ms of thought, three times in a visit' },
      'think-spread-ms': { default: 8000, min: 0, max: 600_000, help: 'random ms on top of it' },
      'skip-order': { default: false, help: 'do not look at the order page after confirming' },
      'max-booking': { default: 2000, min: 1, max: 1_000_000, help: 'places of the site' },
      pace: { default: 0, min: 0, max: 1_000_000, help: 'admissions a minute at most, 0 = no limit' },
      'booking-instances': { default: 2, min: 1, max: 64, help: 'booking instances' },
      'waiting-rooms': { default: 1, min: 1, max: 16, help: 'waiting-rooms' },
      'slow-at-s': { default: 1500, min: 0, max: 100_000, help: 'second at which the organiser slows admission down' },
      'slow-for-s': { default: 240, min: 0, max: 100_000, help: 'for so many seconds; 0 = never' },
      'slow-pace': { default: 3000, min: 1, max: 1_000_000, help: 'to so many admissions a minute' },
      port: {
        default: 0,
        min: 0,
        max: 65_535,
        help: 'use the site at 127.0.0.1:N instead of starting one; only its outside is checked',
      },
      'heap-mib': { default: 4096, min: 128, max: 65_536, help: 'memory of JMeter; about 0.5 MiB a thread, and 512' },
      'max-minutes': { default: 180, min: 1, max: 10_000, help: 'end it after so long' },
      'dry-run': { default: false, help: 'write nothing into the repository' },
    },
  },
  async ({ options, after, onInterrupt }) => {
    const machine = readMachine();
    const shape = options.smoke
      ? {
          threads: 50,
          rampUpSec: 5,
          loops: 3,
          thinkTimeMs: 100,
          thinkTimeSpreadMs: 400,
          maxBooking: 8,
          heapMiB: 512,
          maxMinutes: 3,
        }
      : {
          ...{ threads: options.threads, rampUpSec: options['ramp-up-s'], loops: options.loops },
          ...{ thinkTimeMs: options['think-ms'], thinkTimeSpreadMs: options['think-spread-ms'] },
          ...{ maxBooking: options['max-booking'], heapMiB: options['heap-mib'], maxMinutes: options['max-minutes'] },
        };
    const folder = await mkdtemp(join(tmpdir(), 'fairline-jmeter-'));
    const found = await findJmeter(process.env, folder);
    if (found.kind === 'missing') {
      await rm(folder, { recursive: true, force: true });
      throw new Error(`JmeterMissing: ${found.why}`);
    }
    say(`${found.name}; its log and every sample in ${folder}`);

    if (options.smoke) {
      const unnoticed = await provePlan(after, { javaArguments: found.javaArguments, folder });
      for (const problem of unnoticed) say(`LIMIT BROKEN  ${problem}`);
      if (unnoticed.length > 0) return 'broken';
      say('the plan notices every lie of a site that lies');
    }
    const { site, redis, port } = await openSite(after, options.port, {
      ...{ maxBooking: shape.maxBooking, newBookingsPerMinute: options.pace },
      ...{ bookingInstances: options['booking-instances'], waitingRooms: options['waiting-rooms'] },
    });
    const intervalSec = options.smoke ? 2 : 10;
    const tally = createTally(intervalSec);
    const readLine = createSampleReader();
    const samplesFile = join(folder, 'samples.csv');
    const follower = followFile(samplesFile, (line) => {
      const sample = readLine(line);
      if (sample) tally.add(sample);
    });
    after(() => follower.stop());
    const slowDown = {
      ...{ atSec: options['slow-at-s'], forSec: options.smoke ? 0 : options['slow-for-s'] },
      newBookingsPerMinute: options['slow-pace'],
    };
    const watch = redis && watchLine({ redis, keys, lawsEverySec });
    const scenario = {
      ...{
        threads: shape.threads,
        rampUpSec: shape.rampUpSec,
        loops: shape.loops,
        keepAlive: !options['no-keep-alive'],
      },
      ...{
        thinkTimeMs: shape.thinkTimeMs,
        thinkTimeSpreadMs: shape.thinkTimeSpreadMs,
        seeOrder: !options['skip-order'],
      },
    };
    const run = await startJmeter({
      ...{ javaArguments: found.javaArguments, heapMiB: shape.heapMiB, folder, samplesFile },
      properties: { ...scenario, host: '127.0.0.1', port },
    });
    after(() => run.stop());

    const startedAtMs = performance.now();
    const ended = new AbortController();
    if (redis && slowDown.forSec > 0)
      void slowAdmission(redis, { ...slowDown, after: options.pace, signal: ended.signal });
    let cutShort: string | undefined;
    const limit = setTimeout(() => {
      cutShort = `ended after ${shape.maxMinutes} minutes`;
      void run.stop();
    }, shape.maxMinutes * 60_000);
    onInterrupt(() => {
      say('the visits in hand end, then the report is written; a second signal ends at once …');
      cutShort = 'interrupted';
      void run.stop();
    });
    const progress = setInterval(
      () => {
        const [{ count, failed, visits }, line] = [tally.now(), watch?.now()];
        const seconds = (performance.now() - startedAtMs) / 1000;
        const inLine = line ? `, ${line.waiting} waiting, ${line.booked} booked` : '';
        say(
          `${Math.round(seconds)} s: ${visits} of ${scenario.threads * scenario.loops} visits, ${count} requests ` +
            `(${Math.round(count / seconds)}/s), ${failed} failed${inLine}`,
        );
      },
      options.smoke ? 5_000 : progressMs,
    );
    const exitCode = await run.done.finally(() => {
      ended.abort();
      clearTimeout(limit);
      clearInterval(progress);
    });
    await follower.stop();
    // What rooms have in hand is told to Redis within a second.
    await sleep(2_000);
    const seen = await watch?.stop();
    const result: JmeterRun = {
      ...{ scenario, tally: tally.read(), jmeter: found.name, exitCode, cutShort },
      site:
        site && redis && seen
          ? {
              settings: site.settings,
              slowDown,
              watch: seen,
              orders: await redis.hlen(keys.confirmed),
              errors: [...site.launched.errors],
            }
          : undefined,
    };
    const problems = findJmeterProblems(result);
    if (result.tally.count === 0) problems.push(`no request was made: see jmeter.out and jmeter.log in ${folder}`);
    const report = renderReport(machine, result, problems, plotPath);
    say(`\n${report}\n`);
    for (const problem of problems) say(`LIMIT BROKEN  ${problem}`);
    const { ordered } = countVisits(result.tally);
    say(
      `${ordered} visits, ${result.tally.failed} failed requests, ${result.site?.watch.brokenLaws.length ?? 0} broken laws`,
    );
    const outcome = problems.length === 0 ? 'ok' : 'broken';
    await writeFile(join(folder, 'run.json'), JSON.stringify({ machine, ...result }));
    await writeFile(join(folder, 'intervals.csv'), renderCsv(result, intervalSec));
    if (options.smoke || options['dry-run']) {
      if (outcome === 'ok') await rm(folder, { recursive: true, force: true });
      return outcome;
    }
    if (!isWholeScenario(result)) {
      await writeFile(join(folder, 'jmeter.svg'), renderPlot(result, intervalSec));
      await writeFile(join(folder, 'report.md'), report.replace('images/jmeter.svg', 'jmeter.svg'));
      say(`a part of the scenario replaces no document: its report is ${join(folder, 'report.md')}`);
      return outcome;
    }
    await publishRun(machine, result, intervalSec);
    return outcome;
  },
);

/** The whole site with its settings, or the one that is there already on `port`. */
async function openSite(
  after: (step: () => Promise<unknown> | unknown) => void,
  port: number,
  settings: { maxBooking: number; newBookingsPerMinute: number; bookingInstances: number; waitingRooms: number },
) {
  if (port > 0) return { site: undefined, redis: undefined, port };
  const { maxBooking, newBookingsPerMinute, bookingInstances, waitingRooms } = settings;
  const launched = await launchSite(after, {
    argv: [
      ...['--log-level', 'warn', '--booking-instances', String(bookingInstances)],
      ...['--waiting-rooms', String(waitingRooms)],
    ],
    env: {
      // All visitors come from one address; a line in a log for each request would cost more than the request.
      ...{ TRAFFIC_CONTROL: 'off', ACCESS_LOG: 'off' },
      // One machine plays everybody: requests wait for its cores rather than be refused.
      CAPACITY: '5000',
    },
  });
  const redis = new Redis(launched.redisUrl);
  after(() => redis.disconnect());
  await createSettingsStore({ redis, keys }).save({
    maxBooking: String(maxBooking),
    newBookingsPerMinute: String(newBookingsPerMinute),
    maxQueue: '0',
  });
  return { site: { launched, settings }, redis, port: Number(new URL(launched.url).port) };
}

/** What organisers do when their site has trouble: for a while fewer are let in, and a line builds up. */
async function slowAdmission(
  redis: Redis,
  slow: { atSec: number; forSec: number; newBookingsPerMinute: number; after: number; signal: AbortSignal },
): Promise<void> {
  const settings = createSettingsStore({ redis, keys });
  await systemClock.sleep(slow.atSec * 1000, slow.signal);
  if (slow.signal.aborted) return;
  await settings.save({ newBookingsPerMinute: String(slow.newBookingsPerMinute) });
  await systemClock.sleep(slow.forSec * 1000, slow.signal);
  await settings.save({ newBookingsPerMinute: String(slow.after) });
}
