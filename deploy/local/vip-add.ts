import { createLogger } from '@fairline/shared/logger.ts';
import { connectRedis } from '@fairline/shared/redis/connect.ts';
import { eventKeys } from '@fairline/shared/stores/keys.ts';
import { createTierStore } from '@fairline/shared/stores/visitors/tiers.ts';

const help = `npm run vip:add -- [--remove] VISITOR-ID…

Makes visitors VIPs, or with --remove standard visitors again; those who are already stay as they are. Ids may also come on
the standard input, one a line, with - in their place. Redis: REDIS_URL, default redis://127.0.0.1:6390; event: EVENT.
`;

const { env } = process;
const words = process.argv.slice(2);
const isRemoval = words.includes('--remove');
const given = words.filter((word) => !word.startsWith('--'));
const ids = given.flatMap((word) => (word === '-' ? [] : [word]));
if (given.includes('-')) {
  const chunks: string[] = [];
  for await (const chunk of process.stdin.setEncoding('utf8')) chunks.push(String(chunk));
  ids.push(...chunks.join('').split(/\s+/).filter(Boolean));
}
const bad = ids.filter((id) => !/^[A-Za-z0-9_-]{1,64}$/.test(id));
const unknown = words.filter((word) => word.startsWith('--') && word !== '--remove');
if (ids.length === 0 || bad.length + unknown.length > 0) {
  for (const word of bad) process.stderr.write(`not a visitor id: ${JSON.stringify(word)}\n`);
  process.stderr.write(help);
  process.exit(words.includes('--help') ? 0 : 1);
}

const redis = connectRedis({
  url: env.REDIS_URL || 'redis://127.0.0.1:6390',
  caFile: env.REDIS_TLS_CA || undefined,
  profile: 'request',
  name: 'vip-add',
  logger: createLogger({ room: 'vip-add', instanceId: 'vip-add', level: 'silent' }),
});
try {
  await new Promise<void>((ready, fail) => {
    redis.once('ready', ready);
    redis.once('error', fail);
  });
  const tiers = createTierStore({ redis, keys: eventKeys(env.EVENT || 'default', redis) });
  for (const id of ids) {
    const isChanged = await tiers.setTier(id, isRemoval ? 'standard' : 'vip');
    process.stdout.write(`${id} ${isChanged ? 'is' : 'was already'} ${isRemoval ? 'standard' : 'vip'}\n`);
  }
} catch (error) {
  process.stderr.write(`Redis: ${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
} finally {
  redis.disconnect();
}
