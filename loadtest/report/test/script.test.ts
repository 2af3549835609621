import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import t from 'tap';

const script = fileURLToPath(new URL('fixtures/interrupted-script.ts', import.meta.url));

/** What the script said and its exit code, when it is sent a signal as soon as it is ready. */
async function interrupt(
  argv: readonly string[],
  signal: NodeJS.Signals,
): Promise<{ said: string; code: number | null }> {
  const child = spawn(process.execPath, [script, ...argv], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.on('data', (chunk) => {
    const before = said.includes('ready');
    said += chunk;
    if (!before && said.includes('ready')) child.kill(signal);
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { said, code };
}

t.test('script: a signal ends it, torn down', async (t) => {
  t.same(await interrupt([], 'SIGTERM'), { said: 'ready\ntorn down\n', code: 143 });
  t.same(await interrupt([], 'SIGINT'), { said: 'ready\ntorn down\n', code: 130 });
});

t.test('script: one that has something to tell goes on to its end', async (t) => {
  t.same(await interrupt(['--orderly'], 'SIGTERM'), { said: 'ready\nreport\ntorn down\n', code: 0 });
});
