import { parentPort } from 'node:worker_threads';
import { type Cell, type ComparedPolicy, runCell } from './cells.ts';

export type CellTask = { index: number; cell: Cell; policy: ComparedPolicy; seeds: number; measuredMs: number };

parentPort?.on('message', ({ index, cell, policy, seeds, measuredMs }: CellTask) => {
  parentPort?.postMessage({ index, result: runCell(cell, policy, seeds, measuredMs) });
});
