import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { checkLaws } from '@fairline/shared/test/laws/laws.ts';
import { findFreePort } from '@fairline/shared/testing/redis-server.ts';
import { startSystem, until } from '@fairline/shared/testing/system.ts';
import type { TestLike } from '@fairline/shared/testing/test-like.ts';
import t from 'tap';

const main = fileURLToPath(new URL('../main.ts', import.meta.url));

/** What one rehearsal says and how it ends. `interruptWhen`: a Ctrl-C once this is said. */
async function rehearse(t: TestLike, argv: readonly string[], interruptWhen?: string) {
  const child = spawn(process.execPath, [main, ...argv], { stdio: ['ignore', 'pipe', 'pipe'] });
  t.after(() => child.kill('SIGKILL'));
  if (interruptWhen !== undefined) {
    let said = '';
    child.stdout.on('data', (chunk) => {
      const before = said.includes(interruptWhen);
      said += chunk;
      if (!before && said.includes(interruptWhen)) child.kill('SIGINT');
    });
  }
  const code = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [out, problems] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await code, out, problems };
}

/** A busy machine must not make a NO-GO: speed is not what is tested here. */
const lenient = ['--max-p99-ms=60000', '--max-estimate-miss=1', '--max-error-ratio=1'];

const system = await startSystem(t, { settings: { maxBooking: '0' } });

t.test('rehearsal: everybody gets through a small real sale, and the report says GO', async (t) => {
  const out = t.testdir();
  const crowd = ['--visitors=40', '--minutes=0.05', '--after-minutes=2', '--drop-off=0', '--think-seconds=0.2'];
  const more = ['--bots=0.2', '--reload=0.5', '--arrivals=flat', '--seed=5', `--out=${out}`];
  const rehearsal = rehearse(t, [`--url=${system.url()}`, ...crowd, ...more, ...lenient]);
  await until('some to wait', async () => (await system.line.readProgress()).queued >= 10, 60_000);
  await system.settings.save({ maxBooking: '20' });
  const { code, out: said, problems } = await rehearsal;
  t.equal(problems, '');
  t.equal(code, 0, said);
  const report = await readFile(join(out, 'report.md'), 'utf8');
  t.match(report, /^# GO: 40 visitors/);
  for (const name of ['arrivals', 'crowd', 'latency']) {
    t.ok(report.includes(`(${name}.svg)`));
    t.match(await readFile(join(out, `${name}.svg`), 'utf8'), /^<svg /);
  }
  const { result } = JSON.parse(await readFile(join(out, 'rehearsal.json'), 'utf8'));
  const { person, hammer, cookieless } = result.byKind;
  t.equal(person.clients + hammer.clients + cookieless.clients, 40);
  t.equal(person.outcomes.confirmed, person.clients, 'everybody ordered');
  t.ok(person.inLine + hammer.inLine >= 10, 'some had to wait');
  t.ok(cookieless.clients > 0 && cookieless.inLine + cookieless.admitted === 0, 'who keeps no cookie gets no place');
  const orders = await system.redis.hlen(system.keys.confirmed);
  t.equal(orders, person.outcomes.confirmed + (hammer.outcomes.confirmed ?? 0), 'what visitors saw is what happened');
  t.same(await checkLaws(system.redis, system.keys), []);
});

t.test(
  'rehearsal: while admissions are paused it is a NO-GO that says why; Ctrl-C ends it with a report',
  async (t) => {
    await system.settings.save({ admissions: 'paused' });
    const folders = t.testdir({ paused: {}, interrupted: {} });
    const url = `--url=${system.url()}`;
    const crowd = [url, '--visitors=10', '--minutes=0.05', '--after-minutes=0.1', '--arrivals=flat'];
    const paused = await rehearse(t, [...crowd, ...lenient, `--out=${join(folders, 'paused')}`]);
    t.equal(paused.code, 2, paused.out + paused.problems);
    const report = await readFile(join(folders, 'paused', 'report.md'), 'utf8');
    t.match(report, /^# NO-GO: /);
    t.match(report, /that admissions are paused/);

    const long = [url, '--visitors=500', '--minutes=10', `--out=${join(folders, 'interrupted')}`];
    const interrupted = await rehearse(t, [...long, ...lenient], 'visitors come to');
    t.equal(interrupted.code, 2, interrupted.out + interrupted.problems);
    t.match(await readFile(join(folders, 'interrupted', 'report.md'), 'utf8'), /played to its end: no: interrupted/);
    await until('the site to go on', async () => (await fetch(`${system.url()}/`)).status === 200);
  },
);

t.test('rehearsal: without a site, or with one that is something else, it says so', async (t) => {
  const { code, problems } = await rehearse(t, [`--url=http://127.0.0.1:${await findFreePort()}`]);
  t.equal(code, 1);
  t.match(problems, /nothing answers at .* \(ECONNREFUSED\); start a site with npm start/);
  const refused = await rehearse(t, ['--url=https://tickets.example.com', '--visitors=0']);
  t.equal(refused.code, 1);
  t.equal(refused.problems.trim().split('\n').length, 2, 'all problems at once');
});

// The rooms of the sale would keep the process open.
t.end();
