import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseEnv } from 'node:util';
import { createInstanceStore } from '@fairline/shared/stores/instances/store.ts';
import { eventKeys } from '@fairline/shared/stores/keys.ts';
import { createLineStore } from '@fairline/shared/stores/line/store.ts';
import { createSettingsStore } from '@fairline/shared/stores/settings/store.ts';
import { Redis } from 'ioredis';
import { checkLaws } from '../../shared/test/laws/laws.ts';
import type { RequestKind } from '../load/plan.ts';
import { startLoad } from '../load/run-load.ts';
import { readMachine, repositoryFile, writeResults } from '../report/results.ts';
import { runScript, say } from '../report/script.ts';
import { writeSection } from '../report/section.ts';
import { bookVisitors } from '../visitors/booked-visitors.ts';
import { walkThrough } from './browser-walk.ts';
import { type Container, createCompose, isWell, readListeningMs } from './compose.ts';
import {
  type ContainersRun,
  findContainerProblems,
  type Killed,
  type Noticed,
  type Restarted,
  renderContainers,
  type Scaled,
} from './report.ts';

const project = process.env.COMPOSE_PROJECT_NAME ?? 'fairline';
const visitorCount = 200;
const patienceMs = 240_000;
const keys = eventKeys('default');

const page = { accept: 'text/html', 'accept-language': 'en', 'sec-fetch-mode': 'navigate' };
const json = { accept: 'application/json', 'content-type': 'application/json' };
const requests: readonly RequestKind[] = [
  { name: 'page', method: 'GET', path: '/ticketing', headers: page, weight: 6 },
  { name: 'call', method: 'GET', path: '/api/booking', headers: json, weight: 3 },
  { name: 'poll', method: 'GET', path: '/queue/status', headers: json, weight: 3 },
  {
    ...{ name: 'choice', method: 'POST', path: '/api/booking/choice', headers: json, weight: 1 },
    body: '{"section":"parterre","tickets":2}',
  },
];

