import type { RedisClient } from '../../redis/client.ts';
import { readTimeMs } from '../../redis/server.ts';
import { sharedKeys } from '../keys.ts';

/** Older entries are dropped, about: Redis trims whole blocks of a stream at once. */
const maxEntries = 10_000;

/** One thing an operator did. */
export type AuditEntry = {
  who: string;
  /** A word for the kind of action: `settings`, `instance`, `revoke`. */
  what: string;
  /** What it was done to: an instance id, a visitor id; empty where `what` says it all. */
  subject: string;
  before: Readonly<Record<string, string>>;
  after: Readonly<Record<string, string>>;
};

export type AuditRecord = AuditEntry & { id: string; atMs: number };

export type AuditStore = {
  /** Not idempotent. `at` is Redis time. Answers the id of the entry. */
  append(entry: AuditEntry): Promise<string>;
  /** The newest first, at most `limit`. Entries that are not of our form come with empty fields, not as a failure. */
  readLatest(limit: number): Promise<AuditRecord[]>;
  /** Those older than the entry `id` (as `readLatest` tells it), newest first, at most `limit`. */
  readBefore(id: string, limit: number): Promise<AuditRecord[]>;
};

export function createAuditStore({ redis }: { redis: RedisClient }): AuditStore {
  return {
    async append({ who, what, subject, before, after }) {
      const at = new Date(Math.floor(await readTimeMs(redis, sharedKeys.audit))).toISOString();
      const fields = { who, what, subject, before: JSON.stringify(before), after: JSON.stringify(after), at };
      const id = await redis.xadd(sharedKeys.audit, 'MAXLEN', '~', maxEntries, '*', ...Object.entries(fields).flat());
      if (id === null) throw new Error('Redis gave the audit entry no id');
      return id;
    },
    async readLatest(limit) {
      const entries = await redis.xrevrange(sharedKeys.audit, '+', '-', 'COUNT', limit);
      return entries.map(([id, flat]) => readEntry(id, flat));
    },
    async readBefore(id, limit) {
      const entries = await redis.xrevrange(sharedKeys.audit, `(${id}`, '-', 'COUNT', limit);
      return entries.map(([entryId, flat]) => readEntry(entryId, flat));
    },
  };
}

function readEntry(id: string, flat: readonly string[]): AuditRecord {
  const fields: Record<string, string> = {};
  for (let i = 0; i + 1 < flat.length; i += 2) fields[flat[i] ?? ''] = flat[i + 1] ?? '';
  return {
    id,
    who: fields.who ?? '',
    what: fields.what ?? '',
    subject: fields.subject ?? '',
    before: readValues(fields.before),
    after: readValues(fields.after),
    atMs: Number(id.split('-')[0]),
  };
}

function readValues(text: string | undefined): Record<string, string> {
  try {
    const value: unknown = JSON.parse(text ?? '{}');
    if (typeof value !== 'object' || value === null) return {};
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, String(member)]));
  } catch {
    return {};
  }
}
