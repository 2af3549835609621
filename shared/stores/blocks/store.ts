import { type Announcement, bindAnnounced } from '../../redis/announced.ts';
import type { RedisClient } from '../../redis/client.ts';
import { loadScript } from '../../redis/scripts.ts';
import { readTimeMs } from '../../redis/server.ts';
import type { EventKeys } from '../keys.ts';
import { type BlockTarget, formatTarget, parseTarget } from './target.ts';

/** An operator's block that lasts until somebody undoes it: ten years. */
export const longestBlockMs = 10 * 365 * 24 * 60 * 60 * 1000;
/** So long no automatic rule touches what an operator unblocked. */
export const pardonMs = 10 * 60 * 1000;
/** Characters of a reason and of a name that are kept. */
const maxReasonCharacters = 300;
const maxWhoCharacters = 100;
/** A console shows fewer; Redis holds fewer automatic ones. */
export const maxListedBlocks = 10_000;

export type BlockOrder = BlockTarget & {
  /** From now on, by the clock of Redis; at most `longestBlockMs`. */
  forMs: number;
  reason: string;
  who: string;
};

/** How automatic blocks grow and how many there may be. */
export type AutomaticBlockRule = {
  /** The first block of a target lasts so long, the next twice as long, … */
  baseMs: number;
  maxMs: number;
  /** So long after its end a block counts when the next one's length is chosen. */
  memoryMs: number;
  /** Of all that stand; beyond it none are added. */
  maxBlocks: number;
};

export type BlockResult = { kind: 'blocked'; untilMs: number; times: number } | { kind: 'badTarget' };
export type AutomaticBlockResult =
  | BlockResult
  /** One stands already. */
  | { kind: 'standing'; untilMs: number }
  /** An operator ended one lately. */
  | { kind: 'pardoned'; untilMs: number }
  | { kind: 'full' };

export type Block = BlockTarget & {
  /** Redis time. */
  untilMs: number;
  /** Empty for a block that somebody wrote into the sorted set by hand; so is `who`. */
  reason: string;
  who: string;
  isAutomatic: boolean;
  /** When it was made; null for one written by hand. */
  atMs: number | null;
  /** How often this target was blocked automatically of late, this time included; 0 for an operator's word. */
  times: number;
};

type BlockDetails = Partial<Pick<Block, 'reason' | 'who' | 'isAutomatic' | 'atMs' | 'times'>>;

const folder = new URL('./scripts/', import.meta.url);
const lineFolder = new URL('../line/scripts/', import.meta.url);
const blockScript = loadScript(folder, 'block', lineFolder);
const unblockScript = loadScript(folder, 'unblock', lineFolder);

type BlockKeys = Pick<
  EventKeys,
  'counters' | 'changes' | 'blocked' | 'blockedDetails' | 'blockedPast' | 'blockedVersion'
>;

export type BlockStore = ReturnType<typeof createBlockStore>;

/**
 * Who is blocked, for all events. A change is announced in the changes of the event whose `keys` these are, which its
 * gateways follow; those of other events see the version change within half a second.
 */
