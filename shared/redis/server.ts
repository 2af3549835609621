import { isCluster, type RedisClient } from './client.ts';

/**
 * Asks the server that owns `key`. On a cluster it is a script that brings the question there, so that it follows the
 * slot like every other call, also after a failover; commands without a key would go to any node.
 */
const infoSource = "return redis.call('INFO', unpack(ARGV))";
const timeSource = "return redis.call('TIME')";

type Asking = Record<string, (key: string, ...args: string[]) => Promise<unknown>>;

function ask(redis: RedisClient, name: string, lua: string, key: string, ...args: string[]): Promise<unknown> {
  const command = `fairline:${name}`;
  const commands = redis as unknown as Asking;
  if (!(command in commands)) redis.defineCommand(command, { lua, numberOfKeys: 1 });
  return commands[command]?.(key, ...args) ?? Promise.reject(new Error(`the connection has no command ${command}`));
}

/** `INFO` of the server that owns `key`. */
export async function readInfo(redis: RedisClient, key: string, ...sections: string[]): Promise<string> {
  if (!isCluster(redis)) return redis.info(...sections);
  return String(await ask(redis, 'read-info', infoSource, key, ...sections));
}

/** Now in ms, with fractions, by the clock of the server that owns `key`: the one its scripts go by. */
export async function readTimeMs(redis: RedisClient, key: string): Promise<number> {
  const reply = isCluster(redis) ? await ask(redis, 'read-time', timeSource, key) : await redis.time();
  const [seconds, microseconds] = reply as (string | number)[];
  return Number(seconds) * 1000 + Number(microseconds) / 1000;
}

/**
 * Begins to write the append-only file anew where there is one (on a cluster: on every master), and does not wait for its end.
 * Redis may be forbidden to do so by its operator: then this rejects.
 */
export async function rewriteAppendOnlyFile(redis: RedisClient): Promise<void> {
  for (const server of isCluster(redis) ? redis.nodes('master') : [redis]) {
    const { aof_enabled: isEnabled } = parseInfo(await server.info('persistence'));
    if (isEnabled === '1') await server.bgrewriteaof();
  }
}

/** `INFO` as a record of its fields. */
export function parseInfo(text: string): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const line of text.split('\r\n')) {
    const colon = line.indexOf(':');
    if (colon > 0 && !line.startsWith('#')) fields[line.slice(0, colon)] = line.slice(colon + 1);
  }
  return fields;
}
