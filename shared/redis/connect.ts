import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';
import { Cluster, type ClusterOptions, Redis, type RedisOptions } from 'ioredis';
import type { Logger } from 'pino';
import { ConfigError } from '../config.ts';
import { parseRedisUrl, type RedisAddress } from './address.ts';
import { isCluster, type RedisClient } from './client.ts';
import { parseInfo } from './server.ts';

/**
 * request: for work that somebody waits for. Fails at once while Redis is away; a command that gets no answer fails
 * after 1 s. worker: for loops and blocking reads. Waits until Redis is back; on a cluster, until any node of it is, and
 * what a lost node has not answered fails, so that the caller learns of it.
 */
export type RedisProfile = 'request' | 'worker';

const profiles: Record<RedisProfile, RedisOptions> = {
  request: { enableOfflineQueue: false, commandTimeout: 1000, maxRetriesPerRequest: 0 },
  worker: { enableOfflineQueue: true, maxRetriesPerRequest: null },
};
/** A node that hangs is left for its replica once the others say so; each look costs a connection. */
const slotsRefreshMs = 3000;

const retryDelayMs = (attempt: number) => Math.min(1000, 50 * attempt) * (0.75 + Math.random() / 2);

export type RedisConnectionParts = {
  /** In one of the forms of `address.ts`. */
  url: string;
  /** File with the certificates (PEM) that may sign the server's; undefined: those of Node. */
  caFile?: string | undefined;
  profile: RedisProfile;
  name: string;
  logger: Logger;
  /** Of profile `request`: ms without an answer after which a command fails. */
  commandTimeoutMs?: number;
};

/**
 * Reconnects for ever, every 50 ms at first and every second later, with jitter. Logs losing and finding Redis once each.
 * Throws a ConfigError when the address or the certificates cannot be read.
 */
export function connectRedis({
  url,
  caFile,
  profile,
  name,
  logger,
  commandTimeoutMs,
}: RedisConnectionParts): RedisClient {
  const address = parseRedisUrl(url);
  if (address.kind === 'refused') throw new ConfigError([`REDIS_URL ${address.problem}`]);
  const options: RedisOptions = {
    ...profiles[profile],
    ...(commandTimeoutMs !== undefined && profile === 'request' && { commandTimeout: commandTimeoutMs }),
    connectionName: name,
    connectTimeout: 3000,
    // One right less that a user needs, and Redis 7.0 does not know it.
    disableClientInfo: true,
    keepAlive: 10_000,
    ...(address.isTls && { tls: readTlsOptions(caFile) }),
  };
  const redis = address.kind === 'cluster' ? connectCluster(address, options) : connectOne(address, options);
  logAway(redis, name, logger);
  return redis;
}

function connectOne(address: Extract<RedisAddress, { kind: 'one' | 'sentinel' }>, options: RedisOptions): Redis {
  const all: RedisOptions = {
    ...options,
    lazyConnect: false,
    retryStrategy: retryDelayMs,
    reconnectOnError: (error) => error.message.startsWith('READONLY'),
  };
  if (address.kind === 'one') return new Redis(address.url, all);
  const { sentinels, masterName, isTls, user, sentinelUser } = address;
  return new Redis({
    ...all,
    ...user,
    sentinels: sentinels.map((sentinel) => ({ ...sentinel })),
    name: masterName,
    role: 'master',
    // Told of a failover by the sentinels: a master that hangs does not close its connections.
    failoverDetector: true,
    sentinelRetryStrategy: retryDelayMs,
    sentinelCommandTimeout: 1000,
    ...(sentinelUser.username && { sentinelUsername: sentinelUser.username }),
    ...(sentinelUser.password && { sentinelPassword: sentinelUser.password }),
    ...(isTls && { enableTLSForSentinelMode: true, ...(options.tls && { sentinelTLS: options.tls }) }),
  });
}

