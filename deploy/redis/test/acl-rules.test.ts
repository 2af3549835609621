import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import t from 'tap';
import { collectRights, formatAclLine } from '../acl-rules.ts';
import { type RedisUserName, roomRights } from '../room-rights.ts';
import { readScriptRights } from '../script-rights.ts';

const run = promisify(execFile);
const main = fileURLToPath(new URL('../print-acl.ts', import.meta.url));
const scripts = readScriptRights();
const rooms = Object.keys(roomRights) as RedisUserName[];

t.test('rights: nobody may do what no room needs', async (t) => {
  const dangerous = [
    'config',
    'flushall',
    'flushdb',
    'keys',
    'shutdown',
    'debug',
    'acl',
    'replicaof',
    'monitor',
    'script',
  ];
  for (const room of rooms) {
    const { commands, reads, writes } = collectRights(room, scripts, { event: 'default', isCluster: false });
    t.same(
      commands.filter((command) => dangerous.includes(command)),
      [],
      room,
    );
    for (const pattern of [...reads, ...writes]) t.match(pattern, /^booking:/, `${room}: ${pattern} is ours`);
    t.notOk(
      writes.some((pattern) => pattern === 'booking:*'),
      `${room} has no right to everything`,
    );
  }
});

t.test('rights: who may change what', async (t) => {
  const rightsOf = (room: RedisUserName) => collectRights(room, scripts, { event: 'default', isCluster: false });
  for (const room of rooms) {
    const { writes, commands } = rightsOf(room);
    t.equal(writes.includes('booking:settings'), room === 'admin' || room === 'queue-processor', `${room}: settings`);
    t.equal(writes.includes('booking:audit'), room === 'admin', `${room}: audit`);
    t.equal(commands.includes('rename'), room === 'admin', `${room}: a new sale`);
    t.equal(writes.includes('booking:lock'), room === 'queue-processor', `${room}: the lock`);
  }
});

t.test('rights: in the form of a cluster and of another event', async (t) => {
  const { writes } = collectRights('waiting-room', scripts, { event: 'gala', isCluster: true });
  t.ok(writes.includes('booking:{gala}:queue:list'));
  t.ok(writes.includes('{booking}:tiers'));
  t.notOk(writes.includes('booking:queue:list'));
});

t.test('acl line: without a password nobody can log in', async (t) => {
  const line = formatAclLine('x', undefined, { commands: ['get'], reads: ['a'], writes: ['b:*'] });
  t.equal(line, 'user x on resetkeys resetchannels -@all resetpass +get %R~a ~b:*');
});

t.test('redis:acl: prints a line for each user, and refuses what makes no sense', async (t) => {
  const env = { PATH: process.env.PATH, REDIS_PASSWORD_WAITING_ROOM: 'hunter2hunter2' };
  const { stdout } = await run(process.execPath, [main], { env });
  t.equal(stdout.trimEnd().split('\n').length, rooms.length);
  t.match(stdout, /^user waiting-room .* >hunter2hunter2 /m);
  await t.rejects(run(process.execPath, [main, '--event', 'A B'], { env }), { code: 2 });
  await t.rejects(run(process.execPath, [main, '--what'], { env }), { code: 2 });
});

// UPDATE_DOCS=1 writes the table instead of comparing it.
t.test('docs/redis.md lists the rights of each room', async (t) => {
  const file = new URL('../../../docs/redis.md', import.meta.url);
  const text = readFileSync(file, 'utf8');
  const { stdout } = await run(process.execPath, [main, '--table']);
  const [open, close] = ['<!-- rights: kept true by deploy/redis/test -->', '<!-- /rights -->'];
  const wished = `${open}\n\n\`\`\`text\n${stdout.trimEnd()}\n\`\`\`\n\n${close}`;
  const [from, to] = [text.indexOf(open), text.indexOf(close) + close.length];
  if (process.env.UPDATE_DOCS === '1') {
    const { writeFileSync } = await import('node:fs');
    writeFileSync(file, text.slice(0, from) + wished + text.slice(to));
  } else t.equal(text.slice(from, to), wished);
});
