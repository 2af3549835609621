import { fork } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import t from 'tap';

t.test('process: a parent lost while the process was still loading stops it too', async (t) => {
  const script = fileURLToPath(new URL('./fixtures/late-process.ts', import.meta.url));
  const child = fork(script, { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  const limit = setTimeout(() => child.kill('SIGKILL'), 20_000);
  t.teardown(() => clearTimeout(limit));
  if (!child.stdout) throw new Error('no pipe');
  const output = text(child.stdout);
  const exited = once(child, 'exit');
  child.disconnect();
  const [code, signal] = await exited;
  t.same({ code, signal }, { code: 0, signal: null });
  t.equal(await output, 'undone\n', 'and what it had begun is undone');
});
