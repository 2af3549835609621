import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';

const fixture = fileURLToPath(new URL('./fixtures/process-fixture.ts', import.meta.url));

async function runFixture(t: Test, behaviour: string, afterStart?: (child: ChildProcess) => void, hasIpc = false) {
  const stdio = hasIpc ? (['ignore', 'pipe', 'pipe', 'ipc'] as const) : (['ignore', 'pipe', 'pipe'] as const);
  const child = spawn(process.execPath, [fixture, behaviour], { stdio: [...stdio] });
  t.after(() => child.kill('SIGKILL'));
  const { stdout, stderr } = child;
  if (!stdout || !stderr) throw new Error('no pipes');
  let isTold = false;
  let output = '';
  stdout.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk;
    if (isTold || !output.includes('started')) return;
    isTold = true;
    afterStart?.(child);
  });
  const errors = text(stderr);
  const ended = once(stdout, 'end');
  const [code] = await once(child, 'exit');
  await ended;
  const lines = output.split('\n').filter((line) => line !== '' && !line.startsWith('{'));
  return { code, lines, log: output, errors: await errors };
}

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  t.test(`process: ${signal} aborts, then runs the steps, last registered first, and exits with 0`, async (t) => {
    const { code, lines } = await runFixture(t, 'normal', (child) => child.kill(signal));
    t.same(lines, ['started', 'aborted', 'third', 'second', 'first']);
    t.equal(code, 0);
  });
}

t.test('process: a step that throws does not keep the others from running', async (t) => {
  const { code, lines, log } = await runFixture(t, 'throw-in-step', (child) => child.kill('SIGTERM'));
  t.same(lines, ['started', 'aborted', 'third', 'first']);
  t.match(log, 'second failed');
  t.equal(code, 0);
});

t.test('process: a stop that takes too long is cut off with 1', async (t) => {
  const { code, lines, log } = await runFixture(t, 'hang', (child) => child.kill('SIGTERM'));
  t.same(lines, ['started', 'aborted', 'third']);
  t.match(log, 'stop took too long');
  t.equal(code, 1);
});

t.test('process: a second signal exits at once', async (t) => {
  const { code, lines, log } = await runFixture(t, 'hang', (child) => {
    child.kill('SIGTERM');
    child.stdout?.on('data', (chunk: string) => {
      if (chunk.includes('third')) child.kill('SIGTERM');
    });
  });
  t.notOk(lines.includes('first'));
  t.match(log, 'second signal');
  t.equal(code, 1);
});

t.test('process: an uncaught error takes the same path and exits with 1', async (t) => {
  const { code, lines, log } = await runFixture(t, 'uncaught');
  t.same(lines, ['started', 'aborted', 'third', 'second', 'first']);
  t.match(log, 'surprise');
  t.equal(code, 1);
});

t.test('process: a start that fails undoes what it did and exits with 1', async (t) => {
  const { code, lines, log } = await runFixture(t, 'fail');
  t.same(lines, ['aborted', 'first']);
  t.match(log, 'no luck');
  t.equal(code, 1);
});

t.test('process: problems of the configuration go to stderr, one a line', async (t) => {
  const thrown = await runFixture(t, 'config');
  t.equal(thrown.errors, 'PORT is bad\nHOST is bad\n');
  t.equal(thrown.code, 1);
  const read = await runFixture(t, 'bad-env');
  t.match(read.errors, /^PORT must be a whole number 0–65535, not "x"\nEVENT must be .*\n$/);
  t.equal(read.code, 1);
});

t.test('process: a step registered while stopping runs too', async (t) => {
  const { code, lines } = await runFixture(t, 'late', (child) => child.kill('SIGTERM'));
  t.ok(lines.includes('late'));
  t.equal(code, 0);
});

t.test('process: stops when the parent is gone', async (t) => {
  const { code, lines } = await runFixture(t, 'normal', (child) => child.disconnect(), true);
  t.same(lines, ['started', 'aborted', 'third', 'second', 'first']);
  t.equal(code, 0);
});
