import { describeMachine, type Machine } from '../../report/results.ts';
import { renderTable } from '../../report/table.ts';
import type { BatchSizes } from './batch-sizes.ts';
import type { HttpJoins } from './http-joins.ts';
import type { Memory } from './memory.ts';
import type { PollCosts } from './polls.ts';
import type { ScriptJoins } from './script-joins.ts';
import type { SizeCost } from './sizes.ts';

export type LineResults = {
  scriptJoins: ScriptJoins;
  batchSizes: BatchSizes[];
  httpJoins: HttpJoins;
  memory: Memory;
  sizes: SizeCost[];
  polls: PollCosts;
};

export type Check = { what: string; seen: string; target: string; isMet: boolean };

const whole = (value: number) => Math.round(value).toLocaleString('en').replaceAll(',', ' ');
const one = (value: number) => value.toFixed(1);
const two = (value: number) => value.toFixed(2);

export function checkTargets({ scriptJoins, memory, sizes, polls }: LineResults): Check[] {
  const longest = sizes.at(-1);
  const smallPoll = polls.bySize.find(({ waiting }) => waiting === 10_000) ?? polls.bySize[0];
  const largePoll = polls.bySize.at(-1);
  const pollGrowth = smallPoll && largePoll ? largePoll.pollUs / smallPoll.pollUs : Number.NaN;
  const pollOverBare = largePoll ? largePoll.pollUs / polls.bareUs : Number.NaN;
  const atMost = (what: string, seen: number, target: number, show = two): Check => ({
    what,
    seen: show(seen),
    target: `at most ${target}`,
    isMet: seen <= target,
  });
  return [
    {
      what: 'joins per second of Redis CPU, batches of 500',
      seen: whole(scriptJoins.inBatchesPerCpuSec),
      target: 'at least 150 000 (aim 200 000)',
      isMet: scriptJoins.inBatchesPerCpuSec >= 150_000,
    },
    atMost('bytes a waiting visitor: list, set and ticket', memory.lineBytes, 250, one),
    atMost('bytes a waiting visitor with the record', memory.withRecordBytes, 800, one),
    atMost('join, longest line over 10 000', longest?.joinRatio ?? Number.NaN, 1.5),
    atMost('admission, longest line over 10 000', longest?.admissionRatio ?? Number.NaN, 1.5),
    atMost('poll, longest line over 10 000', pollGrowth, 1.1),
    atMost('poll of the longest line over a bare Fastify route', pollOverBare, 1.4),
  ];
}

export function renderReport(machine: Machine, results: LineResults): string {
  const { scriptJoins, batchSizes, httpJoins, memory, sizes, polls } = results;
  return [
    `Measured on ${describeMachine(machine)}. Redis with its append-only file; CPU from /proc; medians of interleaved rounds.`,
    renderTable(
      ['target', 'seen', 'wanted', 'met'],
      checkTargets(results).map(({ what, seen, target, isMet }) => [what, seen, target, isMet ? 'yes' : 'no']),
    ),
    '### Joins',
    renderTable(
      ['the join script, every check', 'joins per second of Redis CPU'],
      [
        [`in batches of ${scriptJoins.batch}`, whole(scriptJoins.inBatchesPerCpuSec)],
        ['one by one', whole(scriptJoins.oneByOnePerCpuSec)],
      ],
    ),
    renderTable(
      ['joins offered a second to one batcher', 'joined a second', 'median batch', 'mean batch', 'told to try again'],
      batchSizes.map((row) => [
        whole(row.offeredPerSec),
        whole(row.joinedPerSec),
        whole(row.medianBatch),
        one(row.meanBatch),
        whole(row.refused),
      ]),
    ),
    renderTable(
      ['POST /apply, each visitor once, 64 connections', ''],
      [
        ['joins per second of waiting-room CPU', whole(httpJoins.joinsPerCoreSec)],
        ["Redis' share of the CPU of both", `${one(httpJoins.redisShareOfCpu * 100)} %`],
        ['median, p99 of the answer', `${one(httpJoins.p50Ms)} ms, ${one(httpJoins.p99Ms)} ms`],
      ],
    ),
    '### Length of the line',
    renderTable(
      ['waiting', 'CPU of a join, µs', 'by the yardstick', 'of an admission, µs', 'by the yardstick', 'of a poll, µs'],
      sizes.map(({ waiting, joinUs, joinRatio, admissionUs, admissionRatio }) => {
        const poll = polls.bySize.find((cost) => cost.waiting === waiting);
        const line = [two(joinUs), two(joinRatio), two(admissionUs), two(admissionRatio)];
        return [whole(waiting), ...line, poll ? one(poll.pollUs) : '–'];
      }),
    ),
    'Join and admission: Redis, averaged over a doubling of the line, in batches; by what a line of 10 000 took in between (its own row shows how far that is from 1). Poll: the waiting-room process; Redis is not asked.',
    '### A status poll beside others',
    renderTable(
      ['CPU a request, µs', 'process', 'Redis'],
      [
        [
          `waiting-room, ${whole(polls.bySize.at(-1)?.waiting ?? 0)} waiting, as many cookies`,
          one(polls.bySize.at(-1)?.pollUs ?? 0),
          '0',
        ],
        ['bare Fastify JSON route', one(polls.bareUs), '0'],
        [`LPOS in a list of ${whole(polls.lposWaiting)}`, one(polls.lposUs), one(polls.lposRedisUs)],
      ],
    ),
    `### Memory\n\n${one(memory.lineBytes)} bytes a waiting visitor for list, set and ticket, ${one(memory.withRecordBytes)} with the visitor's record (${whole(memory.visitors)} visitors).`,
  ].join('\n\n');
}
