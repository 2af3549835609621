import { bindAnnounced } from '../../redis/announced.ts';
import type { RedisClient } from '../../redis/client.ts';
import { loadScript } from '../../redis/scripts.ts';
import { readTimeMs } from '../../redis/server.ts';
import type { EventKeys } from '../keys.ts';
import { createTierNote } from '../visitors/tier-note.ts';
import { announceTier } from '../visitors/tiers.ts';

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
export function createSuspectStore({
  redis,
  keys,
}: {
  redis: RedisClient;
  keys: Pick<EventKeys, 'counters' | 'changes' | 'tiers' | 'suspects' | 'suspectReasons'>;
}) {
  const runMark = bindAnnounced(redis, markScript, keys);
  const runClear = bindAnnounced(redis, clearScript, keys);
  const noteTier = createTierNote({ redis });

  async function clear(visitorId: string, isOnlyWhenDue: boolean): Promise<boolean> {
    const word = await runClear([visitorId, isOnlyWhenDue ? 1 : 0], (answer) =>
      answer === 'cleared' ? announceTier(visitorId, 'standard') : undefined,
    );
    if (word !== 'cleared' && word !== 'same') throw new Error(`clear-suspect.lua answered ${JSON.stringify(word)}`);
    if (word === 'cleared') await noteTier(visitorId, 'standard');
    return word === 'cleared';
  }

  return {
    async mark(visitorId: string, { reason, forMs }: { reason: string; forMs: number }): Promise<MarkResult> {
      const word = await runMark(
        [visitorId, reason.slice(0, maxReasonCharacters), Math.round(forMs), maxSuspects],
        (answer) => (answer === 'marked' ? announceTier(visitorId, 'suspect') : undefined),
      );
      if (typeof word !== 'string' || !markResults.includes(word)) {
        throw new Error(`mark-suspect.lua answered ${JSON.stringify(word)}`);
      }
      if (word === 'marked') await noteTier(visitorId, 'suspect');
      return word as MarkResult;
    },

    /** An operator's word: not suspect. False when nothing changed. */
    clear: (visitorId: string) => clear(visitorId, false),

    /** Clears up to `limit` whose time is over; says how many it looked at. Idempotent, any gateway may do it. */
    async clearDue(limit: number): Promise<number> {
      const nowMs = Math.floor(await readTimeMs(redis, keys.suspects));
      const due = await redis.zrangebyscore(keys.suspects, '-inf', nowMs, 'LIMIT', 0, limit);
      for (const visitorId of due) await clear(visitorId, true);
      return due.length;
    },

    /** Those marked last first, and how many there are. */
    async list({ limit }: { limit: number }): Promise<{ suspects: Suspect[]; total: number }> {
      const [total, flat] = await Promise.all([
        redis.zcard(keys.suspects),
        redis.zrange(keys.suspects, '+inf', '-inf', 'BYSCORE', 'REV', 'LIMIT', 0, limit, 'WITHSCORES'),
      ]);
      const ids = flat.filter((_, index) => index % 2 === 0);
      const reasons = ids.length === 0 ? [] : await redis.hmget(keys.suspectReasons, ...ids);
      const listed = ids.map((visitorId, index) => {
        const [, atMs = '0', reason = ''] = /^(\d+) (.*)$/s.exec(reasons[index] ?? '') ?? [];
        return { visitorId, reason, atMs: Number(atMs), untilMs: Number(flat[2 * index + 1]) };
      });
      return { suspects: listed, total };
    },

    /** Why this visitor is suspect; undefined for others, and when it was an operator's word. */
    async find(visitorId: string): Promise<Suspect | undefined> {
      const [score, text] = await Promise.all([
        redis.zscore(keys.suspects, visitorId),
        redis.hget(keys.suspectReasons, visitorId),
      ]);
      if (score === null) return undefined;
      const [, atMs = '0', reason = ''] = /^(\d+) (.*)$/s.exec(text ?? '') ?? [];
      return { visitorId, reason, atMs: Number(atMs), untilMs: Number(score) };
    },
  };
}
