import { describeMachine, type Machine } from '../report/results.ts';
import { renderTable } from '../report/table.ts';

/** What visitors noticed while something was done to containers. */
export type Noticed = {
  answered: number;
  failed: number;
  /** By kind of request and reason: `page: status 502`. */
  failures: Readonly<Record<string, number>>;
  brokenLaws: readonly string[];
};
export type Killed = Noticed & { name: string; service: string; healedSec: number };
export type Restarted = Noticed & {
  name: string;
  service: string;
  stopSec: number;
  exitCode: number;
  listeningMs: number;
};
export type Scaled = Noticed & { from: number; to: number; tookSec: number; inMap: number; served: number };
export type ContainersRun = {
  containers: number;
  letInMs: number;
  ratePerSec: number;
  scaled: readonly Scaled[];
  restarted: readonly Restarted[];
  killed: readonly Killed[];
};

/** Of these there is one; while it is away somebody notices. */
const only = ['gateway', 'redis'];
const graceSec = 30;
const tellFailures = (failures: Readonly<Record<string, number>>) =>
  Object.entries(failures)
    .map(([reason, count]) => `${count} × ${reason}`)
    .join(', ') || 'none';
/** May be sent again by the gateway: nobody has to notice. */
const isIdempotent = (reason: string) => !reason.startsWith('choice');

/** What a run has to keep to; each line names what was broken. */
export function findContainerProblems({ scaled, restarted, killed }: ContainersRun): string[] {
  const problems: string[] = [];
  for (const step of [...scaled, ...restarted, ...killed]) {
    const name = 'name' in step ? step.name : `${step.from} to ${step.to}`;
    if (step.answered === 0) problems.push(`${name}: no request was answered meanwhile`);
    problems.push(...step.brokenLaws.map((law) => `${name}: ${law}`));
  }
  for (const { from, to, failures, failed, inMap, served } of scaled) {
    if (failed > 0) problems.push(`scaling booking from ${from} to ${to}: ${tellFailures(failures)}`);
    if (inMap !== to) problems.push(`scaling booking to ${to}: ${inMap} are in the map`);
    if (served !== to) problems.push(`scaling booking to ${to}: ${served} of them get requests`);
  }
  for (const { name, service, stopSec, exitCode, failures } of restarted) {
    if (exitCode !== 0) problems.push(`${name} ended with ${exitCode} when told to stop`);
    if (stopSec > graceSec) problems.push(`${name} took ${stopSec.toFixed(1)} s to stop`);
    // While the only gateway is away its published port refuses or resets; that it ended with 0 says that it had finished
    // what it had.
    const lost = Object.entries(failures).filter(([reason]) => service !== 'gateway' || reason.includes('status'));
    if (lost.length > 0) problems.push(`stopping ${name}: ${tellFailures(Object.fromEntries(lost))}`);
  }
  for (const { name, service, failures } of killed) {
    const noticed = Object.entries(failures).filter(([reason]) => isIdempotent(reason));
    if (!only.includes(service) && noticed.length > 0) {
      problems.push(`kill -9 of ${name}: ${tellFailures(Object.fromEntries(noticed))}`);
    }
  }
  return problems;
}

export function renderContainers(machine: Machine, run: ContainersRun, problems: readonly string[]): string {
  const { containers, letInMs, ratePerSec, scaled, restarted, killed } = run;
  const sec = (value: number) => value.toFixed(1);
  return [
    `Written by \`npm run compose:smoke\` on ${describeMachine(machine)}; other work may have shared the machine.`,
    `${containers} containers, all healthy. Two visitors in Chromium for one place: the second was let in ` +
      `${Math.round(letInMs)} ms after the first had ordered. Then ${ratePerSec} requests a second of visitors who hold a place, for all ` +
      'that follows: pages, calls, status polls, and one in thirteen a POST that may not be sent twice.',
    problems.length === 0
      ? 'Scaling and stopping lost no request, every killed container came back by itself, and after each step all laws held in Redis.'
      : problems.map((problem) => `- Not as wanted: ${problem}.`).join('\n'),
    renderTable(
      ['booking containers', 'done after s', 'in the map', 'got requests', 'requests', 'failed'],
      scaled.map((step) => [
        `${step.from} → ${step.to}`,
        ...[sec(step.tookSec), step.inMap, step.served, step.answered + step.failed, tellFailures(step.failures)],
      ]),
    ),
    '`docker stop`, then `docker start`. An exit code of 0 says that the room had finished what it had within its time. While the only ' +
      'gateway is away, its published port refuses or resets:',
    renderTable(
      ['container', 'stopped after s', 'exit code', 'listens after ms', 'requests', 'failed'],
      restarted.map((step) => [
        step.name,
        ...[sec(step.stopSec), step.exitCode, Math.round(step.listeningMs), step.answered + step.failed],
        tellFailures(step.failures),
      ]),
    ),
    '`kill -9` of the first process of each container, brought back by its restart policy:',
    renderTable(
      ['container', 'healthy again after s', 'requests', 'failed', 'laws broken'],
      killed.map((step) => [
        step.name,
        ...[sec(step.healedSec), step.answered + step.failed, tellFailures(step.failures), step.brokenLaws.length],
      ]),
    ),
  ].join('\n\n');
}
