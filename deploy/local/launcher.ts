import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { hashPassword } from '@fairline/shared/password.ts';
import { createAutoscaler } from './autoscaler.ts';
import { LaunchProblem } from './launch-problem.ts';
import type { Environment, Options } from './options.ts';
import { probePort } from './port-probe.ts';
import { parseRedisLine } from './redis-lines.ts';
import { probeRedis, showRedisUrl } from './redis-probe.ts';
import { startLocalRedis } from './redis-server.ts';
import { createRoomProcess, type RoomProcess } from './room-process.ts';
import { gatewayUrl, planRooms, type Room, type RoomFacts, type RoomKind, systemEnvironment } from './rooms.ts';
import { createPassword, readSecrets } from './secrets.ts';
import { openSite, type Site } from './site.ts';
import type { SupervisedProcess } from './supervised-process.ts';
import type { Terminal } from './terminal.ts';

const redisTimeoutMs = 3_000;
const redisStopTimeoutMs = 3_500;
const pollMs = 50;
/** After this the user is told what is being waited for; the launcher goes on trying. */
const patienceMs = 30_000;
/** The gate opens within a second of the first booking instance, later only after a leader that was killed. */
const gatePatienceMs = 10_000;
/** Visitors first, so that nobody is sent to a room that is gone; the leader last, it hands its lock over. */
const stopOrder: readonly (readonly RoomKind[])[] = [
  ['gateway'],
  ['booking', 'waiting-room', 'admin'],
  ['queue-processor'],
];
const styleOrder: readonly RoomKind[] = ['gateway', 'booking', 'waiting-room', 'queue-processor', 'admin'];

export type LauncherInput = { options: Options; env: Environment; rootDir: string; terminal: Terminal };
export type Launcher = ReturnType<typeof createLauncher>;

/** Runs Redis and all rooms of one site on this machine. */
export function createLauncher({ options, env, rootDir, terminal }: LauncherInput) {
  const { say } = terminal;
  const abort = new AbortController();
  const { signal } = abort;
  const dataDir = resolve(rootDir, options.dataDir);
  const rooms: RoomProcess[] = [];
  let redis: SupervisedProcess | undefined;
  let site: Site | undefined;

  async function start(): Promise<void> {
    await requireFreePorts(options);
    const secrets = await readSecrets(join(dataDir, 'secrets.json'), env);
    const operator = await appointOperator(options, env);
    const redisUrl = options.redisUrl ? await useRedis(options.redisUrl) : await startRedis();
    signal.throwIfAborted();
    site = openSite({
      redisUrl,
      caFile: env.REDIS_TLS_CA || undefined,
      event: env.EVENT || 'default',
      logLine: (line) => terminal.line('fairline', 0, line),
    });
    const facts: RoomFacts = { options, env, redisUrl, secrets, operators: operator.operators };
    const planned = planRooms(options);
    await startRooms(
      planned.filter(({ kind }) => kind !== 'gateway'),
      facts,
      site,
    );
    const waitForGate = (seen: Site) => waitFor('the gate to open', seen.isGateOpen, gatePatienceMs);
    // A site beside the map is seen by the gateways alone: the gate opens on their word.
    if (options.bookingInstances > 0) await waitForGate(site);
    const gateways = planned.filter(({ kind }) => kind === 'gateway');
    await startRooms(gateways, facts, site);
    if (options.bookingInstances === 0) await waitForGate(site);
    const urls = gateways.map(({ port }) => gatewayUrl(options, port, env));
    for (const url of urls) await waitUntil(`an answer from ${url}/`, () => site?.answers(`${url}/`) ?? false);
    terminal.box(readyLines(urls, operator.lines, showRedis()));
    scale(facts, site);
  }

  /** Processes come and go as `booking:scaling` wants, until the stop. */
  function scale(facts: RoomFacts, seen: Site): void {
    const { autoscale, bookingInstances, bookingMax, waitingRooms, waitingRoomsMax } = options;
    if (autoscale) {
      const most = (least: number, max: number) => `${least} to ${Math.max(least, max)}`;
      const booking = bookingInstances > 0 ? `${most(bookingInstances, bookingMax)} booking instances and ` : '';
      say(`the load decides: ${booking}${most(waitingRooms, waitingRoomsMax)} waiting-rooms`);
    }
    const autoscaler = createAutoscaler({
      isAutomatic: autoscale,
      startedWith: { booking: bookingInstances, 'waiting-room': waitingRooms },
      list: () => rooms,
      start: (kind, names) => {
        for (const name of names) addRoom({ name, kind, port: 0 }, facts).process.start();
      },
      drain: async (room) => {
        await room.drain();
        rooms.splice(rooms.indexOf(room), 1);
      },
      say,
    });
    seen.followScaling(autoscale ? 'launcher' : 'launcher-manual', signal, autoscaler.step);
  }

  function addRoom(room: Room, facts: RoomFacts): RoomProcess {
    const styleIndex = 1 + styleOrder.indexOf(room.kind);
    const onLine = (line: string) => terminal.line(room.name, styleIndex, line);
    const added = createRoomProcess(room, facts, rootDir, { onLine, onNote: say });
    rooms.push(added);
    return added;
  }

  async function useRedis(url: string): Promise<string> {
    const state = await probeRedis(url, redisTimeoutMs, env.REDIS_TLS_CA || undefined);
    const shown = showRedisUrl(url);
    if (state.kind === 'absent') throw new LaunchProblem(`REDIS_URL: nothing answers at ${shown}`);
    if (state.kind === 'unusable') throw new LaunchProblem(`REDIS_URL: ${shown} cannot be used: ${state.reason}`);
    if (state.kind === 'loading') say(`Redis at ${shown} is still reading its data`);
    else if (state.problems.length > 0) {
      throw new LaunchProblem(state.problems.map((problem) => `REDIS_URL: ${shown}: ${problem}`));
    } else say(`Redis ${state.version} at ${shown} is used`);
    return url;
  }

  async function startRedis(): Promise<string> {
    let isReady = false;
    const isVerbose = options.logLevel === 'debug' || options.logLevel === 'trace';
    const version = await startLocalRedis({
      folder: join(dataDir, 'redis'),
      port: options.redisPort,
      environment: systemEnvironment(env),
      signal,
      onNote: say,
      onLine(line) {
        const { isWarning, text } = parseRedisLine(line);
        // Its start tells of the machine's settings, at length, and its stop of nothing new; warnings between matter.
        if (isVerbose || (isWarning && isReady && !signal.aborted)) terminal.line('redis', 0, text);
      },
      onStarted(started) {
        redis = started;
        if (signal.aborted) started.kill();
      },
    });
    isReady = true;
    say(`Redis ${version} is ready on port ${options.redisPort}, its data in ${join(dataDir, 'redis')}`);
    return `redis://127.0.0.1:${options.redisPort}`;
  }

  async function startRooms(planned: readonly Room[], facts: RoomFacts, seen: Site): Promise<void> {
    signal.throwIfAborted();
    say(`starting ${planned.map(({ name }) => name).join(', ')}`);
    const started = planned.map((room) => addRoom(room, facts));
    for (const room of started) room.process.start();
    let missing = started;
    await waitUntil(
      () => `the start of ${missing.map(({ room }) => room.name).join(', ')}`,
      async () => {
        const ready = await seen.readReady();
        missing = started.filter((room) => !room.isAmong(ready));
        return missing.length === 0;
      },
    );
  }

  /** Waits for as long as it takes, and says once what for. */
  async function waitUntil(what: string | (() => string), isDone: () => Promise<boolean> | boolean): Promise<void> {
    if (await waitFor(what, isDone, patienceMs)) return;
    await waitFor(what, isDone, Number.POSITIVE_INFINITY);
  }

  /** False, and a word to the user, when it took longer than `timeoutMs`. */
  async function waitFor(
    what: string | (() => string),
    isDone: () => Promise<boolean> | boolean,
    timeoutMs: number,
  ): Promise<boolean> {
    const endMs = performance.now() + timeoutMs;
    while (!(await isDone())) {
      if (performance.now() > endMs) {
        say(`still waiting for ${typeof what === 'string' ? what : what()} after ${timeoutMs / 1000} s; see above`);
        return false;
      }
      await delay(pollMs, undefined, { signal });
    }
    return true;
  }

  function showRedis(): string {
    if (!options.redisUrl) return `redis-cli -p ${options.redisPort}`;
    return showRedisUrl(options.redisUrl);
  }

  /** In order, each given its time; less than 15 s in all. A start in hand is given up. Nothing is left behind. */
  async function stop(): Promise<void> {
    abort.abort();
    for (const kinds of stopOrder) {
      await Promise.all(rooms.filter(({ room }) => kinds.includes(room.kind)).map((room) => room.stop()));
    }
    site?.close();
    await redis?.stop(redisStopTimeoutMs);
  }

  function kill(): void {
    abort.abort();
    for (const room of rooms) room.process.kill();
    redis?.kill();
  }

  return { start, stop, kill };
}

