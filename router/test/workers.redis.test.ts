import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync } from 'node:fs';
import { request } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from 'node:tls';
import { childEnvironment } from '@fairline/shared/testing/child-environment.ts';
import { startTestRedis } from '@fairline/shared/testing/redis-server.ts';
import t from 'tap';
import { makeCertificate, makeFolder } from './make-certificate.ts';
import { secret } from './start-gateway.ts';

const main = new URL('../main.ts', import.meta.url).pathname;

type Line = { msg?: string; url?: string; internalUrl?: string };

async function startWorkers(child: ChildProcess): Promise<{ port: number; internalUrl: string }> {
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (text += chunk));
  for (;;) {
    const line = text.split('\n').find((entry) => entry.includes('"msg":"listening"') && entry.endsWith('}'));
    if (line) {
      const { url = '', internalUrl = '' } = JSON.parse(line) as Line;
      return { port: Number(new URL(url).port), internalUrl };
    }
    if (child.exitCode !== null) throw new Error(`the gateway did not start: ${text}`);
    await sleep(20);
  }
}

/** One request over a connection of its own. */
async function visit(port: number): Promise<{ status: number; cookie: string }> {
  const sent = request({ host: '127.0.0.1', port, path: '/ticketing', agent: false, rejectUnauthorized: false });
  sent.end();
  const [answer] = await once(sent, 'response');
  answer.resume();
  return { status: answer.statusCode, cookie: String(answer.headers['set-cookie']) };
}

async function certificateName(port: number): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  const { CN } = socket.getPeerCertificate().subject;
  socket.destroy();
  return String(CN);
}

async function until(isDone: () => Promise<boolean>): Promise<void> {
  while (!(await isDone())) await sleep(20);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

t.test('several workers: all serve, by TLS; one killed is replaced; a stop leaves nothing', async (t) => {
  const testRedis = await startTestRedis(t);
  const redis = testRedis.connect();
  const folder = makeFolder(t);
  const files = makeCertificate(folder, 'first');
  const next = makeCertificate(folder, 'second');
  const env = {
    ...childEnvironment(),
    REDIS_URL: testRedis.url,
    COOKIE_SECRETS: secret,
    IDENTITY_SECRETS: secret,
    PORT: '0',
    INSTANCE_ID: 'router-1',
    GATEWAY_WORKERS: '2',
    TLS_CERT: files.certFile,
    TLS_KEY: files.keyFile,
  };
  const child = spawn(process.execPath, [main], { env, stdio: 'pipe' });
  t.after(() => {
    child.kill('SIGKILL');
  });
  const { port, internalUrl } = await startWorkers(child);
  const readPage = async (path: string) => (await fetch(`${internalUrl}${path}`)).text();
  const ids = async () => (await redis.zrange('booking:instances', '0', '-1')).sort();
  const readReports = async () => Promise.all((await ids()).map((id) => redis.hgetall(`booking:instance:${id}`)));
  const isReady = async () => (await fetch(`${internalUrl}/readyz`)).status === 200;
  const countVisits = (page: string, worker: number) => {
    const form = new RegExp(`gateway_visits_total\\{page="/ticketing",room="router",worker="${worker}"\\} (\\d+)`);
    return Number(form.exec(page)?.[1] ?? 0);
  };

  await until(async () => (await readReports()).filter(({ state }) => state === 'ready').length === 2);
  await until(isReady);
  const before = await ids();
  t.match(before, [/^router-1-w1-[0-9a-f]{6}$/, /^router-1-w2-[0-9a-f]{6}$/]);
  const pids = (await readReports()).map(({ pid }) => Number(pid));

  let visits = 0;
  await until(async () => {
    const { status, cookie } = await visit(port);
    visits += 1;
    t.equal(status, 303);
    t.match(cookie, /^visitor_id=.*; Secure/);
    const page = await readPage('/metrics');
    return countVisits(page, 1) > 0 && countVisits(page, 2) > 0;
  });
  const page = await readPage('/metrics');
  t.equal(countVisits(page, 1) + countVisits(page, 2), visits, 'each visit is counted once');
  t.match(page, /fairline_gateway_workers_listening\{room="router",worker="none"\} 2/);

  process.kill(pids[0] ?? 0, 'SIGKILL');
  const seen = new Set<string>();
  await until(async () => {
    const outcome = await visit(port).then(
      ({ status }) => String(status),
      ({ code }: { code?: string }) => code ?? 'unknown error',
    );
    seen.add(outcome);
    const metrics = await readPage('/metrics');
    return /worker_deaths_total\{.*\} 1/.test(metrics) && /workers_listening\{.*\} 2/.test(metrics);
  });
  seen.delete('ECONNRESET');
  t.same([...seen], ['303'], 'no visitor sees more than a broken connection');
  await until(async () => (await readReports()).filter(({ state }) => state === 'ready').length >= 2);
  t.equal((await ids()).filter((id) => !before.includes(id)).length, 1, 'under an id of its own');
  t.ok(await isReady());

  copyFileSync(next.certFile, files.certFile);
  copyFileSync(next.keyFile, files.keyFile);
  // Eight connections in a row: with two workers one that kept the old certificate would show.
  await until(async () => {
    const names = await Promise.all(Array.from({ length: 8 }, () => certificateName(port)));
    return names.every((name) => name === 'second');
  });

  const living = (await readReports()).map(({ pid }) => Number(pid)).filter(isAlive);
  t.equal(living.length, 2);
  child.kill('SIGTERM');
  const [code] = await once(child, 'close');
  t.equal(code, 0);
  t.same(living.filter(isAlive), []);
  const left = await ids();
  t.same(
    left,
    left.filter((id) => id === before[0] || id === before[1]),
    'only the killed one is left to run out',
  );
  t.ok(left.length <= 1);
  await t.rejects(visit(port), { code: 'ECONNREFUSED' });
});

t.test('several workers: a port that is taken is told, whoever has it', async (t) => {
  const { createServer } = await import('node:net');
  const other = createServer().listen({ port: 0, host: '127.0.0.1', reusePort: true });
  await once(other, 'listening');
  t.after(() => other.close());
  const { port } = other.address() as { port: number };
  const env = { ...childEnvironment(), COOKIE_SECRETS: secret, IDENTITY_SECRETS: secret, GATEWAY_WORKERS: '2' };
  const child = spawn(process.execPath, [main], { env: { ...env, PORT: String(port) }, stdio: 'pipe' });
  let text = '';
  child.stdout.on('data', (chunk) => (text += chunk));
  const [code] = await once(child, 'close');
  t.equal(code, 1);
  t.match(text, /EADDRINUSE/);
});

t.test('several workers: none outlives the first process', async (t) => {
  const testRedis = await startTestRedis(t);
  const redis = testRedis.connect();
  const env = { ...childEnvironment(), REDIS_URL: testRedis.url, COOKIE_SECRETS: secret, IDENTITY_SECRETS: secret };
  const child = spawn(process.execPath, [main], { env: { ...env, PORT: '0', GATEWAY_WORKERS: '2' }, stdio: 'pipe' });
  await startWorkers(child);
  const readIds = () => redis.zrange('booking:instances', '0', '-1');
  await until(async () => (await readIds()).length === 2);
  const pids = await Promise.all(
    (await readIds()).map(async (id) => Number(await redis.hget(`booking:instance:${id}`, 'pid'))),
  );
  child.kill('SIGKILL');
  await until(async () => !pids.some(isAlive));
  t.same(await readIds(), [], 'they left the map in an orderly way');
});
