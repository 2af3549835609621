import type { HistoryAnswer } from '../../contract/history.ts';
import type { LiveSnapshot } from '../../contract/overview.ts';

export type ColumnName = 'waiting' | 'booked' | 'admissionsPerMinute' | 'measuredWaitSec' | 'expectedWaitSec';
export type ChartData = { atSec: number[] } & Record<ColumnName, (number | null)[]>;

export const columnNames: readonly ColumnName[];

export function fromHistory(history: Pick<HistoryAnswer, ColumnName | 'atSec'>): ChartData;

export function addSnapshot(
  data: ChartData,
  snapshot: Pick<LiveSnapshot, 'atMs' | 'isLive' | 'counts' | 'wait'>,
): boolean;

export function lastMinutes(data: ChartData, names: readonly ColumnName[], minutes: number): (number | null)[][];
