import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts CPU time in these, whatever its timer does. */
const ticksPerSec = 100;

/** CPU time that these processes and all their descendants have used so far, in user and kernel mode together. */
export function readCpuMs(pids: readonly number[]): number {
  const table = readProcessTable();
  const wanted = new Set(pids);
  let ticks = 0;
  for (const { pid, ancestors, cpuTicks } of withAncestors(table)) {
    if (wanted.has(pid) || ancestors.some((ancestor) => wanted.has(ancestor))) ticks += cpuTicks;
  }
  return (ticks * 1000) / ticksPerSec;
}

type Row = { pid: number; parent: number; cpuTicks: number };

function readProcessTable(): Map<number, Row> {
  const table = new Map<number, Row>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const row = readRow(Number(name));
    if (row) table.set(row.pid, row);
  }
  return table;
}

function readRow(pid: number): Row | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return undefined;
  }
  // The name, in brackets, may hold anything; the numbers after it: state, parent, … utime and stime as 14th and 15th.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return { pid, parent: Number(fields[1]), cpuTicks: Number(fields[11]) + Number(fields[12]) };
}

function* withAncestors(table: ReadonlyMap<number, Row>): Generator<Row & { ancestors: number[] }> {
  for (const row of table.values()) {
    const ancestors: number[] = [];
    for (let next = row.parent; next > 1 && !ancestors.includes(next); next = table.get(next)?.parent ?? 0) {
      ancestors.push(next);
    }
    yield { ...row, ancestors };
  }
}
