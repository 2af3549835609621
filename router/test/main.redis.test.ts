import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { childEnvironment } from '@fairline/shared/testing/child-environment.ts';
import { startTestRedis } from '@fairline/shared/testing/redis-server.ts';
import t from 'tap';
import { ask, secret } from './start-gateway.ts';

const main = new URL('../main.ts', import.meta.url).pathname;

function run(env: Record<string, string>): { child: ChildProcess; text: () => string } {
  const child = spawn(process.execPath, [main], { env: { ...childEnvironment(), ...env }, stdio: 'pipe' });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (text += chunk));
  return { child, text: () => text };
}

t.test('process: every bad setting is named at once, secrets are not shown', async (t) => {
  const { child, text } = run({ COOKIE_SECRETS: 'short', PORT: 'x', TRUSTED_PROXIES: 'somewhere' });
  const [code] = await once(child, 'close');
  t.equal(code, 1);
  for (const name of ['COOKIE_SECRETS', 'IDENTITY_SECRETS', 'PORT', 'TRUSTED_PROXIES']) t.match(text(), name);
  t.notMatch(text(), 'short"');
});

t.test('process: listens, is known in the map, and stops cleanly', async (t) => {
  const testRedis = await startTestRedis(t);
  const redis = testRedis.connect();
  const { child, text } = run({
    REDIS_URL: testRedis.url,
    COOKIE_SECRETS: secret,
    IDENTITY_SECRETS: secret,
    PORT: '0',
    INSTANCE_ID: 'router-1',
  });
  t.after(() => {
    child.kill('SIGKILL');
  });
  while (!/"msg":"listening"/.test(text())) await once(child.stdout ?? child, 'data');
  const line = text()
    .split('\n')
    .find((entry) => entry.includes('"msg":"listening"'));
  const { url, internalUrl } = JSON.parse(line ?? '{}') as { url: string; internalUrl: string };
  t.match(await ask(Number(new URL(url).port), '/ticketing'), { status: 303 });
  while ((await redis.hget('booking:instance:router-1', 'state')) !== 'ready') await new Promise(setImmediate);
  t.equal(await redis.hget('booking:instance:router-1', 'url'), url);
  const internalPort = Number(new URL(internalUrl).port);
  t.match(await ask(internalPort, '/readyz'), { status: 200 });
  t.match(
    (await ask(internalPort, '/metrics')).body,
    /fairline_gateway_visits_total\{page="\/ticketing",room="router"\} 1/,
  );
  child.kill('SIGTERM');
  const [code] = await once(child, 'close');
  t.equal(code, 0);
  t.equal(await redis.exists('booking:instance:router-1'), 0);
  t.notMatch(text(), secret);
});