function connectCluster(address: Extract<RedisAddress, { kind: 'cluster' }>, options: RedisOptions): Cluster {
  const { enableOfflineQueue = true, ...redisOptions } = options;
  const clusterOptions: ClusterOptions = {
    enableOfflineQueue,
    clusterRetryStrategy: retryDelayMs,
    // What a lost node has not answered may have been done: whoever asked decides whether to ask again.
    retryDelayOnFailover: 0,
    retryDelayOnClusterDown: 0,
    slotsRefreshInterval: slotsRefreshMs,
    redisOptions: { ...redisOptions, ...address.user },
    // Certificates are of names, so the names must not be looked up before.
    ...(address.isTls && { dnsLookup: (host, done) => done(null, host) }),
  };
  const cluster = new Cluster([...address.nodes], clusterOptions);
  // Connected before they are needed: what cannot wait would fail on a node that is only connecting.
  cluster.on('+node', (node: Redis) => {
    if (!node.options.readOnly) node.connect().catch(() => {});
  });
  return cluster;
}

function readTlsOptions(caFile: string | undefined): ConnectionOptions {
  if (caFile === undefined) return {};
  try {
    return { ca: readFileSync(caFile) };
  } catch (error) {
    throw new ConfigError([`REDIS_TLS_CA must be a file that can be read: ${(error as Error).message}`]);
  }
}

function logAway(redis: RedisClient, name: string, logger: Logger): void {
  let isDown = false;
  redis.on('error', (error: Error & { code?: string }) => {
    if (!isDown) logger.warn({ connection: name, reason: error.code ?? error.message }, 'redis is away');
    isDown = true;
  });
  redis.on('ready', () => {
    if (isDown) logger.info({ connection: name }, 'redis is back');
    isDown = false;
  });
  if (!isCluster(redis)) return;
  const lost = new Set<string>();
  redis.on('node error', (error: Error & { code?: string }, node: string) => {
    if (!lost.has(node)) logger.warn({ connection: name, node, reason: error.code ?? error.message }, 'a node is away');
    lost.add(node);
  });
  redis.on('+node', (node: Redis) => {
    const address = `${node.options.host}:${node.options.port}`;
    node.once('ready', () => {
      if (lost.delete(address)) logger.info({ connection: name, node: address }, 'the node is back');
    });
  });
}

/**
 * Waits for the first connections, usually milliseconds, so that a start with Redis there is quiet. At most 1 s: without
 * Redis a room starts as well, is not ready, and says why.
 */
export async function waitForRedis(...connections: readonly RedisClient[]): Promise<void> {
  const signal = AbortSignal.timeout(1000);
  await Promise.all(connections.map((redis) => waitForOne(redis, signal).catch(() => {})));
}

async function waitForOne(redis: RedisClient, signal: AbortSignal): Promise<void> {
  if (redis.status !== 'ready') await once(redis, 'ready', { signal });
  if (!isCluster(redis)) return;
  const nodes = redis.nodes('master').filter((node) => node.status !== 'ready');
  await Promise.all(nodes.map((node) => once(node, 'ready', { signal })));
}

/** What makes this Redis unfit, in words; empty when it is fit. Of a cluster every master is asked. */
export async function checkRedis(redis: RedisClient): Promise<string[]> {
  if (!isCluster(redis)) return findUnfit(parseInfo(await redis.info()), { isCluster: false });
  const problems = await Promise.all(
    redis.nodes('master').map(async (node) => {
      const { host, port } = node.options;
      const found = findUnfit(parseInfo(await node.info()), { isCluster: true });
      return found.map((problem) => `${host}:${port}: ${problem}`);
    }),
  );
  return problems.flat();
}

function findUnfit(info: Record<string, string>, wanted: { isCluster: boolean }): string[] {
  const problems: string[] = [];
  const version = info.redis_version ?? '0';
  if (Number.parseInt(version, 10) < 7) problems.push(`Redis ${version} is too old: 7.0 or newer is needed`);
  if (info.maxmemory_policy && info.maxmemory_policy !== 'noeviction') {
    problems.push(`maxmemory-policy is ${info.maxmemory_policy}: it must be noeviction, or places in line get lost`);
  }
  if (info.role === 'slave' && !wanted.isCluster) problems.push('this Redis is a replica: name the master');
  if (info.cluster_enabled === '1' && !wanted.isCluster) {
    problems.push('this Redis is a node of a cluster: name it as redis+cluster://host:port');
  }
  return problems;
}
