import { archivedKey, eventKeys, sharedKeys } from '@fairline/shared/stores/keys.ts';
import { clusterCommands, connectionCommands, type KeyName, type RedisUserName, roomRights } from './room-rights.ts';
import type { ScriptRights } from './script-rights.ts';

export type RightsOfRoom = { commands: string[]; reads: string[]; writes: string[] };

/** The least a room needs: commands as ACL names them, and patterns of keys that it only reads, or writes as well. */
export function collectRights(
  room: RedisUserName,
  scripts: ReadonlyMap<string, ScriptRights>,
  { event, isCluster }: { event: string; isCluster: boolean },
): RightsOfRoom {
  const { scripts: names, direct } = roomRights[room];
  const commands = new Set([...connectionCommands, ...(isCluster ? clusterCommands : [])]);
  const reads = new Set<string>();
  const writes = new Set<string>();
  const patternsOf = (name: KeyName) => patternsFor(name, event, isCluster);
  // On a cluster a change of what all events share is announced by a script of its own.
  for (const name of isCluster ? [...names, 'announce'] : names) {
    const script = scripts.get(name);
    if (!script) throw new Error(`there is no script ${name}`);
    for (const command of script.commands) commands.add(command);
    // Redis cannot know what a script does with its keys: it asks for the right to write all of them.
    const keyNames = [...script.keyNames.map(toKeyName), ...(keysByCall[name] ?? [])];
    for (const pattern of keyNames.flatMap(patternsOf)) writes.add(pattern);
  }
  for (const { commands: own, reads: read, writes: written } of direct) {
    for (const command of own) commands.add(command);
    for (const pattern of read.flatMap(patternsOf)) reads.add(pattern);
    for (const pattern of written.flatMap(patternsOf)) writes.add(pattern);
  }
  return {
    commands: [...commands].toSorted(),
    reads: [...reads].filter((pattern) => !writes.has(pattern)).toSorted(),
    writes: [...writes].toSorted(),
  };
}

/** Scripts that are given other keys at each call name none in their headers. */
const keysByCall: Readonly<Record<string, readonly KeyName[]>> = {
  'touch-visitors': ['visitor'],
  'note-tier': ['visitor'],
  'charge-buckets': ['limits'],
  'note-addresses': ['limits'],
};

function toKeyName(name: string): KeyName {
  if (name.startsWith('kept')) return 'archived';
  if (name === 'current' || name === 'previous' || name === 'inFlight') return 'limits';
  return name as KeyName;
}

function patternsFor(name: KeyName, event: string, isCluster: boolean): string[] {
  const keys = eventKeys(event, { isCluster });
  switch (name) {
    case 'visitor':
    case 'instance':
      return [sharedKeys[name]('*')];
    case 'limits':
      return [sharedKeys.limits.bucket('*').replace(/bucket:.*$/, '*')];
    case 'archived':
      return [archivedKey(keys, `${keys.settings.slice(0, -'settings'.length)}*`, 0).replace(':0:', ':*:')];
    case 'visitors':
    case 'visitorsSeen':
    case 'instances':
    case 'instancesDisabled':
    case 'audit':
      return [sharedKeys[name]];
    default:
      return [keys[name]];
  }
}

/** A line of an ACL file. `password` undefined: nobody can log in as this one until a password is set. */
export function formatAclLine(user: string, password: string | undefined, rights: RightsOfRoom): string {
  const { commands, reads, writes } = rights;
  return [
    ...['user', user, 'on', 'resetkeys', 'resetchannels', '-@all'],
    password === undefined ? 'resetpass' : `>${password}`,
    ...commands.map((command) => `+${command}`),
    ...reads.map((pattern) => `%R~${pattern}`),
    ...writes.map((pattern) => `~${pattern}`),
  ].join(' ');
}
