import type { Redis } from 'ioredis';
import { loadScript } from '../../redis/scripts.ts';
import { type EventKeys, sharedKeys } from '../keys.ts';

export type Suspect = {
  visitorId: string;
  reason: string;
  /** Redis time. */
  atMs: number;
  /** Then the visitor is `standard` again. */
  untilMs: number;
};

/**
 * marked: now suspect. same: was one already, for longer now. kept: an operator gave this visitor a tier, which stays.
 * full: there are too many.
 */
export type MarkResult = 'marked' | 'same' | 'kept' | 'full';

const folder = new URL('./scripts/', import.meta.url);
const lineFolder = new URL('../line/scripts/', import.meta.url);
const markScript = loadScript(folder, 'mark-suspect', lineFolder);
const clearScript = loadScript(folder, 'clear-suspect', lineFolder);
/** About 300 bytes each in Redis; gateways keep twice as many tiers in mind. */
const maxSuspects = 100_000;
const maxReasonCharacters = 200;
const markResults: readonly string[] = ['marked', 'same', 'kept', 'full'] satisfies MarkResult[];

export type SuspectStore = ReturnType<typeof createSuspectStore>;

/**
 * Visitors whom a rule put into the tier `suspect`, and why. Changes of the tier are announced in the changes of the event
 * whose `keys` these are. Whom an operator put there is not listed here and stays.
 */
export function createSuspectStore({ redis, keys }: { redis: Redis; keys: Pick<EventKeys, 'counters' | 'changes'> }) {
  const { tiers, visitor, suspects } = sharedKeys;
  // The record is another key each time, so the keys are bound by hand: both scripts have the same.
  const commands = redis as unknown as Record<string, (...args: (string | number)[]) => Promise<unknown>>;
  for (const { name, source, keyNames } of [markScript, clearScript]) {
    redis.defineCommand(`fairline:${name}`, { lua: source, numberOfKeys: keyNames.length });
  }
  const run = ({ name }: typeof markScript, visitorId: string, ...args: readonly (string | number)[]) =>
    commands[`fairline:${name}`]?.call(
      redis,
      tiers,
      visitor(visitorId),
      suspects.suspects,
      suspects.suspectReasons,
      keys.counters,
      keys.changes,
      visitorId,
      ...args,
    );

  async function clear(visitorId: string, isOnlyWhenDue: boolean): Promise<boolean> {
    const word = await run(clearScript, visitorId, isOnlyWhenDue ? 1 : 0);
    if (word !== 'cleared' && word !== 'same') throw new Error(`clear-suspect.lua answered ${JSON.stringify(word)}`);
    return word === 'cleared';
  }

  return {
    async mark(visitorId: string, { reason, forMs }: { reason: string; forMs: number }): Promise<MarkResult> {
      const word = await run(
        markScript,
        visitorId,
        reason.slice(0, maxReasonCharacters),
        Math.round(forMs),
        maxSuspects,
      );
      if (typeof word !== 'string' || !markResults.includes(word)) {
        throw new Error(`mark-suspect.lua answered ${JSON.stringify(word)}`);
      }
      return word as MarkResult;
    },

    /** An operator's word: not suspect. False when nothing changed. */
    clear: (visitorId: string) => clear(visitorId, false),

    /** Clears up to `limit` whose time is over; says how many it looked at. Idempotent, any gateway may do it. */
    async clearDue(limit: number): Promise<number> {
      const [seconds] = await redis.time();
      const due = await redis.zrangebyscore(suspects.suspects, '-inf', Number(seconds) * 1000, 'LIMIT', 0, limit);
      for (const visitorId of due) await clear(visitorId, true);
      return due.length;
    },

    /** Those marked last first, and how many there are. */
    async list({ limit }: { limit: number }): Promise<{ suspects: Suspect[]; total: number }> {
      const [total, flat] = await Promise.all([
        redis.zcard(suspects.suspects),
        redis.zrange(suspects.suspects, '+inf', '-inf', 'BYSCORE', 'REV', 'LIMIT', 0, limit, 'WITHSCORES'),
      ]);
      const ids = flat.filter((_, index) => index % 2 === 0);
      const reasons = ids.length === 0 ? [] : await redis.hmget(suspects.suspectReasons, ...ids);
      const listed = ids.map((visitorId, index) => {
        const [, atMs = '0', reason = ''] = /^(\d+) (.*)$/s.exec(reasons[index] ?? '') ?? [];
        return { visitorId, reason, atMs: Number(atMs), untilMs: Number(flat[2 * index + 1]) };
      });
      return { suspects: listed, total };
    },

    /** Why this visitor is suspect; undefined for others, and when it was an operator's word. */
    async find(visitorId: string): Promise<Suspect | undefined> {
      const [score, text] = await Promise.all([
        redis.zscore(suspects.suspects, visitorId),
        redis.hget(suspects.suspectReasons, visitorId),
      ]);
      if (score === null) return undefined;
      const [, atMs = '0', reason = ''] = /^(\d+) (.*)$/s.exec(text ?? '') ?? [];
      return { visitorId, reason, atMs: Number(atMs), untilMs: Number(score) };
    },
  };
}
