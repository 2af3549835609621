import { describeMachine, readMachine, repositoryFile, writeResults } from '../../report/results.ts';
import { runScript, say } from '../../report/script.ts';
import { writeSection } from '../../report/section.ts';
import { passBigBodies } from './flat-memory.ts';

const maxGrowthMiB = 100;
const mib = 2 ** 20;

await runScript(
  {
    summary:
      'npm run bench:memory: do large bodies go through the gateway in little memory?\n' +
      'A gateway process, a Redis and a server of their own, on this machine only; under a minute.\n' +
      `Code 1: its RSS grew by ${maxGrowthMiB} MiB or more, or bytes were lost. Writes a section of docs/benchmarks.md and\n` +
      'loadtest/results/gateway-memory.json.',
    options: {
      mib: { default: 1024, min: 1, max: 100_000, help: 'MiB of each body' },
      'dry-run': { default: false, help: 'write no files' },
    },
  },
  async ({ options, after }) => {
    const machine = readMachine();
    const { startBytes, passages } = await passBigBodies({ after }, options.mib * mib);
    const problems: string[] = [];
    const rows = passages.map(({ name, sentBytes, arrivedBytes, peakGrowthBytes, ms }) => {
      if (arrivedBytes !== sentBytes) problems.push(`${name}: ${arrivedBytes} of ${sentBytes} bytes arrived`);
      if (peakGrowthBytes >= maxGrowthMiB * mib) problems.push(`${name}: grew by ${formatMiB(peakGrowthBytes)} MiB`);
      const rate = Math.round(sentBytes / mib / (ms / 1000));
      return { name, growth: formatMiB(peakGrowthBytes), rate };
    });
    for (const { name, growth, rate } of rows) say(`${name}: RSS grew by at most ${growth} MiB, ${rate} MiB/s`);
    for (const problem of problems) say(`LIMIT BROKEN  ${problem}`);
    if (options['dry-run']) return problems.length === 0 ? 'ok' : 'broken';

    await writeResults('gateway-memory', machine, { options, startBytes, passages, problems });
    const text = [
      '## Large bodies through the gateway',
      `Written by \`npm run bench:memory\` on ${describeMachine(machine)}.`,
      `Bodies of ${options.mib.toLocaleString('en-US')} MiB through a gateway with an RSS of ${formatMiB(startBytes)} MiB ` +
        `(limit of growth: ${maxGrowthMiB} MiB). Client, gateway and server share the machine, so the rate is only a hint.`,
      ['| body | RSS grew by at most, MiB | MiB/s |', '| --- | --: | --: |']
        .concat(rows.map(({ name, growth, rate }) => `| ${name} | ${growth} | ${rate} |`))
        .join('\n'),
    ].join('\n\n');
    await writeSection(repositoryFile('docs/benchmarks.md'), 'bench:memory', text, 'Benchmarks');
    return problems.length === 0 ? 'ok' : 'broken';
  },
);

function formatMiB(bytes: number): string {
  return (bytes / mib).toFixed(1);
}
