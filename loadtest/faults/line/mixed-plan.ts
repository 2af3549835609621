import { createSeededRandom } from '../../simulate/seeded-random.ts';
import { type LineFault, lineFaults } from './faults.ts';
import type { Lane } from './run-faults.ts';

const ofRedis = [
  'redis-kill',
  'redis-frozen',
  'redis-memory',
  'disk-full',
  'file-cut',
  'connections-cut',
  'connections-slow',
];
const ofProcesses = [
  'kill-leader',
  'hang-leader',
  'kill-standby',
  'hang-standby',
  'kill-waiting-room',
  'hang-waiting-room',
  'kill-booking',
  'hang-booking',
  'kill-gateway',
  'hang-gateway',
  'kill-all-queue-processor',
  'kill-all-booking',
  'rolling-restart',
];
/** Whoever saw the numbers of a lost second must live to tell of them: the contract asks it of the waiting-rooms. */
const notWithLoss = new Set(['kill-waiting-room', 'hang-waiting-room', 'rolling-restart']);
const longestPauseMs = 2000;

/** What a seed stands for: one fault of Redis, two of processes one after the other, and now and then settings or clocks, all at the same time. */
export function planMixed(seed: number): Lane[] {
  const random = createSeededRandom(seed);
  const pick = (names: readonly string[]): LineFault => {
    const name = names[Math.floor(random() * names.length)];
    const fault = lineFaults.find(({ id }) => id === name);
    if (!fault) throw new Error(`no fault ${name}`);
    return fault;
  };
  const step = (fault: LineFault) => ({ fault, afterMs: Math.round(random() * longestPauseMs) });
  const redis = pick(ofRedis);
  const others = redis.id === 'file-cut' ? ofProcesses.filter((name) => !notWithLoss.has(name)) : ofProcesses;
  const lanes: Lane[] = [[step(redis)], [step(pick(others)), step(pick(others))]];
  const extra = random();
  if (extra < 0.4) lanes.push([step(pick(['settings']))]);
  else if (extra < 0.6) lanes.push([step(pick(['clocks']))]);
  return lanes;
}
