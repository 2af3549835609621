/** Columns of the charts, oldest first, as `/system/api/history` answers them and snapshots go on. */
export const columnNames = ['waiting', 'booked', 'admissionsPerMinute', 'measuredWaitSec', 'expectedWaitSec'];
const mostPoints = 3_700;

export function fromHistory(history) {
  return { atSec: [...history.atSec], ...Object.fromEntries(columnNames.map((name) => [name, [...history[name]]])) };
}

/** Adds a snapshot. One that is not newer is left out; one without Redis leaves a gap; a pause of over 10 s as well. */
export function addSnapshot(data, { atMs, isLive, counts, wait }) {
  const at = Math.floor(atMs / 1000);
  const last = data.atSec.at(-1) ?? 0;
  if (at <= last || !isLive) return false;
  const values = {
    waiting: counts.waiting,
    booked: counts.booked,
    admissionsPerMinute: counts.admissionsPerMinute,
    measuredWaitSec: wait.measuredSec,
    expectedWaitSec: wait.expectedSec,
  };
  if (last > 0 && at - last > 10) push(data, last + 1, {});
  push(data, at, values);
  return true;
}

function push(data, at, values) {
  data.atSec.push(at);
  for (const name of columnNames) data[name].push(values[name] ?? null);
  if (data.atSec.length <= mostPoints) return;
  data.atSec.shift();
  for (const name of columnNames) data[name].shift();
}

/** The columns of a chart over the last `minutes`, as uPlot takes them. */
export function lastMinutes(data, names, minutes) {
  const end = data.atSec.at(-1) ?? 0;
  const from = data.atSec.findIndex((at) => at >= end - minutes * 60);
  return [data.atSec, ...names.map((name) => data[name])].map((column) => column.slice(Math.max(0, from)));
}