export function createBlockStore({ redis, keys }: { redis: RedisClient; keys: BlockKeys }) {
  const runBlock = bindAnnounced(redis, blockScript, keys);
  const runUnblock = bindAnnounced(redis, unblockScript, keys);

  async function run(
    order: BlockOrder,
    { isAutomatic, ...rule }: AutomaticBlockRule & { isAutomatic: boolean },
  ): Promise<AutomaticBlockResult> {
    const target = formatTarget(order);
    if (target === undefined) return { kind: 'badTarget' };
    const visitorId = order.kind === 'visitor' ? order.value : '';
    const reply = await runBlock(
      [
        target,
        visitorId,
        order.who.slice(0, maxWhoCharacters),
        order.reason.slice(0, maxReasonCharacters),
        isAutomatic ? 1 : 0,
        rule.baseMs,
        rule.maxMs,
        rule.memoryMs,
        rule.maxBlocks,
      ],
      (answer) => announceBlock(target, visitorId, isAutomatic, answer as BlockReply),
    );
    const [word, untilMs, times] = reply as BlockReply;
    switch (word) {
      case 'blocked':
        return { kind: word, untilMs, times };
      case 'standing':
      case 'pardoned':
        return { kind: word, untilMs };
      case 'full':
        return { kind: word };
      default:
        throw new Error(`block.lua answered ${JSON.stringify(reply)}`);
    }
  }

  return {
    /** An operator's word: from now on, whatever stood before. `badTarget`: the value is no visitor id or network. */
    async block(order: BlockOrder): Promise<BlockResult> {
      const forMs = Math.max(1, Math.min(longestBlockMs, Math.round(order.forMs)));
      const rule = { baseMs: forMs, maxMs: forMs, memoryMs: 0, maxBlocks: 0 };
      const result = await run(order, { ...rule, isAutomatic: false });
      if (result.kind === 'blocked' || result.kind === 'badTarget') return result;
      throw new Error(`block.lua refused an operator's word: ${result.kind}`);
    },

    /** A rule's word: temporary, longer each time, and only where nobody has decided otherwise. */
    blockAutomatically: (order: Omit<BlockOrder, 'forMs'>, rule: AutomaticBlockRule): Promise<AutomaticBlockResult> =>
      run({ ...order, forMs: rule.baseMs }, { ...rule, isAutomatic: true }),

    /** False when no such block stands. Automatic rules let the target be for `pardonMs`. */
    async unblock({ who, ...target }: BlockTarget & { who: string }): Promise<boolean> {
      const name = formatTarget(target);
      if (name === undefined) return false;
      const reply = await runUnblock([name, who.slice(0, maxWhoCharacters), pardonMs], (answer) =>
        announceUnblock(name, answer as UnblockReply),
      );
      const [word] = reply as UnblockReply;
      if (word !== 'unblocked' && word !== 'none') throw new Error(`unblock.lua answered ${JSON.stringify(word)}`);
      return word === 'unblocked';
    },

    /** Those in force, the newest first, and how many there are in all. Costs all of them; for people, not for requests. */
    async list({ limit }: { limit: number }): Promise<{ blocks: Block[]; total: number }> {
      const active = await readActive();
      const names = active.map(([name]) => name);
      const details = names.length === 0 ? [] : await redis.hmget(keys.blockedDetails, ...names);
      const blocks = active.flatMap(([name, untilMs], index) => {
        const target = parseTarget(name);
        return target ? [{ ...target, untilMs, ...readDetails(details[index]) }] : [];
      });
      blocks.sort((one, other) => (other.atMs ?? 0) - (one.atMs ?? 0));
      return { blocks: blocks.slice(0, limit), total: blocks.length };
    },

    /** The block of one visitor or of exactly that network; undefined when there is none. */
    async find(target: BlockTarget): Promise<Block | undefined> {
      const name = formatTarget(target);
      if (name === undefined) return undefined;
      const [nowMs, score, details] = await Promise.all([
        readTimeMs(redis, keys.blocked),
        redis.zscore(keys.blocked, name),
        redis.hget(keys.blockedDetails, name),
      ]);
      const parsed = parseTarget(name);
      if (!parsed || readScore(score ?? '0') <= nowMs) return undefined;
      return { ...parsed, untilMs: readScore(score ?? undefined), ...readDetails(details) };
    },

    /** Changes with every block and unblock of any event, and with most of what hands do to the sorted set. */
    async readMark(): Promise<string> {
      const [version, count] = await Promise.all([redis.get(keys.blockedVersion), redis.zcard(keys.blocked)]);
      return `${version ?? 0} ${count}`;
    },
  };

  async function readActive(): Promise<[name: string, untilMs: number][]> {
    const nowMs = Math.floor(await readTimeMs(redis, keys.blocked));
    const flat = await redis.zrevrangebyscore(
      keys.blocked,
      '+inf',
      `(${nowMs}`,
      'WITHSCORES',
      'LIMIT',
      0,
      maxListedBlocks,
    );
    const all: [string, number][] = [];
    for (let index = 0; index + 1 < flat.length; index += 2)
      all.push([String(flat[index]), readScore(flat[index + 1])]);
    return all;
  }
}

type BlockReply = [word: string, untilMs: number, times: number, version: number];
type UnblockReply = [word: string, untilMs: number, version: number];

function announceBlock(
  target: string,
  visitorId: string,
  isAutomatic: boolean,
  [word, until, , version]: BlockReply,
): Announcement | undefined {
  if (word !== 'blocked') return undefined;
  const visitorIds = visitorId === '' ? [] : [visitorId];
  return { type: 'blocked', visitorIds, fields: { target, until, automatic: isAutomatic ? 1 : 0, version } };
}

/** Names no visitors: those are the ones who lose something. */
function announceUnblock(target: string, [word, , version]: UnblockReply): Announcement | undefined {
  return word === 'unblocked' ? { type: 'blocked', visitorIds: [], fields: { target, until: 0, version } } : undefined;
}

function readDetails(text: string | null | undefined): Required<BlockDetails> {
  const found = parseDetails(text);
  return {
    reason: typeof found.reason === 'string' ? found.reason : '',
    who: typeof found.who === 'string' ? found.who : '',
    isAutomatic: found.isAutomatic === true,
    atMs: typeof found.atMs === 'number' ? found.atMs : null,
    times: typeof found.times === 'number' ? found.times : 0,
  };
}

function parseDetails(text: string | null | undefined): BlockDetails {
  try {
    const value: unknown = JSON.parse(text ?? '{}');
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}

/** Redis writes a score without end as `inf`. */
function readScore(text: string | undefined): number {
  return text === 'inf' ? Number.POSITIVE_INFINITY : Number(text);
}
