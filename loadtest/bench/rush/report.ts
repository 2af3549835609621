import { median } from '../../report/median.ts';
import { describeMachine, type Machine } from '../../report/results.ts';
import { renderTable } from '../../report/table.ts';
import type { PeerResult, RushResult } from './measure.ts';

/** What an open waiting room written in Go reports of 10 000 visitors and 32 workers on one host. */
const peerMs = { p95: 6.4, p99: 7.8 };
const whole = (value: number) => Math.round(value).toLocaleString('en').replaceAll(',', ' ');
const ms = (value: number) => value.toFixed(1);
const mostViolationsTold = 5;

function tellViolations(violations: readonly string[]): string[] {
  const rest = violations.length - mostViolationsTold;
  return [...violations.slice(0, mostViolationsTold), ...(rest > 0 ? [`and ${rest} more violations of laws`] : [])];
}

export function findRushProblems({ unanswered, lost, twice, changedNumbers, violations, joins, visitors }: RushResult) {
  const problems: string[] = [];
  if (unanswered > 0) problems.push(`${unanswered} visitors had no answer to their join`);
  if (lost > 0) problems.push(`${lost} visitors were lost`);
  if (twice > 0) problems.push(`${twice} numbers were told to two visitors`);
  if (changedNumbers > 0) problems.push(`${changedNumbers} polls told another number than the join`);
  if (joins.count !== visitors) problems.push(`${joins.count} joins were answered, ${visitors} wanted`);
  return [...problems, ...tellViolations(violations)];
}

export function findPeerProblems({ failed, joined, visitors, warmUp, violations }: PeerResult): string[] {
  const problems: string[] = [];
  if (failed > 0) problems.push(`${failed} joins of the closed loop failed`);
  if (joined !== visitors + warmUp) problems.push(`${joined} joined in the closed loop, ${visitors + warmUp} wanted`);
  return [...problems, ...tellViolations(violations)];
}

export function renderRush(machine: Machine, rush: RushResult, problems: readonly string[]): string {
  const { joins, polls, orders, failures, cores, pollEverySec, intervalS, toldS } = rush;
  const stress = pollEverySec > 0;
  const command = stress ? `npm run bench:rush -- --poll-s ${pollEverySec}` : 'npm run bench:rush';
  const polling = stress
    ? `polls every ${pollEverySec} s whatever it is told`
    : 'polls as `refreshAfterSeconds` of its last answer says';
  const failed = Object.entries(failures).map(([reason, count]) => `${whole(count)} × ${reason}`);
  return [
    stress ? `## A rush, everybody polling every ${pollEverySec} s` : '## A rush',
    `Written by \`${command}\` on ${describeMachine(machine)}. ${whole(rush.visitors)} visitors join within ${rush.joinSec} s ` +
      'through one gateway and one waiting-room, in an open loop: latency counts from the moment a request was due, tries that failed ' +
      'and were repeated included. Each has a cookie of an earlier visit, joins by `POST /apply`, ' +
      `${polling}, and orders when it is admitted (${rush.admissionsPerSec} a second); ${whole(rush.warmUp)} others joined before, so that ` +
      'no program is new. The load, with connections shared by its visitors, Redis and all rooms share the machine.',
    problems.length === 0
      ? 'Nobody was lost, no number changed or was given twice, and all laws of the line hold on what Redis held at the end.'
      : `Not as it should be: ${problems.join('; ')}.`,
    renderTable(
      ['ms', 'requests', 'p50', 'p90', 'p99', 'slowest'],
      (
        [
          ['join', joins],
          ['poll', polls],
          ['order', orders],
        ] as const
      ).map(([name, { count, p50Ms, p90Ms, p99Ms, maxMs }]) => [
        name,
        whole(count),
        ...[p50Ms, p90Ms, p99Ms, maxMs].map(ms),
      ]),
    ),
    renderTable(
      ['', ''],
      [
        [
          `p95 and p99 of a join, ms (the peer reports ${peerMs.p95} and ${peerMs.p99}, in its own shape)`,
          `${ms(joins.p95Ms)}, ${ms(joins.p99Ms)}`,
        ],
        [
          `p50 and p99 of a join in the median second of the ${rush.joinSeconds.length}, ms`,
          `${ms(median(rush.joinSeconds.map(({ p50Ms }) => p50Ms)))}, ${ms(median(rush.joinSeconds.map(({ p99Ms }) => p99Ms)))}`,
        ],
        ['the last join was answered after, s', (rush.lastJoinAtMs / 1000).toFixed(1)],
        ['told to poll after, p50 and p99, s', `${toldS.p50.toFixed(1)}, ${toldS.p99.toFixed(1)}`],
        [
          'from one poll to the next in truth, p50 and p99, s',
          `${intervalS.p50.toFixed(1)}, ${intervalS.p99.toFixed(1)}`,
        ],
        ['failed and tried again', failed.join(', ') || 'none'],
        [
          'cores of CPU while all joined: gateway, waiting-room, Redis',
          [cores.gateway, cores.waitingRoom, cores.redis].map((value) => value.toFixed(2)).join(', '),
        ],
        ['lateness of the load itself, p99, ms', ms(rush.clientLagP99Ms)],
      ],
    ),
  ].join('\n\n');
}

export function renderPeer(machine: Machine, peer: PeerResult, problems: readonly string[]): string {
  return [
    "## A rush in a peer's shape",
    `Written by \`npm run bench:rush\` on ${describeMachine(machine)}. ${whole(peer.visitors)} visitors joined by ${peer.workers} ` +
      'workers, each with the next visitor as soon as the last was answered, everything on one host; through one gateway and one ' +
      `waiting-room, after ${whole(peer.warmUp)} others. The peer is an open waiting room written in Go; its figures are those it reports.`,
    renderTable(
      ['a join, ms', 'p50', 'p95', 'p99', 'joins/s'],
      [
        ['here', ms(peer.p50Ms), ms(peer.p95Ms), ms(peer.p99Ms), whole(peer.joinsPerSec)],
        ['the peer, as it reports, on another host', '–', ms(peerMs.p95), ms(peerMs.p99), '–'],
      ],
    ),
    problems.length === 0 ? 'Everybody joined, and all laws hold.' : `Not as it should be: ${problems.join('; ')}.`,
  ].join('\n\n');
}
