import { describeMachine, type Machine } from '../../report/results.ts';
import { renderTable } from '../../report/table.ts';
import type { StreamsResult } from './measure.ts';

/** From the script that gives a place to the event at the client, direct to the waiting-room. */
export const maxDelayP99Ms = 100;

const whole = (value: number) => Math.round(value).toLocaleString('en').replaceAll(',', ' ');
const inWords = { direct: 'direct to the waiting-room', gateway: 'through one gateway' } as const;

/** RSS that each stream adds to the waiting-room, in KiB, once all are open. */
export function rssPerStreamKiB({ rssBytes, streams }: Pick<StreamsResult, 'rssBytes' | 'streams'>): number {
  return (rssBytes.open - rssBytes.before) / streams / 1024;
}

export function findProblems(results: readonly StreamsResult[], rate: number): string[] {
  return results.flatMap(({ way, latency, missing, lost, admittedPerSec }) => {
    const where = inWords[way];
    const problems: string[] = [];
    if (missing > 0) problems.push(`${where}: ${missing} admitted visitors were not told`);
    for (const [reason, count] of Object.entries(lost)) problems.push(`${where}: ${count} streams lost: ${reason}`);
    if (admittedPerSec < rate * 0.95) {
      problems.push(`${where}: ${admittedPerSec.toFixed(1)} admissions a second, ${rate} wanted`);
    }
    if (way === 'direct' && !(latency.p99Ms <= maxDelayP99Ms)) {
      problems.push(`${where}: p99 ${latency.p99Ms.toFixed(1)} ms, at most ${maxDelayP99Ms} wanted`);
    }
    return problems;
  });
}

export function renderReport(
  machine: Machine,
  results: readonly StreamsResult[],
  { rate, notes, problems }: { rate: number; notes: readonly string[]; problems: readonly string[] },
): string {
  const ms = (value: number) => value.toFixed(1);
  const row = (what: string, show: (result: StreamsResult) => string) => [what, ...results.map(show)];
  const direct = results.find(({ way }) => way === 'direct');
  const seconds = results[0]?.seconds ?? 0;
  return [
    '## Event streams',
    `Written by \`npm run bench:streams\` on ${describeMachine(machine)}. One waiting-room process holds all the streams ` +
      `(\`STREAMS_FOR=all\`); the leader admits ${rate} visitors a second, for ${seconds} s, while everybody's \`status\` goes on. ` +
      'The delay counts from the time of the script that gives the place (Redis time, as `booking:changes` has it) to the moment ' +
      'at which the client has read `admitted`; client, Redis, leader and rooms share the machine.',
    ...(direct
      ? [
          `Target: p99 at most ${maxDelayP99Ms} ms direct to the waiting-room; seen ${ms(direct.latency.p99Ms)} ms. ` +
            (problems.length === 0 ? 'Met.' : `Not all as wanted: ${problems.join('; ')}.`),
        ]
      : []),
    renderTable(
      ['', ...results.map(({ way }) => inWords[way])],
      [
        row('open streams', ({ streams }) => whole(streams)),
        row('RSS a stream, KiB', (result) => rssPerStreamKiB(result).toFixed(1)),
        row('RSS of the waiting-room before, with all, at the end, MiB', ({ rssBytes }) =>
          [rssBytes.before, rssBytes.open, rssBytes.end].map((bytes) => whole(bytes / 2 ** 20)).join(', '),
        ),
        row('`status` events a second', ({ statusesPerSec }) => whole(statusesPerSec)),
        row('admissions a second', ({ admittedPerSec }) => admittedPerSec.toFixed(1)),
        row('`admitted` p50, ms', ({ latency }) => ms(latency.p50Ms)),
        row('`admitted` p99, ms', ({ latency }) => ms(latency.p99Ms)),
        row('`admitted` slowest, ms', ({ latency }) => ms(latency.maxMs)),
        row('admitted, and not told', ({ missing }) => whole(missing)),
        row('CPU of the waiting-room, cores', ({ roomCores }) => roomCores.toFixed(2)),
        row('CPU of the gateway, cores', ({ gatewayCores }) => gatewayCores?.toFixed(2) ?? '–'),
        row('lateness of the client itself, p99, ms', ({ clientLagP99Ms }) => ms(clientLagP99Ms)),
      ],
    ),
    ...notes.map((note) => `Through the gateway: ${note}.`),
  ].join('\n\n');
}
