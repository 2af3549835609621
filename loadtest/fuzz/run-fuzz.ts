import { checkLaws } from '@fairline/shared/test/laws/laws.ts';
import fc from 'fast-check';
import { type Kind, kinds, type Stage } from './kinds.ts';

export type Finding = {
  kind: string;
  problem: string;
  /** As JSON, shrunk as far as it could be. */
  input: string;
  seed: number;
  /** Finds the input again; empty for what showed only afterwards. */
  path: string;
};
export type KindResult = { name: string; what: string; inputs: number; durationMs: number };

/** The system is put back to how it was in the beginning after so many. */
const restoreEvery = 300;
/** Beyond it an input is found by its path. */
const shownCharacters = 800;
/** The highest of every setting that inputs may have put in force meanwhile. */
const anySettings = { maxBooking: 1_000_000, vipShare: { least: 0, most: 90 } };

/** How many inputs each kind gets of `inputs`, at least one. */
export function shareInputs(inputs: number, only?: string): { kind: Kind; inputs: number }[] {
  const chosen = (kinds as readonly Kind[]).filter(({ name }) => only === undefined || name === only);
  const sum = chosen.reduce((total, { share }) => total + share, 0);
  return chosen.map((kind) => ({ kind, inputs: Math.max(1, Math.round((inputs * kind.share) / sum)) }));
}

/** Results of several rounds as one for each kind. */
export function addUp(results: readonly KindResult[]): KindResult[] {
  const sums = new Map<string, KindResult>();
  for (const { name, what, inputs, durationMs } of results) {
    const sum = sums.get(name) ?? { name, what, inputs: 0, durationMs: 0 };
    sums.set(name, { name, what, inputs: sum.inputs + inputs, durationMs: sum.durationMs + durationMs });
  }
  return [...sums.values()];
}

/**
 * Gives inputs of one kind, always the same for the same seed, until there were `inputs` or something is wrong: an answer,
 * a log line, a process that died; afterwards a normal visitor must get through and the laws must hold.
 */
export async function fuzzKind(
  stage: Stage,
  kind: Kind,
  options: {
    inputs: number;
    seed: number;
    path?: string;
    onProgress?(inputs: number): void;
    onFound?(problem: string): void;
  },
): Promise<{ result: KindResult; findings: Finding[] }> {
  const { inputs, seed, path, onProgress, onFound } = options;
  const { world } = stage;
  const startedAtMs = performance.now();
  const recent: unknown[] = [];
  let runs = 0;
  let count = 0;
  let isShrinking = false;

  const check = async (input: unknown): Promise<void> => {
    if (runs % restoreEvery === 0) {
      await world.restore();
      await world.seatRegulars();
    }
    runs += 1;
    const told = await kind.check(stage, input);
    const logged = (await world.takeProblems()).filter((line) => !kind.mayLog?.test(line));
    const problems = [...(told === undefined ? [] : [told]), ...logged];
    if (!isShrinking) {
      count += kind.countOf?.(input) ?? 1;
      recent.push(input);
      if (recent.length > 5) recent.shift();
      onProgress?.(count);
    }
    if (problems.length === 0) return;
    if (!isShrinking) onFound?.(problems.join('; '));
    isShrinking = true;
    await world.restore().catch(() => undefined);
    await world.seatRegulars().catch(() => undefined);
    await world.takeProblems();
    throw new Error(problems.join('; '));
  };

  const perRun = kind.countOf ? meanCount(kind, seed) : 1;
  const details = await fc.check(fc.asyncProperty(kind.input, check), {
    ...{ seed, numRuns: Math.max(1, Math.ceil(inputs / perRun)), endOnFailure: path !== undefined },
    ...(path === undefined ? {} : { path }),
  });
  const findings: Finding[] = [];
  if (details.failed) {
    const problem =
      details.errorInstance instanceof Error ? details.errorInstance.message : String(details.errorInstance);
    const input = `${show(details.counterexample?.[0])}${isShrinking ? `\n  the last before shrinking: ${recent.map(show).join('\n  ')}` : ''}`;
    findings.push({ kind: kind.name, problem, input, seed, path: details.counterexamplePath ?? '' });
  }
  for (const problem of await settle(stage, kind)) {
    findings.push({
      kind: kind.name,
      problem,
      input: `after all; the last ones: ${recent.map(show).join('\n  ')}`,
      seed,
      path: '',
    });
  }
  const durationMs = performance.now() - startedAtMs;
  return { result: { name: kind.name, what: kind.what, inputs: count, durationMs }, findings };
}

async function settle(stage: Stage, kind: Kind): Promise<string[]> {
  const { world } = stage;
  const problems: string[] = [];
  const attempt = async (what: string, step: () => Promise<unknown>) => {
    try {
      await step();
    } catch (error) {
      problems.push(`${what}: ${error instanceof Error ? error.message : error}`);
    }
  };
  await attempt('the kind cannot be ended', async () => {
    const problem = await kind.settle?.(stage);
    if (problem !== undefined) problems.push(problem);
  });
  await attempt('the system cannot be restored', () => world.restore());
  await attempt('a normal visitor', () => world.serveVisitor());
  for (const law of await checkLaws(world.system.redis, world.system.keys, anySettings))
    problems.push(`law broken: ${law}`);
  return [...problems, ...(await world.takeProblems()).filter((line) => !kind.mayLog?.test(line))];
}

/** How many inputs are in one of a kind that has several, in the mean. */
function meanCount(kind: Kind, seed: number): number {
  const samples = fc.sample(kind.input, { seed, numRuns: 50 });
  return Math.max(1, samples.reduce<number>((sum, input) => sum + (kind.countOf?.(input) ?? 1), 0) / samples.length);
}

function show(input: unknown): string {
  const text = JSON.stringify(input) ?? String(input);
  return text.length > shownCharacters ? `${text.slice(0, shownCharacters)}… (${text.length} characters)` : text;
}
