import { setTimeout as sleep } from 'node:timers/promises';
import type { RoomName, RoomProcess } from '@fairline/shared/testing/system.ts';
import type { Recorder } from '../history/recorder.ts';
import { removeAppendOnlyFile, watchAppendOnlyFile } from './append-only-file.ts';
import { findLeader, type LineSite, lockTtlSeconds, pickRoom, type SiteNeeds } from './line-site.ts';

export type FaultRun = {
  site: LineSite;
  recorder: Recorder;
  random: () => number;
  /** Shorter where several faults come in one run. */
  isMixed: boolean;
};

export type LineFault = {
  id: string;
  /** What is done, for readers. */
  what: string;
  needs?: SiteNeeds;
  /** Redis is not there for some process meanwhile, which law 5 does not count. */
  isRedisAway?: boolean;
  /** Does it and ends it again; the fault lasts as long as this does. */
  run(run: FaultRun): Promise<void>;
};

const hungMs = (lockTtlSeconds + 2) * 1000;
const names: Readonly<Record<RoomName, string>> = {
  router: 'gateway',
  'waiting-room': 'waiting-room',
  booking: 'booking instance',
  'queue-processor': 'standby queue-processor',
  admin: 'console',
};
const ids: Readonly<Record<RoomName, string>> = { ...names, booking: 'booking', 'queue-processor': 'standby' };

async function killAndReplace(site: LineSite, room: RoomProcess): Promise<void> {
  await room.end('SIGKILL');
  await site.replace(room);
}

async function hang(room: RoomProcess, ms: number): Promise<void> {
  await room.end('SIGSTOP');
  await sleep(ms);
  await room.end('SIGCONT');
}

async function pickOther({ site, random }: FaultRun, room: RoomName): Promise<RoomProcess> {
  if (room !== 'queue-processor') return pickRoom(site, room, random);
  const leader = await findLeader(site, random);
  return site.system.ofRoom(room).find(({ id }) => id !== leader.id) ?? leader;
}

function killOf(room: RoomName): LineFault {
  return {
    id: `kill-${ids[room]}`,
    what: `kill -9 of a ${names[room]}, replaced after a second`,
    ...(room === 'admin' ? { needs: { admin: true } } : {}),
    run: async (run) => killAndReplace(run.site, await pickOther(run, room)),
  };
}

function hangOf(room: RoomName): LineFault {
  return {
    id: `hang-${ids[room]}`,
    what: `a ${names[room]} is stopped for ${hungMs / 1000} s (SIGSTOP, SIGCONT)`,
    ...(room === 'admin' ? { needs: { admin: true } } : {}),
    run: async (run) => hang(await pickOther(run, room), hungMs),
  };
}

function killAllOf(room: RoomName): LineFault {
  return {
    id: `kill-all-${room === 'queue-processor' ? room : ids[room]}`,
    what: `kill -9 of every ${room === 'queue-processor' ? 'queue-processor' : names[room]} at once, replaced after a second`,
    run: async ({ site }) => {
      await Promise.all(site.system.ofRoom(room).map((each) => killAndReplace(site, each)));
    },
  };
}

const rooms: readonly RoomName[] = ['queue-processor', 'waiting-room', 'booking', 'router', 'admin'];

