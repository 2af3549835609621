import type { Clock } from '@fairline/shared/clock.ts';
import { createInternalApp, type Readiness } from '@fairline/shared/internal-app.ts';
import type { Logger } from '@fairline/shared/logger.ts';
import { runLoop } from '@fairline/shared/loop.ts';
import type { Metrics } from '@fairline/shared/metrics.ts';
import { type ChangeType, followChanges } from '@fairline/shared/redis/changes.ts';
import type { RedisClient } from '@fairline/shared/redis/client.ts';
import { watchRedis } from '@fairline/shared/redis/latency.ts';
import { parseInfo, readInfo, rewriteAppendOnlyFile } from '@fairline/shared/redis/server.ts';
import type { ServerClock } from '@fairline/shared/redis/server-clock.ts';
import { createInstanceStore } from '@fairline/shared/stores/instances/store.ts';
import type { EventKeys } from '@fairline/shared/stores/keys.ts';
import { createLockStore } from '@fairline/shared/stores/line/lock.ts';
import { createLineStore } from '@fairline/shared/stores/line/store.ts';
import { createScalingStore } from '@fairline/shared/stores/scaling/store.ts';
import { createSettingsCopy } from '@fairline/shared/stores/settings/copy.ts';
import { createSettingsStore } from '@fairline/shared/stores/settings/store.ts';
import { createVisitorStore } from '@fairline/shared/stores/visitors/store.ts';
import { createPasses } from './admission/pass.ts';
import { readRedisState } from './gate/redis-state.ts';
import { createHousekeeping } from './housekeeping/housekeeping.ts';
import { createLeaderLock } from './leadership/leader-lock.ts';
import { startLeading } from './leadership/leading.ts';
import { createLineMetrics } from './line-metrics.ts';
import { createFileWatch, fileWatchEveryMs } from './recovery/file-watch.ts';
import { createRecovery } from './recovery/recovery.ts';
import type { RoomBounds } from './scaling/bounds.ts';
import type { ScalingRule } from './scaling/decide-replicas.ts';
import { createScaler } from './scaling/scaler.ts';
import { createScalingMetrics } from './scaling/scaling-metrics.ts';
import { watchLine } from './watch/watch-line.ts';

/** After these somebody may enter, a place may have to end sooner, or a rule is another one. */
const wakingChanges: ReadonlySet<ChangeType> = new Set([
  'joined',
  'confirmed',
  'cancelled',
  'left',
  'expired',
  'revoked',
  'settings',
]);

/** A standby keeps in mind how far the line has come, should it lead after a loss of data. */
const standbyLookEveryMs = 1_000;

/** Giving the lock back must not hold up a stop while Redis is away: then the lock runs out by itself. */
const releaseTimeoutMs = 2_000;

/**
 * The queue-processor from its parts: an internal app that is not listening yet, and the loops that lead once started.
 */
