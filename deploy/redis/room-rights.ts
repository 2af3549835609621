import type { EventKeys } from '@fairline/shared/stores/keys.ts';

export type RedisUserName = 'router' | 'booking' | 'waiting-room' | 'queue-processor' | 'admin' | 'launcher';

/** Commands a store sends by itself, beside its scripts, and the keys they touch: names as in `keys.ts`, `shared:` for all events. */
export type DirectRights = { commands: readonly string[]; reads: readonly KeyName[]; writes: readonly KeyName[] };

export type KeyName =
  | keyof EventKeys
  | 'visitor'
  | 'visitors'
  | 'visitorsSeen'
  | 'instance'
  | 'instances'
  | 'instancesDisabled'
  | 'limits'
  | 'audit'
  | 'archived';

export type RoomRights = { scripts: readonly string[]; direct: readonly DirectRights[] };

/** Whoever connects: to know the server, its time, and that it is there. `cluster` for the map of slots. */
export const connectionCommands = ['ping', 'info', 'time', 'client|setname', 'evalsha', 'eval'];
export const clusterCommands = ['cluster|slots', 'cluster|info', 'readonly', 'readwrite', 'asking', 'command'];

const nothing: readonly KeyName[] = [];
const follow: DirectRights = { commands: ['xread', 'xrevrange'], reads: ['changes'], writes: nothing };
const readSettings: DirectRights = { commands: ['hgetall'], reads: ['settingsGood'], writes: nothing };
const report: DirectRights = {
  commands: ['hset', 'pexpire', 'zadd', 'del', 'zrem'],
  reads: nothing,
  writes: ['instance', 'instances'],
};
const readMap: DirectRights = {
  commands: ['zrange', 'smembers', 'hgetall'],
  reads: ['instance', 'instances', 'instancesDisabled'],
  writes: nothing,
};
const readBlocks: DirectRights = {
  commands: ['zrevrangebyscore', 'hmget', 'zscore', 'hget', 'get', 'zcard'],
  reads: ['blocked', 'blockedDetails', 'blockedVersion'],
  writes: nothing,
};
const readScaling: DirectRights = { commands: ['hgetall'], reads: ['scaling'], writes: nothing };

/** What each room may do. A test runs the whole system so and fails on anything refused. */
export const roomRights: Readonly<Record<RedisUserName, RoomRights>> = {
  router: {
    scripts: [
      ...['read-progress', 'renew', 'touch-visitors', 'index-visitors', 'charge-buckets', 'count-in-window'],
      ...['note-addresses', 'share-in-flight', 'mark-suspect', 'clear-suspect', 'note-tier', 'block'],
    ],
    direct: [
      ...[follow, readSettings, report, readMap, readBlocks],
      { commands: ['sscan'], reads: ['booked'], writes: nothing },
      { commands: ['hscan', 'hget'], reads: ['tiers'], writes: nothing },
      { commands: ['zrangebyscore', 'zrange', 'zscore'], reads: ['suspects'], writes: nothing },
      { commands: ['incrby'], reads: nothing, writes: ['visitorsSeen'] },
    ],
  },
  booking: {
    scripts: ['read-standing', 'confirm', 'cancel', 'write-session'],
    direct: [readSettings, report, { commands: ['hgetall', 'wait'], reads: ['visitor'], writes: nothing }],
  },
  'waiting-room': {
    scripts: [
      ...['read-progress', 'join', 'leave', 'move-to-vip', 'note-signs', 'read-moves', 'read-standing', 'restore'],
      ...['take-invite', 'note-tier'],
    ],
    direct: [follow, readSettings, report, { commands: ['getrange'], reads: ['gone', 'vipGone'], writes: nothing }],
  },
  'queue-processor': {
    scripts: [
      ...['admit', 'end-places', 'read-progress', 'recover', 'set-gate', 'trim', 'renew-lock', 'release-lock'],
      ...['adopt-settings', 'write-desired'],
    ],
    direct: [
      ...[follow, readSettings, report, readMap, readScaling],
      { commands: ['hget'], reads: ['settings'], writes: nothing },
      { commands: ['set'], reads: nothing, writes: ['lock'] },
      // After a crash the append-only file is written anew, without half a script.
      { commands: ['bgrewriteaof'], reads: nothing, writes: nothing },
      { commands: ['zrangebyscore', 'zrem'], reads: nothing, writes: ['visitors'] },
      {
        commands: ['zrangebyscore', 'zremrangebyscore', 'srem'],
        reads: nothing,
        writes: ['instances', 'instancesDisabled'],
      },
    ],
  },
  admin: {
    scripts: [
      ...[
        'admit-ahead',
        'cancel',
        'leave',
        'read-progress',
        'read-standing',
        'revoke',
        'adopt-settings',
        'set-wish',
        'set-tier',
      ],
      ...['note-tier', 'clear-suspect', 'block', 'unblock', 'note-turns', 'begin-sale'],
    ],
    direct: [
      ...[follow, readSettings, report, readMap, readBlocks, readScaling],
      { commands: ['hget', 'hgetall'], reads: ['settings', 'counters'], writes: nothing },
      { commands: ['sadd', 'srem'], reads: nothing, writes: ['instancesDisabled'] },
      { commands: ['hgetall', 'zcount', 'get'], reads: ['visitor', 'visitors', 'visitorsSeen'], writes: nothing },
      { commands: ['hget', 'hscan'], reads: ['tiers'], writes: nothing },
      {
        commands: ['zcard', 'zrange', 'zscore', 'hmget', 'hget'],
        reads: ['suspects', 'suspectReasons'],
        writes: nothing,
      },
      { commands: ['xadd', 'xrevrange'], reads: ['audit'], writes: ['audit'] },
      { commands: ['xadd', 'xrange', 'set', 'get'], reads: nothing, writes: ['history', 'historyTimes'] },
      { commands: ['hlen', 'hget', 'hmget', 'hscan'], reads: ['journeys', 'tickets', 'confirmed'], writes: nothing },
      {
        commands: ['hkeys', 'hget', 'hgetall', 'hexists', 'hdel', 'unlink'],
        reads: nothing,
        writes: ['archive', 'archived'],
      },
    ],
  },
  launcher: {
    scripts: ['read-progress', 'set-tier', 'note-tier'],
    direct: [readMap, readScaling, { commands: ['hset'], reads: nothing, writes: ['scaling'] }],
  },
};
