import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@fairline/shared/clock.ts';
import { createLogger } from '@fairline/shared/logger.ts';
import { runLoop } from '@fairline/shared/loop.ts';
import { createInstanceStore } from '@fairline/shared/stores/instances/store.ts';
import { eventKeys } from '@fairline/shared/stores/keys.ts';
import { findFreePort } from '@fairline/shared/testing/redis-server.ts';
import { Redis } from 'ioredis';
import { startProgram, waitForPort } from './processes.ts';
import type { Bench } from './subjects/subject.ts';
import { startUpstream } from './upstream.ts';
import { visitorIds, writeCookies } from './visitors.ts';

const reportIntervalMs = 1000;
const instanceId = 'bench-upstream';
const secret = 'a secret of the benchmark and never used elsewhere';

export type WorldOptions = {
  visitors: number;
  cores: { subjectCores: string; otherCores: string };
  /** Steps for the end, the last registered first. */
  after(step: () => Promise<void> | void): void;
};

/** What every subject stands in: visitors who hold a place and their cookies, a Redis that knows them, an upstream. */
export async function openWorld({
  visitors,
  cores,
  after,
}: WorldOptions): Promise<{ bench: Bench; cookieFile: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'fairline-bench-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const cookieFile = join(folder, 'cookies');
  writeCookies(cookieFile, visitors, secret);
  const redis = await startRedis({ folder, cores: cores.otherCores, visitors });
  after(redis.stop);
  const upstream = await startUpstream({ folder, cores: cores.otherCores });
  after(upstream.stop);
  after(announceUpstream(redis.redis, upstream.port));
  const bench = { folder, upstreamPort: upstream.port, redisUrl: redis.url, secret, cores: cores.subjectCores };
  return { bench, cookieFile };
}

/** A Redis of its own on the given cores, in memory only, with this many booked visitors. */
async function startRedis({ folder, cores, visitors }: { folder: string; cores: string; visitors: number }) {
  const port = await findFreePort();
  const logFile = join(folder, 'redis.log');
  const program = startProgram({
    name: 'redis-server',
    command: 'redis-server',
    args: ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'no'],
    cores,
    logFile,
  });
  await waitForPort(port, 'redis-server', logFile);
  const redis = new Redis(port, '127.0.0.1', { maxRetriesPerRequest: null });
  const { booked } = eventKeys('default');
  for (const ids of visitorIds(visitors)) await redis.sadd(booked, ...ids);
  return {
    url: `redis://127.0.0.1:${port}`,
    redis,
    stop: async () => {
      redis.disconnect();
      await program.stop();
    },
  };
}

/** Has the upstream stand in the instance map, as a room of ours would, until stopped. */
function announceUpstream(redis: Redis, upstreamPort: number) {
  const instances = createInstanceStore({ redis });
  const stopping = new AbortController();
  const startedAtMs = Date.now();
  let reportSeq = 0;
  const report = async () => {
    reportSeq += 1;
    await instances.write({
      id: instanceId,
      room: 'booking',
      url: `http://127.0.0.1:${upstreamPort}`,
      state: 'ready',
      startedAtMs,
      version: '0.0.0',
      reportSeq,
      inFlight: 0,
      inFlightByGateway: {},
      streams: 0,
      capacity: 10_000,
      requestsPerSec: 0,
      latencyP50Ms: 1,
      latencyP95Ms: 1,
      errorRatio: 0,
      eventLoopUtilization: 0,
      eventLoopDelayP99Ms: 0,
      cpuRatio: 0,
      rssBytes: 0,
      pid: process.pid,
    });
  };
  const loop = runLoop({
    name: 'announce',
    intervalMs: reportIntervalMs,
    clock: systemClock,
    signal: stopping.signal,
    logger: createLogger({ room: 'bench', instanceId, level: 'warn' }),
    step: report,
  });
  return async () => {
    stopping.abort();
    await loop.stopped;
  };
}
