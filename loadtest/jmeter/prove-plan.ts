import { join } from 'node:path';
import { followFile } from './follow-file.ts';
import { lies, startLyingSite } from './lying-site.ts';
import { startJmeter } from './run-jmeter.ts';
import { createSampleReader, type Sample } from './samples.ts';

/**
 * One thread visits a site that lies, each time in another way: problems in words when a lie goes unnoticed, is noticed by
 * the wrong request, or when truth is taken for a lie.
 */
export async function provePlan(
  after: (step: () => Promise<unknown> | unknown) => void,
  { javaArguments, folder }: { javaArguments: readonly string[]; folder: string },
): Promise<string[]> {
  const site = await startLyingSite();
  after(() => site.close());
  const samplesFile = join(folder, 'lies.csv');
  const failed: Sample[] = [];
  const readLine = createSampleReader();
  const follower = followFile(samplesFile, (line) => {
    const sample = readLine(line);
    if (sample && !sample.isGood) failed.push(sample);
  });
  after(() => follower.stop());
  const run = await startJmeter({
    ...{ javaArguments, heapMiB: 256, folder, samplesFile },
    properties: {
      ...{ threads: 1, rampUpSec: 0, loops: lies.length, keepAlive: true, thinkTimeMs: 0, thinkTimeSpreadMs: 1 },
      ...{ host: '127.0.0.1', port: site.port, timeoutMs: 10_000 },
    },
  });
  after(() => run.stop());
  await run.done;
  await follower.stop();
  return findUnnoticed(failed);
}

export function findUnnoticed(failed: readonly Pick<Sample, 'label' | 'code' | 'failure'>[]): string[] {
  const told = failed.map(({ label, code, failure }) => `${label} ${code} ${failure}`);
  const expected = lies.flatMap(({ name, notices }) => (notices ? [{ name, notices }] : []));
  const problems = expected.flatMap(({ name, notices: [label, word] }, index) => {
    const found = told[index];
    const isNoticed = found?.startsWith(`${label} `) && found.includes(word);
    return isNoticed ? [] : [`a site with ${name} is not noticed by ${label}: ${found ?? 'no failure'}`];
  });
  return told.length > expected.length
    ? [...problems, `noticed without a lie: ${told.slice(expected.length).join('; ')}`]
    : problems;
}