export const lineFaults: readonly LineFault[] = [
  {
    id: 'kill-leader',
    what: 'kill -9 of the leading queue-processor, replaced after a second',
    run: async ({ site, random }) => killAndReplace(site, await findLeader(site, random)),
  },
  {
    id: 'hang-leader',
    what: `the leader is stopped for ${hungMs / 1000} s, longer than its lock lives, and goes on (SIGSTOP, SIGCONT)`,
    run: async ({ site, random }) => hang(await findLeader(site, random), hungMs),
  },
  ...rooms.map(killOf),
  ...rooms.map(hangOf),
  ...rooms.slice(0, 4).map(killAllOf),
  {
    id: 'redis-kill',
    what: 'kill -9 of Redis (append-only, everysec), started again after a second',
    isRedisAway: true,
    async run({ site }) {
      await site.system.redisServer.stop('SIGKILL');
      await sleep(1000);
      await site.system.redisServer.start();
    },
  },
  {
    id: 'redis-frozen',
    what: 'Redis is stopped for 10 s and goes on (SIGSTOP, SIGCONT); in mixed runs for 3 s',
    isRedisAway: true,
    async run({ site, isMixed }) {
      const pid = site.system.redisServer.pid();
      if (pid === undefined) return;
      process.kill(pid, 'SIGSTOP');
      await sleep(isMixed ? 3000 : 10_000);
      process.kill(pid, 'SIGCONT');
    },
  },
  {
    id: 'redis-memory',
    what: 'Redis has no memory left for 5 s (`maxmemory` below what it uses, `noeviction`); in mixed runs for 3 s',
    async run({ site, isMixed }) {
      await site.system.redis.config('SET', 'maxmemory', '1048576');
      await sleep(isMixed ? 3000 : 5000);
      await site.system.redis.config('SET', 'maxmemory', '0');
    },
  },
  {
    id: 'disk-full',
    what: 'the disk of the append-only file is full for 6 s (a small tmpfs, filled to the last byte), and 5 s later Redis is killed and started again from it',
    needs: { disk: true },
    // Redis refuses every write until it could append again.
    isRedisAway: true,
    async run({ site, isMixed }) {
      await site.disk?.fill();
      await sleep(6000);
      await site.disk?.free();
      // Redis tries again once a second, and the leader then has the file written anew.
      await sleep(1100);
      if (isMixed) return;
      await sleep(4000);
      await site.system.redisServer.stop('SIGKILL');
      await site.system.redisServer.start();
    },
  },
  {
    id: 'file-cut',
    what: 'Redis is killed, the end of its append-only file is cut by 0.2 to 1 s of writes, in the middle of a record, and it is started again',
    isRedisAway: true,
    async run({ site, random }) {
      const watch = watchAppendOnlyFile(site.redisFolder);
      await sleep(1500);
      await site.system.redisServer.stop('SIGKILL');
      const endedAtMs = performance.now();
      watch.stop();
      await watch.cut(endedAtMs, 200 + random() * 800, Math.floor(random() * 60));
      await site.system.redisServer.start();
    },
  },
  {
    id: 'data-lost',
    what: 'Redis is killed, its append-only file removed, and it starts with nothing; an operator writes the settings again',
    isRedisAway: true,
    async run({ site, recorder }) {
      await site.system.redisServer.stop('SIGKILL');
      await removeAppendOnlyFile(site.redisFolder);
      await site.system.redisServer.start();
      await writeSteady(site, recorder);
    },
  },
  {
    id: 'connections-cut',
    what: 'every connection to Redis breaks each half second for 4 s, and for one more second none can be made',
    needs: { proxy: true },
    isRedisAway: true,
    async run({ site }) {
      for (let time = 0; time < 8; time += 1) {
        site.proxy?.cut();
        await sleep(500);
      }
      site.proxy?.refuse(true);
      site.proxy?.cut();
      await sleep(1000);
      site.proxy?.refuse(false);
    },
  },
  {
    id: 'connections-slow',
    what: 'everything between the rooms and Redis takes 60 ms longer each way for 6 s, with 400 ms for one of them',
    needs: { proxy: true },
    isRedisAway: true,
    async run({ site }) {
      site.proxy?.delay(60);
      await sleep(3000);
      site.proxy?.delay(400);
      await sleep(1000);
      site.proxy?.delay(60);
      await sleep(2000);
      site.proxy?.delay(0);
    },
  },
  {
    id: 'clocks',
    what: 'the clocks of processes jump: the leader 10 minutes ahead, a waiting-room 10 behind, a gateway 7 ahead, a booking instance 7 behind, for 6 s, and back',
    needs: { clocks: true },
    async run(run) {
      const { site, random } = run;
      const jumps: [RoomProcess, number][] = [
        [await findLeader(site, random), 600],
        [pickRoom(site, 'waiting-room', random), -600],
        [pickRoom(site, 'router', random), 420],
        [pickRoom(site, 'booking', random), -420],
      ];
      await Promise.all(jumps.map(([room, sec]) => site.clockOf(room)?.set(sec)));
      await sleep(6000);
      await Promise.all(jumps.map(([room]) => site.clockOf(room)?.set(0)));
    },
  },
  {
    id: 'two-launchers',
    what: 'two launchers share one Redis; one is killed (kill -9) with all of its rooms, and started again after two seconds',
    needs: { launchers: true },
    async run({ site, random }) {
      const launcher = site.launchers[random() < 0.5 ? 0 : 1];
      await launcher?.kill();
      await sleep(2000);
      await launcher?.start();
    },
  },
  {
    id: 'rolling-restart',
    what: 'every process is ended by SIGTERM and replaced, one after another',
    async run({ site, isMixed }) {
      const order: readonly RoomName[] = ['queue-processor', 'waiting-room', 'booking', 'router'];
      const all = order.flatMap((room) => site.system.ofRoom(room).slice(0, isMixed ? 1 : undefined));
      for (const each of all) {
        const ended = each.end('SIGTERM');
        await ended;
        const next = await site.replace(each);
        await waitUntilReady(next);
      }
    },
  },
  {
    id: 'settings',
    what: 'settings change every 300 ms for 8 s: places, pace, mode, stock, claim time, some of them impossible; in mixed runs for 4 s',
    async run({ site, recorder, random, isMixed }) {
      const ends = performance.now() + (isMixed ? 4000 : 8000);
      const write = (values: Record<string, string>) => writeSettings(site, recorder, values);
      while (performance.now() < ends) {
        await write(drawSettings(random));
        await sleep(300);
      }
      await writeSteady(site, recorder);
    },
  },
];