async function requireFreePorts(options: Options): Promise<void> {
  const problems: string[] = [];
  for (let port = options.port; port < options.port + options.gateways; port += 1) {
    const state = await probePort(options.host, port);
    if (state.kind === 'taken') {
      problems.push(`port ${port} on ${options.host} is in use by another program: choose another with PORT or --port`);
    } else if (state.kind === 'refused') {
      problems.push(`port ${port} on ${options.host} cannot be used: ${state.reason}`);
    }
  }
  if (problems.length > 0) throw new LaunchProblem(problems);
}

type Operator = { operators: string; lines: string[] };

/** Those configured, else one with the configured password, else one with a password of this start. */
async function appointOperator({ adminUser, adminPassword }: Options, env: Environment): Promise<Operator> {
  if (env.OPERATORS_FILE)
    return { operators: env.OPERATORS ?? '', lines: ['users and passwords as set in OPERATORS_FILE'] };
  if (env.OPERATORS) return { operators: env.OPERATORS, lines: ['user and password as set in OPERATORS'] };
  const password = adminPassword ?? createPassword();
  const shown = adminPassword ? 'password as set in ADMIN_PASSWORD' : `password ${password} (of this start)`;
  return {
    operators: `${adminUser}:operator:${await hashPassword(password)}`,
    lines: [`user ${adminUser}, ${shown}`],
  };
}

function readyLines(urls: readonly string[], operatorLines: readonly string[], redis: string): string[] {
  const first = urls[0] ?? '';
  return [
    'Fairline is ready.',
    '',
    `visitors    ${first}/`,
    ...urls.slice(1).map((url) => `            ${url}/`),
    `operators   ${first}/system`,
    ...operatorLines.map((line) => `            ${line}`),
    `Redis       ${redis}`,
    'stop        Ctrl-C',
  ];
}
