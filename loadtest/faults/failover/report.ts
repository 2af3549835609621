import { readFile } from 'node:fs/promises';
import { describeMachine, type Machine, repositoryFile, writeResults } from '../../report/results.ts';
import { writeSection } from '../../report/section.ts';
import { renderTable } from '../../report/table.ts';
import { lockTtlSeconds } from '../line/line-site.ts';
import { type KeptReport, renderFaults, renderSeconds } from '../line/report.ts';
import type { Losses } from './judge-losses.ts';

export type KeptFailover = KeptReport & { losses: Losses; load1: number };

export type FailoverPage = {
  form: 'cluster' | 'sentinel';
  heading: string;
  intro: string;
  confirmReplicas: number;
  /** Of all faults, in their order. */
  names: readonly string[];
};

/** Puts a report among those of the other faults, and writes the section of docs/reliability.md anew from all of them. */
export async function keepFailover(
  { form, heading, intro, confirmReplicas, names }: FailoverPage,
  report: KeptFailover,
  machine: Machine,
  crowd: number,
): Promise<void> {
  const before = await readKept(form);
  const reports = names.flatMap((name) => {
    const kept = report.name === name ? report : before.find((each) => each.name === name);
    return kept ? [{ ...kept, file: '' }] : [];
  });
  await writeResults(`fault-${form}`, machine, { reports });
  const broken = reports.flatMap(({ name, problems }) => problems.map((each) => `- ${name}: ${each.split('\n')[0]}`));
  const text = [
    `## Failover: ${heading}`,
    `Written by \`npm run fault:${form}\` on ${describeMachine(machine)} (of the last fault; of each below).`,
    `${intro} ${crowd} visitors at a time, as above; \`bookingLockTTLSeconds\` ${lockTtlSeconds}, \`CONFIRM_REPLICAS\` ${confirmReplicas}.`,
    renderFaults(reports),
    'What the survivor did not know did not happen. What orders were told, and what was lost:',
    renderLosses(reports),
    broken.length === 0 ? `All laws held in ${reports.length} of ${reports.length} runs.` : broken.join('\n'),
    `<details><summary>What visitors were answered, second by second</summary>\n\n${renderSeconds(reports)}\n\n</details>`,
  ].join('\n\n');
  await writeSection(repositoryFile('docs/reliability.md'), form, text, 'Reliability');
}

async function readKept(form: string): Promise<KeptFailover[]> {
  const text = await readFile(repositoryFile(`loadtest/results/fault-${form}.json`), 'utf8').catch(() => '{}');
  return (JSON.parse(text) as { reports?: KeptFailover[] }).reports ?? [];
}

function renderLosses(reports: readonly KeptFailover[]): string {
  return renderTable(
    [
      ...['fault', 'orders told', 'of these lost', 'answered `CONFIRM_NOT_SAFE`', 'visitors told two orders'],
      ...['changes lost', 'joins among them', 'load average'],
    ],
    reports.map(({ name, losses, load1 }) => [
      ...[name, losses.acknowledged, losses.acknowledgedLost, losses.notSafe, losses.changedOrders],
      ...[losses.changesLost, losses.joinsLost, load1],
    ]),
  );
}