export function buildQueueProcessor({
  redis,
  changesRedis,
  keys,
  serverClock,
  clock,
  logger,
  metrics,
  readiness,
  scaling,
}: {
  /** Waits while Redis is away. */
  redis: RedisClient;
  /** For the blocking reads of the changes only. */
  changesRedis: RedisClient;
  keys: EventKeys;
  serverClock: ServerClock;
  clock: Clock;
  logger: Logger;
  metrics: Metrics;
  readiness: Readiness;
  scaling: {
    bounds: RoomBounds;
    rule: ScalingRule;
    event: string;
    /** Takes lines in CloudWatch's embedded metric format; undefined = none are made. */
    writeEmbedded: ((line: string) => void) | undefined;
  };
}) {
  const line = createLineStore({ redis, keys });
  const settings = createSettingsStore({ redis, keys });
  const instances = createInstanceStore({ redis });
  const lineMetrics = createLineMetrics(metrics);
  const scalingMetrics = createScalingMetrics(metrics);
  const recovery = createRecovery({ line, rewriteFile: () => rewriteAppendOnlyFile(redis), clock, logger });

  let isLeading = false;
  const stopping = new AbortController();
  const settingsCopy = createSettingsCopy({ store: settings, clock, signal: stopping.signal, logger });
  const lock = createLeaderLock({
    lock: createLockStore({ redis, keys }),
    clock,
    logger,
    readTtlMs: () => settingsCopy.current().bookingLockTTLSeconds * 1000,
    onChange: (leads) => {
      isLeading = leads;
      lineMetrics.setLeading(leads);
      if (!leads) scalingMetrics.clear();
    },
  });
  const passes = createPasses({
    line,
    settings,
    instances,
    readSettings: () => settings.readGood(),
    readRedisState: () => readRedisState(redis, keys.counters),
    recovery,
    clock,
    logger,
  });
  const housekeeping = createHousekeeping({
    line,
    visitors: createVisitorStore({ redis }),
    instances,
    readSettings: () => settingsCopy.current(),
    readNowMs: () => serverClock.nowMs(),
    clock,
  });

  const scaler = createScaler({
    ...scaling,
    scaling: createScalingStore({ redis, keys }),
    instances,
    line,
    readSettings: () => settingsCopy.current(),
    metrics: scalingMetrics,
    clock,
    logger,
  });

  const watchConnection = () => {
    readiness.set('redis', redis.status === 'ready' ? null : 'not connected');
  };
  for (const event of ['ready', 'close', 'end']) redis.on(event, watchConnection);
  watchConnection();

  return {
    app: createInternalApp({ logger, metrics, readiness }),
    /** Fields of the instance report. */
    describe: () => {
      const { tail, vipTail, seq } = recovery.seen();
      return { role: isLeading ? 'leader' : 'standby', tailSeen: tail, vipTailSeen: vipTail, seqSeen: seq };
    },

    /** Begins to try for the lock. Call it once. */
    start(): { stop(): Promise<void> } {
      const { signal } = stopping;
      watchRedis({ redis, metrics, clock, signal, logger });
      watchLine({ line, settings: settingsCopy.current, metrics, clock, signal, logger });
      const leading = startLeading({
        lock,
        passes,
        housekeeping,
        scaler,
        onPass: lineMetrics.notePass,
        clock,
        signal,
        logger,
      });
      const following = followChanges({
        redis: changesRedis,
        keys,
        signal,
        logger,
        onChange: (change) => {
          recovery.noteChange(change);
          if (wakingChanges.has(change.type)) leading.wake();
        },
        // What was missed is found by the next pass; nothing is kept that would have to be loaded again.
        onGap: async () => {
          leading.wake();
          return undefined;
        },
      });
      const standby = runLoop({
        name: 'standby',
        intervalMs: standbyLookEveryMs,
        clock,
        signal,
        logger,
        step: async () => {
          if (isLeading) return;
          const [progress, { runId }] = await Promise.all([line.readProgress(), readRedisState(redis, keys.counters)]);
          recovery.noteProgress(runId, progress);
        },
      });
      const fileWatch = createFileWatch({
        isWritable: async () => {
          const { aof_last_write_status: status } = parseInfo(await readInfo(redis, keys.counters, 'persistence'));
          return status !== 'err';
        },
        isLeading: () => isLeading,
        rewriteFile: () => rewriteAppendOnlyFile(redis),
        logger,
      });
      const watching = runLoop({
        name: 'append-only file',
        intervalMs: fileWatchEveryMs,
        clock,
        signal,
        logger,
        step: fileWatch.step,
      });
      return {
        /** Gives the lock back first, so that the standby leads while the step in hand here still ends. */
        async stop() {
          stopping.abort();
          await Promise.race([lock.release(), clock.sleep(releaseTimeoutMs)]);
          await Promise.race([
            Promise.all([leading.stopped, following.stopped, standby.stopped, watching.stopped]),
            clock.sleep(releaseTimeoutMs),
          ]);
        },
      };
    },
  };
}
