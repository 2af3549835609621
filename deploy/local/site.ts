import { once } from 'node:events';
import { type IncomingMessage, request as requestPlainly } from 'node:http';
import { request as requestByTls } from 'node:https';
import { systemClock } from '@fairline/shared/clock.ts';
import { createLogger } from '@fairline/shared/logger.ts';
import { type Loop, runLoop } from '@fairline/shared/loop.ts';
import { connectRedis } from '@fairline/shared/redis/connect.ts';
import { createInstanceStore, type InstanceMap } from '@fairline/shared/stores/instances/store.ts';
import { eventKeys } from '@fairline/shared/stores/keys.ts';
import { createLineStore } from '@fairline/shared/stores/line/store.ts';
import { createScalingStore, type ScalingState } from '@fairline/shared/stores/scaling/store.ts';
import { launcherConnection } from './redis-probe.ts';

/** A gate that the leader wrote longer ago is that of an earlier start. */
const gateFreshMs = 2_000;
const requestTimeoutMs = 2_000;
const scalingLookMs = 1_000;

export type Site = ReturnType<typeof openSite>;

/**
 * What the launcher sees of the running site: the instance map, the gate, and the gateway's own answer. Its connection
 * also marks the Redis as being in use by a launcher.
 */
export function openSite({
  redisUrl,
  caFile,
  event,
  logLine,
}: {
  redisUrl: string;
  caFile?: string | undefined;
  event: string;
  /** Takes the connection's log lines. */
  logLine: (line: string) => void;
}) {
  const logger = createLogger({
    room: 'launcher',
    instanceId: launcherConnection,
    level: 'warn',
    destination: { write: (line) => logLine(line.trimEnd()) },
  });
  const redis = connectRedis({ url: redisUrl, caFile, profile: 'worker', name: launcherConnection, logger });
  const instances = createInstanceStore({ redis });
  const line = createLineStore({ redis, keys: eventKeys(event, redis) });
  const scaling = createScalingStore({ redis, keys: eventKeys(event, redis) });

  return {
    /** Ids of the instances that report to be ready. */
    async readReady(): Promise<ReadonlySet<string>> {
      const { reports } = await instances.readAll();
      return new Set(reports.filter((report) => report.state === 'ready').map((report) => report.id));
    },
    async isGateOpen(): Promise<boolean> {
      const { gate, nowMs } = await line.readProgress();
      return gate.isOpen && nowMs - gate.atMs < gateFreshMs;
    },
    /** The landing page, through a gateway, from booking. */
    async answers(url: string): Promise<boolean> {
      try {
        return ((await readStatus(url)) ?? 500) < 400;
      } catch {
        return false;
      }
    },
    /** Looks once a second at how many instances are wanted and which there are, and says in whose name. */
    followScaling(actor: string, signal: AbortSignal, onLook: (state: ScalingState, map: InstanceMap) => void): Loop {
      return runLoop({
        name: 'scaling',
        intervalMs: scalingLookMs,
        clock: systemClock,
        signal,
        logger,
        step: async () => {
          const [state, map] = await Promise.all([scaling.read(), instances.readAll(), scaling.noteActor(actor)]);
          if (!signal.aborted) onLook(state, map);
        },
      });
    },
    close(): void {
      redis.disconnect();
    },
  };
}

/** Whether a certificate is one that browsers trust is not the launcher's business: it asks its own gateway. */
async function readStatus(url: string): Promise<number | undefined> {
  const signal = AbortSignal.timeout(requestTimeoutMs);
  const request = url.startsWith('https:')
    ? requestByTls(url, { agent: false, rejectUnauthorized: false, signal })
    : requestPlainly(url, { agent: false, signal });
  request.end();
  const [answer] = (await once(request, 'response')) as [IncomingMessage];
  answer.destroy();
  return answer.statusCode;
}
