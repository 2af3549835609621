import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { createInstanceStore } from '@fairline/shared/stores/instances/store.ts';
import { childEnvironment } from '@fairline/shared/testing/child-environment.ts';
import { startTestRedis } from '@fairline/shared/testing/redis-server.ts';
import t, { type Test } from 'tap';
import { secrets } from './booking-setup.ts';

const main = new URL('../main.ts', import.meta.url).pathname;

function startMain(t: Test, env: Record<string, string>) {
  const child = spawn(process.execPath, [main], {
    env: { ...childEnvironment(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  t.after(() => {
    child.kill('SIGKILL');
  });
  let problems = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    problems += text;
  });
  const exit = once(child, 'exit').then(([code]) => code as number | null);
  const listening = new Promise<{ url: string; internalUrl: string }>((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const entry = JSON.parse(line);
      if (entry.msg === 'listening') resolve(entry);
    });
  });
  return { child, exit, listening, problems: () => problems };
}

async function until<T>(look: () => Promise<T | undefined | false>): Promise<T> {
  for (;;) {
    const found = await look();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

t.test(
  'main: reports itself ready, and when stopped says draining, finishes what it has and leaves the map',
  async (t) => {
    const redis = await startTestRedis(t);
    const instances = createInstanceStore({ redis: redis.connect() });
    const { child, exit, listening } = startMain(t, {
      REDIS_URL: redis.url,
      IDENTITY_SECRETS: secrets.join(),
      INSTANCE_ID: 'booking-a',
      SERVICE_TIME_MS: '2500',
      CAPACITY: '7',
    });
    const { url, internalUrl } = await listening;
    const reportOf = async () => (await instances.readAll()).reports.find(({ id }) => id === 'booking-a');
    const ready = await until(async () => {
      const report = await reportOf();
      return report?.state === 'ready' && report;
    });
    t.match(ready, { room: 'booking', url, capacity: 7, pid: child.pid });
    await until(async () => (await fetch(`${internalUrl}/readyz`)).status === 200);
    t.equal((await fetch(`${internalUrl}/livez`)).status, 200);

    const answer = fetch(`${url}/`);
    await until(async () => (await reportOf())?.inFlight === 1);
    child.kill('SIGTERM');
    await until(async () => (await reportOf())?.state === 'draining');
    t.equal((await answer).status, 200);
    t.equal(await exit, 0);
    t.equal(await reportOf(), undefined);
  },
);

t.test('main: without Redis it lives, is not ready and says why, and becomes ready by itself', async (t) => {
  const redis = await startTestRedis(t);
  await redis.stop();
  const { listening } = startMain(t, { REDIS_URL: redis.url, IDENTITY_SECRETS: secrets.join() });
  const { url, internalUrl } = await listening;
  t.equal((await fetch(`${internalUrl}/livez`)).status, 200);
  const unready = await fetch(`${internalUrl}/readyz`);
  t.equal(unready.status, 503);
  t.match(await unready.json(), { ready: false, reasons: [/^redis: /] });
  t.equal((await fetch(`${url}/`)).status, 200, 'the landing page needs no Redis');
  await redis.start();
  await until(async () => (await fetch(`${internalUrl}/readyz`)).status === 200);
});

t.test('main: bad settings are all named at once, and a bad catalogue by its file', async (t) => {
  const bad = startMain(t, { CAPACITY: '0', SERVICE_TIME_MS: 'soon', IDENTITY_SECRETS: 'short' });
  t.equal(await bad.exit, 1);
  for (const name of ['CAPACITY', 'SERVICE_TIME_MS', 'IDENTITY_SECRETS']) t.match(bad.problems(), name);
  t.notMatch(bad.problems(), 'short,');
  const catalogue = startMain(t, { IDENTITY_SECRETS: secrets.join(), CATALOGUE_FILE: '/nowhere/concert.json' });
  t.equal(await catalogue.exit, 1);
  t.match(catalogue.problems(), /^catalogue \/nowhere\/concert\.json: /);
});
