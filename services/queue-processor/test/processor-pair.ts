import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createInstanceStore } from '@fairline/shared/stores/instances/store.ts';
import { eventKeys } from '@fairline/shared/stores/keys.ts';
import { createLineStore } from '@fairline/shared/stores/line/store.ts';
import { childEnvironment } from '@fairline/shared/testing/child-environment.ts';
import { startTestRedis, type TestRedis } from '@fairline/shared/testing/redis-server.ts';
import type { Test } from 'tap';

const main = fileURLToPath(new URL('../main.ts', import.meta.url));
export const keys = eventKeys('default');
export const lockTtlSeconds = 2;

type LogLine = { level: string; msg: string; [field: string]: unknown };

/** A real queue-processor process. */
function startProcessor(t: Test, server: TestRedis, id: string) {
  const child: ChildProcess = spawn(process.execPath, [main], {
    env: { ...childEnvironment(), REDIS_URL: server.url, INSTANCE_ID: id },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const log: LogLine[] = [];
  if (child.stdout) {
    createInterface({ input: child.stdout }).on('line', (text) => log.push(JSON.parse(text) as LogLine));
  }
  t.after(async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    await exited;
  });
  return {
    log,
    kill: (signal: NodeJS.Signals) => child.kill(signal),
    exited,
    count: (msg: string) => log.filter((line) => line.msg === msg).length,
    logged: (msg: string, times = 1) =>
      until(() => log.filter((line) => line.msg === msg).length >= times, `${id}: ${msg}`),
  };
}

export async function until(isSo: () => boolean | Promise<boolean>, words: string): Promise<void> {
  const endsAtMs = performance.now() + 20_000;
  while (!(await isSo())) {
    if (performance.now() > endsAtMs) throw new Error(`did not happen in 20 s: ${words}`);
    await sleep(10);
  }
}

/** Redis with two queue-processors; the first leads. A booking instance is ready, unless a test says otherwise. */
export async function startPair(t: Test, args: string[] = []) {
  const server = await startTestRedis(t, { args });
  const redis = server.connect();
  await redis.hset(keys.settings, { bookingLockTTLSeconds: lockTtlSeconds, maxBooking: 1 });
  const line = createLineStore({ redis, keys });
  const instances = createInstanceStore({ redis });
  let reportSeq = 0;
  const report = async () => {
    reportSeq += 1;
    await instances.write({
      ...{
        id: 'b1',
        room: 'booking',
        url: 'http://127.0.0.1:1',
        state: 'ready',
        startedAtMs: 1,
        version: '1',
        reportSeq,
      },
      ...{ inFlight: 0, inFlightByGateway: {}, streams: 0, capacity: 10, requestsPerSec: 0, latencyP50Ms: 0 },
      ...{ latencyP95Ms: 0, errorRatio: 0, eventLoopUtilization: 0, eventLoopDelayP99Ms: 0, cpuRatio: 0, rssBytes: 1 },
      pid: 1,
    });
  };
  await report();
  const reporting = setInterval(() => void report().catch(() => {}), 500);
  t.after(() => clearInterval(reporting));
  const first = startProcessor(t, server, 'qp-1');
  await first.logged('gate open');
  const second = startProcessor(t, server, 'qp-2');
  await second.logged('listening');
  const join = async (visitorId: string) => (await line.join([{ visitorId, again: false }]))[0]?.kind;
  const isBooked = async (id: string) => (await redis.sismember(keys.booked, id)) === 1;
  return { server, redis, line, first, second, join, isBooked, stopReporting: () => clearInterval(reporting) };
}
