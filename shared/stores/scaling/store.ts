import {
  type RoomScaling,
  type ScalingCause,
  type ScalingRoom,
  scalingCauses,
  scalingRooms,
} from '../../contracts/scaling.ts';
import type { RedisClient } from '../../redis/client.ts';
import { bindScript, loadScript } from '../../redis/scripts.ts';
import { readTimeMs } from '../../redis/server.ts';
import type { EventKeys } from '../keys.ts';

/** A room's part of the hash, with what only the leader's rule understands. */
export type StoredScaling = RoomScaling & { memory: string };

export type ScalingState = {
  /** Redis time. */
  nowMs: number;
  /** Who starts and stops instances by it, and when it last looked; null = nobody ever did, it is advice only. */
  actor: { name: string; atMs: number } | null;
  /** In the order of `scalingRooms`; a room that no leader has evaluated yet is left out. */
  rooms: readonly StoredScaling[];
};

/** What the leader writes; `wish` as it has read it. */
export type DesiredReplicas = Omit<StoredScaling, 'atMs' | 'changedAtMs'>;

export type WishOutcome =
  | { kind: 'set'; before: number | null; desired: number }
  /** Not a whole number within the bounds: nothing was written. */
  | { kind: 'refused'; min: number; max: number }
  /** No leader has evaluated the room yet, so its bounds are not known. */
  | { kind: 'unknown' };

const folder = new URL('./scripts/', import.meta.url);
const libraries = new URL('../line/scripts/', import.meta.url);
const writeDesiredScript = loadScript(folder, 'write-desired', libraries);
const setWishScript = loadScript(folder, 'set-wish', libraries);
const roomFields = [
  ...['desired', 'cause', 'reason', 'atMs', 'changedAtMs', 'running', 'starting'],
  ...['utilization', 'min', 'max', 'wish', 'memory'],
] as const;
const maxWish = 1_000_000;

export type ScalingStore = ReturnType<typeof createScalingStore>;

/** `booking:scaling`: how many instances of each room are wanted, and why. `keys` names the lock of the leader. */
export function createScalingStore({ redis, keys }: { redis: RedisClient; keys: EventKeys }) {
  const runWriteDesired = bindScript(redis, writeDesiredScript, keys);
  const runSetWish = bindScript(redis, setWishScript, keys);

  return {
    async read(): Promise<ScalingState> {
      const [nowMs, hash] = await Promise.all([readTimeMs(redis, keys.scaling), redis.hgetall(keys.scaling)]);
      return { nowMs: Math.floor(nowMs), ...parseScaling(hash) };
    },

    /** Acts only while `booking:lock` holds `token`. `written`: rooms whose wish did not change since it was read. */
    async writeDesired(
      token: string,
      rooms: readonly DesiredReplicas[],
    ): Promise<{ kind: 'done'; written: ScalingRoom[] } | { kind: 'notLeader' }> {
      const reply = await runWriteDesired([token, ...rooms.flatMap(describeForScript)]);
      const [word, ...written] = reply as string[];
      if (word === 'done') return { kind: word, written: written as ScalingRoom[] };
      if (word === 'notLeader') return { kind: word };
      throw new Error(`write-desired.lua answered ${JSON.stringify(word)}`);
    },

    /** An operator's choice; null gives it back to the load. It stays until it is given back. Safe to repeat. */
    async setWish({ room, wish }: { room: ScalingRoom; wish: number | null }): Promise<WishOutcome> {
      const isWhole = wish === null || (Number.isInteger(wish) && wish >= 0 && wish <= maxWish);
      // The script knows the bounds: what is no number at all is told with them as well.
      const asked = wish === null ? '' : String(isWhole ? wish : maxWish + 1);
      const [word, first, second] = (await runSetWish([room, asked, describeWish(wish ?? 0)])) as string[];
      if (word === 'set') return { kind: word, before: first === '' ? null : Number(first), desired: Number(second) };
      if (word === 'refused') return { kind: word, min: Number(first), max: Number(second) };
      if (word === 'unknown') return { kind: word };
      throw new Error(`set-wish.lua answered ${JSON.stringify(word)}`);
    },

    /** Whoever starts and stops instances says so every few seconds. */
    async noteActor(name: string): Promise<void> {
      const nowMs = await readTimeMs(redis, keys.scaling);
      await redis.hset(keys.scaling, { actor: name, actorAtMs: Math.floor(nowMs / 1000) * 1000 });
    },
  };
}

/** The reason shown for a number that an operator chose. */
export function describeWish(wish: number): string {
  return `An operator chose ${wish}.`;
}

function describeForScript(desired: DesiredReplicas): (string | number)[] {
  const { room, wish, cause, reason, running, starting, utilization, min, max, memory } = desired;
  const shown = utilization === null ? '' : Math.round(utilization * 1000) / 1000;
  return [room, wish ?? '', desired.desired, cause, reason, running, starting, shown, min, max, memory];
}

/** People may have touched the hash: a room without a number that makes sense counts as not evaluated. */
export function parseScaling(hash: Readonly<Record<string, string>>): Pick<ScalingState, 'actor' | 'rooms'> {
  const rooms = scalingRooms.flatMap((room): StoredScaling[] => {
    const field = (name: (typeof roomFields)[number]) => hash[`${room}:${name}`] ?? '';
    const count = (name: (typeof roomFields)[number]) => (/^\d{1,15}$/.test(field(name)) ? Number(field(name)) : null);
    const [desired, min, max] = [count('desired'), count('min'), count('max')];
    if (desired === null || min === null || max === null) return [];
    const utilization = Number(field('utilization'));
    const cause = scalingCauses.find((known) => known === field('cause')) ?? ('steady' satisfies ScalingCause);
    return [
      {
        ...{ room, desired, cause, min, max, wish: count('wish'), memory: field('memory'), reason: field('reason') },
        ...{ atMs: count('atMs') ?? 0, changedAtMs: count('changedAtMs') ?? 0 },
        ...{ running: count('running') ?? 0, starting: count('starting') ?? 0 },
        utilization: field('utilization') === '' || !Number.isFinite(utilization) ? null : utilization,
      },
    ];
  });
  const actor = hash.actor ? { name: hash.actor, atMs: Number(hash.actorAtMs) || 0 } : null;
  return { actor, rooms };
}
