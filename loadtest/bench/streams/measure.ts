import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { identityHeader } from '@fairline/shared/contracts/internal-headers.ts';
import { createIdentities } from '@fairline/shared/identity.ts';
import { parseChange } from '@fairline/shared/redis/changes.ts';
import { type System, startSystem, until } from '@fairline/shared/testing/system.ts';
import type { TestLike } from '@fairline/shared/testing/test-like.ts';
import { createTicketCookies, ticketCookieName } from '@fairline/shared/ticket-cookie.ts';
import { createVisitorCookies, visitorCookieName } from '@fairline/shared/visitor-cookie.ts';
import { readProcessCpuMs } from '../line/cpu.ts';
import { type StreamCounts, type StreamPlan, startStreams } from './client.ts';
import { type Delays, sumUpDelays } from './delays.ts';

export type StreamsWay = 'direct' | 'gateway';

export type StreamsResult = Delays & {
  way: StreamsWay;
  streams: number;
  seconds: number;
  /** Of the waiting-room, before the first stream, with all of them, and at the end of the measurement. */
  rssBytes: { before: number; open: number; end: number };
  statusesPerSec: number;
  admittedPerSec: number;
  /** Cores of CPU that the waiting-room, and the gateway if there is one, used while it was measured. */
  roomCores: number;
  gatewayCores: number | undefined;
  clientLagP99Ms: number;
  lost: Record<string, number>;
};

/** Streams settle, and the first second's stock of pace tokens is used up, before anything counts. */
const settleMs = 3000;
/** After the last place that counts was given. */
const graceMs = 2000;
const openPerSec = 500;
const joinBatch = 500;
const claimSeconds = '3600';

/** How many visitors are admitted in all, at most: all of them must wait with a stream. */
export function countAdmissions({ rate, seconds }: { rate: number; seconds: number }): number {
  return Math.ceil(rate * (1 + settleMs / 1000 + seconds + graceMs / 1000));
}

/** One waiting-room process, so many streams on it, and so many admissions a second by the leader's own pace. */
export async function measureStreams(
  t: TestLike,
  { way, streams, rate, seconds }: { way: StreamsWay; streams: number; rate: number; seconds: number },
): Promise<StreamsResult> {
  const system = await startSystem(t, {
    rooms: { booking: 1, 'waiting-room': 1, 'queue-processor': 1, router: way === 'gateway' ? 1 : 0 },
    settings: {
      admissions: 'paused',
      maxBooking: '1000000',
      newBookingsPerMinute: String(rate * 60),
      claimSeconds,
    },
    env: {
      LOG_LEVEL: 'warn',
      NODE_ENV: 'production',
      STREAMS_FOR: 'all',
      STREAMS_MAX: String(streams),
      EVENT_STREAMS_PER_INSTANCE_MAX: String(streams),
    },
  });
  const [room] = system.ofRoom('waiting-room');
  const [gateway] = system.ofRoom('router');
  if (!room) throw new Error('there is no waiting-room');
  const visitors = await joinLine(system, way, streams);
  const before = await readRssBytes(room.child.pid);

  const client = startStreams({
    origin: gateway?.url ?? room.url,
    visitors,
    openPerSec,
    addressGroup: way === 'direct' ? 0 : 1,
  });
  t.after(() => client.close());
  await client.opened;
  await sleep(settleMs);
  const open = await readRssBytes(room.child.pid);

  await system.settings.save({ admissions: 'open' });
  await until('the first admission', async () => ((await system.line.readProgress()).counters.admitted ?? 0) > 0);
  await sleep(settleMs);
  client.mark();
  const readCpuMs = () => [room, gateway].map((each) => (each ? readProcessCpuMs(each.child.pid ?? 0) : undefined));
  const cpuBefore = readCpuMs();
  const fromMs = Date.now();
  await sleep(seconds * 1000);
  const toMs = Date.now();
  const [roomCores, gatewayCores] = readCpuMs().map((cpuMs, index) =>
    cpuMs === undefined ? undefined : (cpuMs - (cpuBefore[index] ?? 0)) / (toMs - fromMs),
  );
  const { statuses, durationMs } = await client.read();
  await sleep(graceMs);
  const counts: StreamCounts = await client.read();
  const end = await readRssBytes(room.child.pid);
  await client.close();

  const entries = await system.redis.xrange(system.keys.changes, '-', '+');
  const changes = entries.flatMap(([id, flat]) => parseChange(id, flat) ?? []);
  const delays = sumUpDelays(changes, counts.admittedAtMs, { fromMs, toMs });
  return {
    ...{ way, streams, seconds },
    ...delays,
    rssBytes: { before, open, end },
    statusesPerSec: statuses / (durationMs / 1000),
    admittedPerSec: (delays.latency.count + delays.missing) / seconds,
    roomCores: roomCores ?? 0,
    gatewayCores,
    clientLagP99Ms: counts.clientLagP99Ms,
    lost: counts.lost,
  };
}

/** Visitors in the line with what they bring: direct, as the gateway says who they are; through it, their cookies. */
async function joinLine(system: System, way: StreamsWay, count: number): Promise<StreamPlan['visitors']> {
  const cookies = createVisitorCookies({ secrets: [system.secrets.COOKIE_SECRETS] });
  const tickets = createTicketCookies({ secrets: [system.secrets.TICKET_SECRETS] });
  const identities = createIdentities({ secrets: [system.secrets.IDENTITY_SECRETS] });
  const { epoch } = await system.line.readProgress();
  const people = Array.from({ length: count }, () => cookies.create());
  const numbers: number[] = [];
  for (let from = 0; from < count; from += joinBatch) {
    const batch = people.slice(from, from + joinBatch);
    for (const outcome of await system.line.join(batch.map(({ visitorId }) => ({ visitorId, again: false })))) {
      if (outcome.kind !== 'joined') throw new Error(`a visitor who joined was answered ${outcome.kind}`);
      numbers.push(outcome.number);
    }
  }
  // Valid in its minute, the one before and the one after: streams open for two minutes from now.
  const minute = Math.floor(Date.now() / 60_000) + 1;
  return people.map(({ visitorId, value }, index): StreamPlan['visitors'][number] => {
    const ticket = tickets.sign({ visitorId, event: 'default', epoch, number: numbers[index] ?? 0 });
    const ticketCookie = `${ticketCookieName}=${ticket}`;
    if (way === 'gateway') {
      return { id: visitorId, headers: { cookie: `${visitorCookieName}=${value}; ${ticketCookie}` } };
    }
    const identity = identities.sign({ visitorId, event: 'default', isBooked: false, tier: 'standard' }, minute);
    return { id: visitorId, headers: { [identityHeader]: identity, cookie: ticketCookie } };
  });
}

/** Of one process; `ps` tells it in KiB on every Unix. */
async function readRssBytes(pid: number | undefined): Promise<number> {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(pid)]);
  return Number(stdout.trim()) * 1024;
}
