import type { InstanceReport } from '../../contracts/instance-report.ts';
import { isRedisUnavailable } from '../../http-errors.ts';
import { type RedisClient, type RedisCommand, sendTogether, throwFirst } from '../../redis/client.ts';
import { readTimeMs } from '../../redis/server.ts';
import { sharedKeys } from '../keys.ts';
import { parseReport } from './parse-report.ts';

/** A report lives this long in Redis without a new one. */
export const reportTtlMs = 5000;

export type InstanceMap = {
  reports: readonly InstanceReport[];
  /** Fields beyond the report's own, by instance id. */
  extras: ReadonlyMap<string, Readonly<Record<string, string>>>;
  /** Instances that an operator wishes to drain. */
  disabled: ReadonlySet<string>;
  /** Reports that nobody may use, and why. */
  rejected: readonly { id: string; problem: string }[];
};

export type InstanceStore = ReturnType<typeof createInstanceStore>;

/** The instance map: one hash a process, an index, and the operators' wishes. */
export function createInstanceStore({ redis }: { redis: RedisClient }) {
  return {
    /** Writes one report with whatever else the room wants known. */
    async write(report: InstanceReport, extra: Readonly<Record<string, string | number>> = {}): Promise<void> {
      const { id, inFlightByGateway, ...fields } = report;
      const key = sharedKeys.instance(id);
      const nowMs = Math.floor(await readTimeMs(redis, sharedKeys.instances));
      const all = { ...extra, ...fields, inFlightByGateway: JSON.stringify(inFlightByGateway) };
      throwFirst(
        await sendTogether(redis, [
          ['hset', key, ...Object.entries(all).flat()],
          ['pexpire', key, reportTtlMs],
          ['zadd', sharedKeys.instances, nowMs, id],
        ]),
      );
    },

    async remove(id: string): Promise<void> {
      throwFirst(
        await sendTogether(redis, [
          ['del', sharedKeys.instance(id)],
          ['zrem', sharedKeys.instances, id],
        ]),
      );
    },

    /** Every instance whose report is alive; broken ones are listed apart. Costs one round trip an index page. */
    async readAll(): Promise<InstanceMap> {
      const [ids, disabled] = await Promise.all([
        redis.zrange(sharedKeys.instances, '0', '-1'),
        redis.smembers(sharedKeys.instancesDisabled),
      ]);
      const hashes = await sendTogether(
        redis,
        ids.map((id): RedisCommand => ['hgetall', sharedKeys.instance(id)]),
      );
      const reports: InstanceReport[] = [];
      const extras = new Map<string, Record<string, string>>();
      const rejected: { id: string; problem: string }[] = [];
      for (const [index, id] of ids.entries()) {
        const reply = hashes[index];
        if (reply instanceof Error) {
          // A node of a cluster is away: what is known of its instances stands.
          if (isRedisUnavailable(reply)) throw reply;
          rejected.push({ id, problem: reply.message });
          continue;
        }
        const hash = (reply ?? {}) as Record<string, string>;
        if (Object.keys(hash).length === 0) continue;
        const parsed = parseReport(id, hash);
        if (parsed.kind === 'rejected') {
          rejected.push({ id, problem: parsed.problem });
          continue;
        }
        reports.push(parsed.report);
        const own = new Set(Object.keys(parsed.report));
        extras.set(id, Object.fromEntries(Object.entries(hash).filter(([field]) => !own.has(field))));
      }
      return { reports, extras, disabled: new Set(disabled), rejected };
    },

    /** The operator's wish: a disabled instance gets no new requests. It outlives the instance. */
    async setDisabled(id: string, isDisabled: boolean): Promise<void> {
      if (isDisabled) await redis.sadd(sharedKeys.instancesDisabled, id);
      else await redis.srem(sharedKeys.instancesDisabled, id);
    },

    /** Drops index entries and wishes of instances that have been gone for a minute. */
    async trim(): Promise<void> {
      const before = Math.floor(await readTimeMs(redis, sharedKeys.instances)) - 60_000;
      const gone = await redis.zrangebyscore(sharedKeys.instances, '-inf', before);
      if (gone.length === 0) return;
      throwFirst(
        await sendTogether(redis, [
          ['zremrangebyscore', sharedKeys.instances, '-inf', before],
          ['srem', sharedKeys.instancesDisabled, ...gone],
        ]),
      );
    },
  };
}
