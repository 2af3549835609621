import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { hashPassword } from '@fairline/shared/password.ts';
import type { EventKeys } from '@fairline/shared/stores/keys.ts';
import type { TestRedis } from '@fairline/shared/testing/redis-server.ts';
import { type RoomName, type RoomProcess, type System, startSystem, until } from '@fairline/shared/testing/system.ts';
import type { TestLike } from '@fairline/shared/testing/test-like.ts';
import { createFaultClock, type FaultClock } from './fault-clock.ts';
import { type Launcher, startLaunchedPair } from './launched-pair.ts';
import { mountSmallDisk, type SmallDisk } from './small-disk.ts';
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts';

export type SiteNeeds = {
  /** Rooms reach Redis through a proxy of ours. */
  proxy?: boolean;
  /** Every process has a clock that can be set. */
  clocks?: boolean;
  /** Redis writes to a disk that can be filled. */
  disk?: boolean;
  admin?: boolean;
  /** Two launchers run the rooms, instead of the run itself. */
  launchers?: boolean;
};

/** The whole of a site, with handles to break it by. */
export type LineSite = {
  system: System;
  keys: EventKeys;
  redisFolder: string;
  proxy: TcpProxy | undefined;
  disk: SmallDisk | undefined;
  launchers: readonly Launcher[];
  urls(): readonly string[];
  /** Of a living process; there is none for a room without clocks. */
  clockOf(room: RoomProcess): FaultClock | undefined;
  /** As a launcher does when a process died: starts another in its stead, at the same address if people know it. */
  replace(room: RoomProcess): Promise<RoomProcess>;
};

export class CannotRun extends Error {}

/** Many processes come and go: each is compiled once. */
export const compileCache = join(tmpdir(), 'fairline-compile-cache');
const supervisorDelayMs = 1000;
export const lockTtlSeconds = 3;

const startCounts: Readonly<Record<RoomName, number>> = {
  'queue-processor': 2,
  'waiting-room': 2,
  booking: 2,
  router: 2,
  admin: 0,
};

/** Nobody logs in; a console that lets nobody in does not start. */
async function consoleEnv(): Promise<Record<string, string>> {
  return {
    ADMIN_SECRETS: randomBytes(32).toString('base64url'),
    OPERATORS: `faults:operator:${await hashPassword(randomBytes(16).toString('base64url'))}`,
  };
}

export async function startLineSite(
  t: TestLike,
  needs: SiteNeeds,
  settings: Record<string, string>,
  { redis, env = {} }: { redis?: TestRedis; env?: Record<string, string> } = {},
): Promise<LineSite> {
  const folder = await mkdtemp(join(tmpdir(), 'fairline-line-faults-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const disk = needs.disk ? await mountSmallDisk(t, 64) : undefined;
  if (needs.disk && !disk) throw new CannotRun('a small disk cannot be mounted here: it needs the rights of root');
  const redisFolder = disk?.folder ?? folder;
  const system = await startSystem(t, {
    rooms: { booking: 0, 'waiting-room': 0, 'queue-processor': 0, router: 0 },
    settings: { bookingLockTTLSeconds: String(lockTtlSeconds), ...settings },
    // One that runs already has folders of its own.
    ...(redis ? { redis } : { redis: 'one' as const, redisArgs: ['--dir', redisFolder] }),
    env: {
      ...{ ACCESS_LOG: 'off', TRAFFIC_CONTROL: 'off', LOG_LEVEL: 'info', NODE_COMPILE_CACHE: compileCache },
      ...(needs.admin ? await consoleEnv() : {}),
      ...env,
    },
  });
  const proxy = needs.proxy ? await startTcpProxy(t, system.redisServer.port) : undefined;
  const clocks = new Map<string, FaultClock>();
  const ports = new Map<string, number>();

  async function start(room: RoomName, port?: number): Promise<RoomProcess> {
    const clock = needs.clocks ? await createFaultClock(folder, `${room}-${clocks.size + 1}`) : undefined;
    const started = await system.start(room, {
      ...(port === undefined ? {} : { port }),
      env: { ...(proxy ? { REDIS_URL: proxy.url } : {}), ...clock?.env },
    });
    if (clock) clocks.set(started.id, clock);
    if (room === 'router') ports.set(started.id, Number(new URL(started.url).port));
    return started;
  }

  const launchers = needs.launchers ? await startLaunchedPair(t, system.redisServer.url) : [];
  const counts = { ...startCounts, admin: needs.admin ? 1 : 0 };
  await Promise.all(
    (launchers.length > 0 ? [] : (Object.keys(counts) as RoomName[])).flatMap((room) =>
      Array.from({ length: counts[room] }, () => start(room)),
    ),
  );
  await system.ready();
  const urls = [...launchers, ...system.ofRoom('router')].map(({ url }) => url);
  return {
    system,
    keys: system.keys,
    redisFolder,
    proxy,
    disk,
    launchers,
    urls: () => urls,
    clockOf: ({ id }) => clocks.get(id),
    async replace(room) {
      await sleep(supervisorDelayMs);
      return start(room.room, ports.get(room.id));
    },
  };
}

/** Any one that lives; chosen by chance. */
export function pickRoom({ system }: LineSite, room: RoomName, random: () => number): RoomProcess {
  const all = system.ofRoom(room);
  const picked = all[Math.floor(random() * all.length)];
  if (!picked) throw new Error(`no ${room} is running`);
  return picked;
}

/** The one that leads, as the map says, or any: while there is no leader, any may become it. */
export async function findLeader(site: LineSite, random: () => number): Promise<RoomProcess> {
  return until('a leader', () => site.system.findLeader(), 3000).catch(() => pickRoom(site, 'queue-processor', random));
}
