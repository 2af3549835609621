import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Redis } from 'ioredis';
import { createRedisProcess, findFreePort } from './redis-process.ts';
import { commonServerArgs, openConnections, type TestRedis } from './redis-server.ts';
import type { TestLike } from './test-like.ts';

const run = promisify(execFile);

export type TestTlsRedis = TestRedis & {
  /** File with the certificate of the authority that signed the server's. */
  caFile: string;
  /** The address with another user. */
  urlOf(user: string, password: string): string;
  /** As a user that may do everything. */
  connect(): Redis;
};

const password = 'hand-of-the-test';

/**
 * A real Redis that takes TLS connections only, with a certificate for `localhost` by an authority of its own, and users of an
 * ACL file (`acl`, lines). Whoever does not log in may do nothing; a test's hand is the user `test`.
 */
export async function startTestTlsRedis(
  t: TestLike,
  {
    acl = [],
    args = [],
    beforeEnd,
  }: {
    acl?: readonly string[];
    args?: readonly string[];
    /** A last look at the server, if it runs; what it throws fails the test. */
    beforeEnd?: (redis: Redis) => Promise<void>;
  } = {},
): Promise<TestTlsRedis> {
  const folder = await mkdtemp(join(tmpdir(), 'fairline-tls-'));
  const closers: (() => void)[] = [];
  const port = await findFreePort();
  const files = await makeCertificates(folder);
  const aclFile = join(folder, 'users.acl');
  const lines = ['user default off', `user test on >${password} ~* &* +@all`, ...acl];
  await writeFile(aclFile, `${lines.join('\n')}\n`);
  const ca = await readFile(files.ca);
  const connection = { host: 'localhost', port, username: 'test', password, tls: { ca } };
  const server = createRedisProcess({
    port,
    connection,
    args: [
      ...['--port', '0', '--tls-port', String(port), '--dir', folder, '--aclfile', aclFile],
      ...['--tls-cert-file', files.certificate, '--tls-key-file', files.key, '--tls-ca-cert-file', files.ca],
      ...['--tls-auth-clients', 'no', ...commonServerArgs, '--bind', '127.0.0.1', '-::1', ...args],
    ],
  });
  t.after(async () => {
    const looked = await Promise.allSettled(server.pid() === undefined || !beforeEnd ? [] : [beforeEnd(open())]);
    for (const close of closers) close();
    await server.stop('SIGKILL');
    await rm(folder, { recursive: true, force: true });
    for (const look of looked) if (look.status === 'rejected') throw look.reason;
  });
  const { open, close } = openConnections(connection);
  closers.push(close);
  await server.start();
  const urlOf = (user: string, word: string) => `rediss://${user}:${encodeURIComponent(word)}@localhost:${port}`;
  const { pid, stop, start } = server;
  return {
    url: urlOf('test', password),
    env: { REDIS_TLS_CA: files.ca },
    ...{ port, pid, stop, start, connect: open, caFile: files.ca, urlOf },
  };
}

async function makeCertificates(folder: string): Promise<{ ca: string; certificate: string; key: string }> {
  const at = (name: string) => join(folder, name);
  const openssl = (...args: string[]) => run('openssl', args, { cwd: folder });
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  await openssl(
    'req',
    '-x509',
    ...curve,
    '-keyout',
    'ca.key',
    '-out',
    'ca.crt',
    '-days',
    '2',
    '-subj',
    '/CN=test authority',
  );
  await openssl('req', ...curve, '-keyout', 'redis.key', '-out', 'redis.csr', '-subj', '/CN=localhost');
  await writeFile(at('names'), 'subjectAltName=DNS:localhost\n');
  const signed = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2', '-extfile', 'names'];
  await openssl('x509', '-req', '-in', 'redis.csr', ...signed, '-out', 'redis.crt');
  return { ca: at('ca.crt'), certificate: at('redis.crt'), key: at('redis.key') };
}