await runScript(
  {
    summary:
      'npm run compose:smoke: what visitors notice of containers that come, go, stop and are killed.\n' +
      'Needs the project up (`npm run compose:env`, then `docker compose up -d`) with its .env, root for kill -9, Linux (it speaks to\n' +
      'Redis by the address of its container), and Chromium. COMPOSE_PROJECT_NAME names another project than fairline. It changes\n' +
      'settings and books visitors: not for a site in use. Code 1: a limit is broken. Writes a section of deploy/docker/README.md.',
    options: {
      port: { default: 8080, min: 1, max: 65_535, help: 'where the gateway is published on 127.0.0.1' },
      rate: { default: 40, min: 1, max: 2000, help: 'requests a second' },
      part: {
        default: '',
        choices: ['scaling', 'stopping', 'killing'],
        help: 'this part alone; the others stay in the report as they were measured',
      },
      'dry-run': { default: false, help: 'write no files' },
    },
  },
  async ({ options, after }) => {
    const machine = readMachine();
    const site = `http://127.0.0.1:${options.port}`;
    const compose = createCompose(project);
    const env = parseEnv(await readFile(repositoryFile('.env'), 'utf8'));

    if ((await compose.list()).length === 0) {
      throw new Error(
        `the project ${project} is not up: docker compose up -d, or name another in COMPOSE_PROJECT_NAME`,
      );
    }
    const allWell = async () => {
      const all = await compose.list();
      return all.every(isWell) ? all : undefined;
    };
    const containers = await waitFor('every container to be healthy', allWell);
    say(`${containers.length} containers are healthy`);

    let redis = await connect();
    after(() => redis.disconnect());
    const settings = () => createSettingsStore({ redis, keys });
    await settings().save({ maxBooking: '1', leaseMinutes: '60' });
    const letInMs = await walkThrough({ after }, site);
    say(`the browser flow works, the second was let in after ${Math.round(letInMs)} ms`);
    await settings().save({ maxBooking: String(visitorCount + 10) });
    const cookies = await bookVisitors(
      {
        secrets: { COOKIE_SECRETS: (env.COOKIE_SECRETS ?? '').split(',')[0] ?? '' },
        line: createLineStore({ redis, keys }),
        ofRoom: () => [{ id: 'gateway', url: site }],
      },
      visitorCount,
    );

    const runs = (part: string) => options.part === '' || options.part === part;
    const steps = [
      [3, 5],
      [5, 2],
      [2, 3],
    ] as const;
    const scaled: Scaled[] = [];
    for (const [from, to] of runs('scaling') ? steps : []) {
      let seen = { tookSec: 0, inMap: 0, served: 0 };
      const noticed = await underLoad(async () => {
        const beganAtMs = performance.now();
        await compose.scale('booking', to);
        await waitFor(`${to} booking containers in the map`, async () => {
          const all = await compose.list();
          const inMap = (await readBooking()).length;
          return all.filter(({ service }) => service === 'booking').length === to && all.every(isWell) && inMap === to;
        });
        const tookSec = (performance.now() - beganAtMs) / 1000;
        // Which of them get requests is seen over some reports; a new one begins with a small share.
        const busy = new Set<string>();
        for (let look = 0; look < 40 && busy.size < to; look += 1) {
          await sleep(500);
          for (const { id, requestsPerSec } of await readBooking()) if (requestsPerSec > 0) busy.add(id);
        }
        seen = { tookSec, inMap: (await readBooking()).length, served: busy.size };
      });
      scaled.push({ from, to, ...seen, ...noticed });
      tell(`booking ${from} to ${to}`, noticed);
    }

    const restarted: Restarted[] = [];
    const rooms = ['booking', 'waiting-room', 'queue-processor', 'admin', 'gateway'];
    for (const service of runs('stopping') ? rooms : []) {
      const container = await pick(({ service: own }) => own === service);
      let seen = { stopSec: 0, exitCode: 0, listeningMs: Number.NaN };
      const noticed = await underLoad(async () => {
        const beganAtMs = performance.now();
        await compose.stop(container.id);
        const stopSec = (performance.now() - beganAtMs) / 1000;
        const { exitCode } = await pick(({ id }) => id === container.id);
        await compose.start(container.id);
        await waitFor(`${container.name} to be healthy`, allWell);
        const again = await pick(({ id }) => id === container.id);
        const logs = await compose.logs(container.id, again.startedAtMs);
        seen = { stopSec, exitCode, listeningMs: readListeningMs(logs, again.startedAtMs) };
      });
      restarted.push({ name: container.name, service, ...seen, ...noticed });
      tell(`stop and start of ${container.name}`, noticed);
    }

    const killed: Killed[] = [];
    for (const { name, service } of runs('killing') ? await compose.list() : []) {
      const container = await pick((each) => each.name === name);
      let healedSec = 0;
      const noticed = await underLoad(async () => {
        const beganAtMs = performance.now();
        process.kill(container.pid, 'SIGKILL');
        await waitFor(`${name} to come back`, async () => {
          const [now, all] = [await pick((each) => each.name === name), await allWell()];
          return now.startedAtMs > container.startedAtMs && all !== undefined;
        });
        healedSec = (performance.now() - beganAtMs) / 1000;
        await sleep(2_000);
      }, service === 'redis');
      killed.push({ name, service, healedSec, ...noticed });
      tell(`kill -9 of ${name}`, noticed);
    }

    const run: ContainersRun = {
      ...{ containers: containers.length, letInMs, ratePerSec: options.rate },
      ...{ scaled, restarted, killed },
      ...(options.part === '' ? {} : await readOtherParts(options.part)),
    };
    const problems = findContainerProblems(run);
    const report = renderContainers(machine, run, problems);
    say(`\n${report}\n`);
    for (const problem of problems) say(`LIMIT BROKEN  ${problem}`);
    const outcome = problems.length === 0 ? 'ok' : 'broken';
    if (options['dry-run']) return outcome;
    const path = await writeResults('containers', machine, { problems, ...run });
    await writeSection(repositoryFile('deploy/docker/README.md'), 'compose:smoke', report, 'Containers');
    say(`written: deploy/docker/README.md, ${path}`);
    return outcome;

    /** Redis is published nowhere: it is spoken to by the address of its container. */
    async function connect(): Promise<Redis> {
      const { addresses } = await pick(({ service }) => service === 'redis');
      const client = new Redis({ host: addresses[0] ?? '', password: env.REDIS_PASSWORD ?? '' });
      client.on('error', () => {});
      return client;
    }

    async function pick(isWanted: (container: Container) => boolean): Promise<Container> {
      const found = (await compose.list()).find(isWanted);
      if (!found) throw new Error(`the project ${project} has no such container`);
      return found;
    }

    async function readBooking() {
      const { reports } = await createInstanceStore({ redis }).readAll();
      return reports.filter(({ room, state }) => room === 'booking' && state === 'ready');
    }

    async function underLoad(work: () => Promise<void>, hasNewRedis = false): Promise<Noticed> {
      const load = startLoad({
        ...{ targets: [site], requests, cookies, keepsRecords: true },
        shape: {
          kind: 'open',
          curve: [
            { atMs: 0, ratePerSec: options.rate },
            { atMs: 2 * patienceMs, ratePerSec: options.rate },
          ],
        },
      });
      try {
        await load.started;
        await sleep(1_000);
        await work();
        await sleep(1_000);
      } finally {
        load.stop();
      }
      const { answered, failed, failures, records } = await load.done;
      const refused = records.filter(({ status }) => status >= 300 && status < 500);
      if (hasNewRedis) {
        redis.disconnect();
        redis = await connect();
      }
      return {
        answered,
        failed: failed + refused.length,
        failures: refused.length > 0 ? { ...failures, 'refused with 3xx or 4xx': refused.length } : failures,
        brokenLaws: await checkLaws(redis, keys),
      };
    }
  },
);

/** What an earlier run has written of the parts that this one leaves out. */
async function readOtherParts(part: string): Promise<Partial<ContainersRun>> {
  const text = await readFile(repositoryFile('loadtest/results/containers.json'), 'utf8').catch(() => '{}');
  const { scaled, restarted, killed } = JSON.parse(text) as Partial<ContainersRun>;
  return {
    ...(part === 'scaling' || !scaled ? {} : { scaled }),
    ...(part === 'stopping' || !restarted ? {} : { restarted }),
    ...(part === 'killing' || !killed ? {} : { killed }),
  };
}

function tell(what: string, { answered, failed, failures, brokenLaws }: Noticed): void {
  const laws = brokenLaws.length > 0 ? `, BROKEN: ${brokenLaws.join('; ')}` : '';
  say(`${what}: ${answered} answered, ${failed} failed ${failed > 0 ? JSON.stringify(failures) : ''}${laws}`);
}

async function waitFor<T>(what: string, look: () => Promise<T | undefined | false>): Promise<T> {
  const endMs = performance.now() + patienceMs;
  for (;;) {
    const seen = await look();
    if (seen) return seen;
    if (performance.now() > endMs) throw new Error(`waited ${patienceMs / 1000} s in vain for ${what}`);
    await sleep(250);
  }
}
