import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { eventPattern } from '@fairline/shared/stores/keys.ts';
import { collectRights, formatAclLine } from './acl-rules.ts';
import { type RedisUserName, roomRights } from './room-rights.ts';
import { readScriptRights } from './script-rights.ts';

const help = `npm run redis:acl [-- options]: prints an ACL file for Redis 7, one user a room with the least commands and keys it needs.

  --event ID     id of the sale; default: default
  --cluster      spell the keys as on Redis Cluster
  --new          make a new password for each user (URL-safe), and say to stderr what REDIS_URL has to hold;
                 without it, passwords come from REDIS_PASSWORD_ROUTER, _BOOKING, _WAITING_ROOM, _QUEUE_PROCESSOR,
                 _ADMIN and _LAUNCHER, and a user without one cannot log in
  --table        print a table of the rights instead

Load it with 'aclfile' in redis.conf, beside a user of your own: the line 'user default off' is for you to add.
`;

const { values } = readOptions();
if (values.help) {
  process.stdout.write(help);
} else {
  const event = values.event ?? 'default';
  if (!eventPattern.test(event)) fail(`--event must be of the form ${eventPattern.source}, not ${event}`);
  const scripts = readScriptRights();
  const rooms = Object.keys(roomRights) as RedisUserName[];
  for (const room of rooms) {
    const rights = collectRights(room, scripts, { event, isCluster: values.cluster ?? false });
    if (values.table) {
      const { commands, reads, writes } = rights;
      process.stdout.write(
        `${room}\n  commands ${commands.join(' ')}\n  reads    ${reads.join(' ')}\n  writes   ${writes.join(' ')}\n\n`,
      );
      continue;
    }
    const password = values.new ? randomBytes(32).toString('base64url') : passwordFromEnv(room);
    if (values.new) process.stderr.write(`${room}: redis://${room}:${password}@…\n`);
    process.stdout.write(`${formatAclLine(room, password, rights)}\n`);
  }
}

function passwordFromEnv(room: string): string | undefined {
  const name = `REDIS_PASSWORD_${room.toUpperCase().replaceAll('-', '_')}`;
  const password = process.env[name] || undefined;
  if (password !== undefined && /\s/.test(password)) fail(`${name} must have no white space`);
  return password;
}

function readOptions() {
  try {
    return parseArgs({
      options: {
        event: { type: 'string' },
        cluster: { type: 'boolean' },
        new: { type: 'boolean' },
        table: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    return fail((error as Error).message);
  }
}

function fail(problem: string): never {
  process.stderr.write(`${problem}; see --help\n`);
  return process.exit(2);
}