/** As an operator does by hand: the leader adopts what is good. */
async function writeSettings(site: LineSite, recorder: Recorder, values: Record<string, string>): Promise<boolean> {
  const ask = async () => {
    await site.system.redis.hset(site.keys.settings, values);
    return { code: 200 };
  };
  return recorder.call({ visitor: '', what: 'settings', values }, ask).then(
    () => true,
    () => false,
  );
}

/** Until Redis takes it: another fault may be under way. */
async function writeSteady(site: LineSite, recorder: Recorder): Promise<void> {
  const values = { ...steadySettings, bookingLockTTLSeconds: String(lockTtlSeconds) };
  for (let tries = 0; tries < 100 && !(await writeSettings(site, recorder, values)); tries += 1) await sleep(200);
}

/** In force before and after. */
export const steadySettings: Readonly<Record<string, string>> = {
  maxBooking: '5',
  claimSeconds: '5',
  admissions: 'open',
  newBookingsPerMinute: '0',
  ticketStock: '0',
  maxQueue: '2000000',
  leaseMinutes: '10',
};

function drawSettings(random: () => number): Record<string, string> {
  const pick = (...values: string[]) => values[Math.floor(random() * values.length)] ?? '';
  return {
    maxBooking: pick('0', '1', '2', '5', '8', '12', 'many', '-1'),
    admissions: pick('open', 'open', 'open', 'paused', 'closed', 'ajar'),
    newBookingsPerMinute: pick('0', '0', '600', '60', '1e3'),
    ticketStock: pick('0', '0', '0', '100000', '1'),
    maxQueue: pick('2000000', '20', '0'),
    claimSeconds: pick('5', '60', '0'),
  };
}

async function waitUntilReady(room: RoomProcess): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    const answer = await fetch(`${room.internalUrl}/readyz`).catch(() => undefined);
    if (answer?.status === 200) return;
    await sleep(50);
  }
}
