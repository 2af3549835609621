import { spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTestRedis } from '@fairline/shared/testing/redis-server.ts';
import type { TestLike } from '@fairline/shared/testing/test-like.ts';
import { repositoryFile } from '../../report/results.ts';
import { type Breach, describeBreach } from '../history/breach.ts';
import { checkLaws } from '../history/check-laws.ts';
import { type HistoryRecord, parseHistory } from '../history/records.ts';
import type { Mutant } from './mutants.ts';

export type Verdict = { breach: Breach | undefined; text: string; file: string; answers: number; changes: number };

export type Bench = {
  /** Runs the workload with the scripts broken as told, or as they are, and checks its histories. */
  run(mutant: Mutant | undefined, seed: number): Promise<Verdict>;
};

const scriptFolder = 'shared/stores/line/scripts';
const copied = ['shared', 'loadtest/faults', 'loadtest/simulate', 'package.json', 'loadtest/package.json'];
const workloadTimeoutMs = 60_000;

/** A copy of what the workload needs, so that scripts can be broken, and a Redis for it; both gone after `t`. */
export async function openBench(t: TestLike): Promise<Bench> {
  const root = await mkdtemp(join(tmpdir(), 'fairline-mutants-'));
  t.after(() => rm(root, { recursive: true, force: true }));
  for (const path of copied) await cp(repositoryFile(path), join(root, path), { recursive: true });
  await linkPackages(join(root, 'node_modules'), root);
  const redis = await startTestRedis(t, { args: ['--appendonly', 'no'] });
  const connection = redis.connect();

  async function work(seed: number, folder: string): Promise<void> {
    const main = join(root, 'loadtest/faults/mutations/workload.ts');
    const child = spawn(process.execPath, [main, String(redis.port), folder, String(seed)], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let errors = '';
    child.stderr.on('data', (chunk) => {
      errors += chunk;
    });
    const timer = setTimeout(() => child.kill('SIGKILL'), workloadTimeoutMs);
    const code = await new Promise((resolve) => child.once('close', resolve));
    clearTimeout(timer);
    if (code !== 0) throw new Error(`the workload ended with code ${code}: ${errors.slice(0, 2000)}`);
  }

  return {
    async run(mutant, seed) {
      const script = mutant && join(root, scriptFolder, mutant.script);
      const original = script && (await readFile(script, 'utf8'));
      const folder = await mkdtemp(join(root, 'histories-'));
      try {
        if (mutant && script && original) await writeFile(script, breakScript(original, mutant));
        await connection.flushall();
        await work(seed, folder);
      } finally {
        if (script && original) await writeFile(script, original);
      }
      return judge(folder);
    },
  };
}

/** Throws when the text to replace is not there, or more than once: then the list of mutants is out of date. */
export function breakScript(text: string, { script, name, find, replace }: Mutant): string {
  const count = text.split(find).length - 1;
  if (count !== 1) throw new Error(`"${name}" finds ${count} places in ${script} instead of one`);
  return text.replace(find, () => replace);
}

/** Links to what is installed, but to the copies of our own packages. */
async function linkPackages(target: string, root: string): Promise<void> {
  const source = repositoryFile('node_modules');
  await mkdir(join(target, '@fairline'), { recursive: true });
  for (const name of await readdir(source)) {
    if (name !== '@fairline' && !name.startsWith('.')) await symlink(join(source, name), join(target, name));
  }
  await symlink(join(root, 'shared'), join(target, '@fairline/shared'));
}

/** The shortest breach of all histories of a run. */
async function judge(folder: string): Promise<Verdict> {
  let verdict: Verdict = { breach: undefined, text: '', file: '', answers: 0, changes: 0 };
  const count = (history: readonly HistoryRecord[], kind: string) =>
    history.filter((each) => each.kind === kind).length;
  for (const file of (await readdir(folder)).toSorted()) {
    const history = parseHistory(await readFile(join(folder, file), 'utf8'));
    const [breach] = checkLaws(history);
    const isShorter = breach && (!verdict.breach || breach.events.length < verdict.breach.events.length);
    verdict = {
      ...(isShorter ? { breach, text: describeBreach(breach, history), file } : verdict),
      answers: verdict.answers + count(history, 'answered'),
      changes: verdict.changes + count(history, 'change'),
    };
  }
  return verdict;
}
