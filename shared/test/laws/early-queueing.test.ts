import t from 'tap';
import { type AdmissionFacts, countFree, findEarlyQueueing, type Standing } from './early-queueing.ts';

const patience = { maxWaitMs: 1000, maxWaitOfChangeMs: 4000 };
const full: Standing = { atMs: 0, leader: 'a', free: 0, head: 10, tail: 20, waiting: 10, returned: 0 };

/** One look every 50 ms, from what changes at the given moments. */
function record(untilMs: number, steps: Record<number, Partial<Standing>>): Standing[] {
  const standings: Standing[] = [];
  let now = full;
  for (let atMs = 0; atMs <= untilMs; atMs += 50) {
    now = { ...now, ...steps[atMs], atMs };
    standings.push(now);
  }
  return standings;
}

const find = (untilMs: number, steps: Record<number, Partial<Standing>>) =>
  findEarlyQueueing(record(untilMs, steps), patience);

t.test('law 5: who waits although there is room is named, once', async (t) => {
  t.same(find(5000, {}), [], 'no room');
  t.same(find(5000, { 1000: { free: 3 }, 2000: { head: 13, free: 0, waiting: 7 } }), [], 'within a second');
  const [violation, ...others] = find(5000, { 1000: { free: 3 }, 2500: { head: 13, free: 0, waiting: 7 } });
  t.match(violation, /^number 11 waited 1[0-9]{3} ms with room for it, at most 1000 ms are allowed$/);
  t.same(others, []);
  t.same(find(5000, { 1000: { free: 3, waiting: 0 } }), [], 'nobody left');
  t.same(find(5000, { 1000: { free: 3, returned: 3 } }), [], 'those back from aside go first');
});

t.test('law 5: the second in line has a clock of its own', async (t) => {
  const slow = find(3000, { 1000: { free: 3 }, 1800: { head: 11, free: 2 }, 2600: { head: 13, free: 0 } });
  t.match(slow, [/^number 12 /], 'served one by one, although all three had room from the start');
  const churn: Record<number, Partial<Standing>> = {};
  for (let atMs = 0, head = 10; atMs < 5000; atMs += 300, head += 1) {
    churn[atMs] = { free: 1, head, tail: 100, waiting: 50 };
  }
  t.same(find(5000, churn), [], 'there is always a free place, but each waits 300 ms for it');
});

t.test('law 5: a change of leader takes longer, and what nobody saw does not count', async (t) => {
  t.same(find(6000, { 1000: { free: 1, leader: '' }, 3500: { leader: 'b' }, 4000: { free: 0 } }), []);
  t.match(find(9000, { 1000: { free: 1, leader: '' }, 3500: { leader: 'b' }, 6000: { free: 0 } }), [
    /number 11.* 4000 ms/,
  ]);
  const hung = { 1000: { free: 1 }, 3000: { leader: 'b' }, 3500: { free: 0 } };
  t.same(find(6000, hung), [], 'a leader that hangs keeps its lock for a while');
  const away = record(5000, { 1000: { free: 1 } }).filter(({ atMs }) => atMs < 1500 || atMs > 4100);
  t.same(findEarlyQueueing(away, patience), []);
});

t.test('law 5: the admission rule: gate, mode, places, stock and pace', async (t) => {
  const facts: AdmissionFacts = {
    ...{ atMs: 100_000, booked: 2, confirmed: 4 },
    settings: { maxBooking: '5', bookingLockTTLSeconds: '2' },
    gate: { open: '1', atMs: '99000' },
    counters: {},
  };
  const free = (settings: Record<string, string>, more: Partial<AdmissionFacts> = {}) =>
    countFree({ ...facts, ...more, settings: { ...facts.settings, ...settings } });
  t.equal(free({}), 3);
  t.equal(free({ maxBooking: '1' }), 0);
  t.equal(free({ admissions: 'paused' }), 0);
  t.equal(free({ ticketStock: '7' }), 1);
  t.equal(free({}, { gate: { open: '0', atMs: '99000' } }), 0);
  t.equal(free({}, { gate: { open: '1', atMs: '96999' } }), 0, 'an old word of the leader');
  const counters = { paceTokens: '0.5', paceAtMs: '99000' };
  t.equal(free({ newBookingsPerMinute: '120' }, { counters }), 2);
  t.equal(free({ newBookingsPerMinute: '24' }, { counters }), 0);
});
