import { type Change, isAheadOfTurn } from '../../redis/changes.ts';
import type { RedisClient } from '../../redis/client.ts';
import type { EventKeys } from '../../stores/keys.ts';
import { isVipNumber, vipNumberBase } from '../../stores/line/numbers.ts';
import { type LineData, readLineData } from './line-data.ts';

export type LawOptions = {
  /** The highest `maxBooking` that was in force since the first change still kept; default: the one in force. */
  maxBooking?: number;
  /** The lowest and highest share of the VIP line in force since then, see `effectiveShare`; default: the one in force. */
  vipShare?: { least: number; most: number };
};

/** A line that is there although no share is set moves in proportion to those who wait. */
export function effectiveShare(vipSharePercent: number): { least: number; most: number } {
  return vipSharePercent === 0 ? { least: 0, most: 90 } : { least: vipSharePercent, most: vipSharePercent };
}

/**
 * Checks laws 1, 2, 3, 4 and 6 on what Redis holds, knowing nothing of the scripts: violations in words, none when all
 * hold. Law 5 speaks of time and is measured where time passes.
 */
export async function checkLaws(redis: RedisClient, keys: EventKeys, options: LawOptions = {}): Promise<string[]> {
  return findViolations(await readLineData(redis, keys), options);
}

export function findViolations(
  all: LineData,
  { maxBooking = all.maxBooking, vipShare = effectiveShare(all.vipSharePercent) }: LawOptions = {},
): string[] {
  // A new sale begins with nobody in it: what happened before is another story.
  const saleAt = all.changes.findLastIndex(({ type }) => type === 'sale');
  const data = saleAt === -1 ? all : { ...all, changes: all.changes.slice(saleAt + 1) };
  return [
    ...checkCapacity(data, maxBooking),
    ...checkOnePlace(data),
    ...checkLists(data),
    ...checkFifo(data),
    ...checkShare(data, vipShare),
    ...checkTotals(data),
    ...checkAnnounced(data),
  ];
}

const endings = new Set(['confirmed', 'cancelled', 'expired', 'revoked', 'aside']);

/** How many places an entry gives (positive) or ends (negative). */
function countPlaces(change: Change): number {
  if (change.type === 'admitted') return change.visitors.length;
  return change.from === 'booked' && endings.has(change.type) ? -change.visitors.length : 0;
}

/** Law 1, backwards from the places held now: how many were held right after each admission. */
function checkCapacity(data: LineData, maxBooking: number): string[] {
  let held = data.booked.size;
  for (const change of data.changes.toReversed()) {
    if (change.type === 'admitted' && held > maxBooking) {
      return [`law 1: change ${change.seq} let ${held} visitors hold a place, ${maxBooking} allowed`];
    }
    held -= countPlaces(change);
  }
  return [];
}

/** Law 2: the sets are disjoint and agree with each other. */
function checkOnePlace(data: LineData): string[] {
  const violations: string[] = [];
  const homes = { line: data.queued, aside: data.aside, booked: data.booked, confirmed: data.confirmed };
  const where = new Map<string, string>();
  for (const [home, ids] of Object.entries(homes)) {
    for (const id of ids.keys()) {
      const other = where.get(id);
      if (other) violations.push(`law 2: ${id} is in ${other} and in ${home}`);
      where.set(id, home);
    }
  }
  const waiting = new Set([...data.queued, ...data.aside.keys()]);
  violations.push(
    ...compareSets('tickets', new Set(data.tickets.keys()), 'line and aside', waiting),
    ...compareSets('leases', data.leases, 'booked', data.booked),
    ...compareSets('places', new Set(data.places.keys()), 'booked', data.booked),
  );
  for (const id of data.back) {
    if (!data.aside.has(id)) violations.push(`law 2: ${id} came back from aside but is not aside`);
  }
  for (const [id, number] of data.aside) {
    const ticket = data.tickets.get(id);
    if (ticket !== number) violations.push(`law 2: ${id} is aside with number ${number}, its ticket says ${ticket}`);
  }
  for (const [id, outcome] of data.outcomes) {
    const home = where.get(id);
    // Whoever did not claim a place keeps that word until the next one is claimed: the second time ends the turn.
    if (home && outcome !== 'unclaimed')
      violations.push(`law 2: ${id} is in ${home} although its turn ended: ${outcome}`);
  }
  return violations;
}

function without(ids: ReadonlySet<string>, others: ReadonlySet<string>): string[] {
  return [...ids].filter((id) => !others.has(id));
}

function compareSets(name: string, got: ReadonlySet<string>, of: string, wanted: ReadonlySet<string>): string[] {
  return [
    ...without(got, wanted).map((id) => `law 2: ${id} is in ${name} but not in ${of}`),
    ...without(wanted, got).map((id) => `law 2: ${id} is in ${of} but not in ${name}`),
  ];
}

function hasBit(bits: Buffer, number: number): boolean {
  const byte = bits[number >> 3] ?? 0;
  return (byte & (0x80 >> (number & 7))) !== 0;
}

/** Law 2 and 3 on the lists: everyone waiting is in one of them once, and each is as its counters say. */
function checkLists({ list, vipList, queued, tickets, counters, gone, vipGone }: LineData): string[] {
  const count = (name: string) => counters.get(name) ?? 0;
  const alive = new Set<string>();
  const violations = [
    ...checkList({ name: 'list', list, head: count('head'), tail: count('tail'), base: 0, gone }),
    ...checkList({
      name: 'VIP list',
      list: vipList,
      head: count('vipHead'),
      tail: count('vipTail'),
      base: vipNumberBase,
      gone: vipGone,
    }),
  ];
  for (const id of without(queued, alive)) {
    violations.push(`law 2: ${id} waits with number ${tickets.get(id)}, but the list does not have it there`);
  }
  return violations;

  /** The k-th element has number head + k, and the dead are marked. */
  function checkList(one: {
    name: string;
    list: string[];
    head: number;
    tail: number;
    base: number;
    gone: Buffer;
  }): string[] {
    const { name, head, tail } = one;
    const found: string[] = [];
    if (one.list.length !== tail - head) {
      found.push(`law 2: the ${name} has ${one.list.length} elements, tail ${tail} - head ${head} = ${tail - head}`);
    }
    one.list.forEach((id, index) => {
      const own = head + index + 1;
      const number = one.base + own;
      const isAlive = queued.has(id) && tickets.get(id) === number;
      if (isAlive) alive.add(id);
      if (isAlive === hasBit(one.gone, own)) {
        found.push(`law 2: number ${number} (${id}) is ${isAlive ? 'in the line but' : 'dead but not'} marked as gone`);
      }
    });
    return found;
  }
}

/** Law 3: from each line, numbers are admitted in rising order; an operator's exception says that it is one. */
function checkFifo({ changes }: LineData): string[] {
  const violations: string[] = [];
  const last = { public: 0, vip: 0 };
  for (const change of changes) {
    if (change.type !== 'admitted' || change.from === 'aside' || isAheadOfTurn(change)) continue;
    for (const { id, number } of change.visitors) {
      const line = isVipNumber(number) ? 'vip' : 'public';
      if (number <= last[line]) {
        violations.push(`law 3: change ${change.seq} admits ${id} with ${number} after ${last[line]}`);
      }
      last[line] = Math.max(last[line], number);
    }
  }
  return violations;
}

/**
 * Law 3 between the lines: of any admissions in a row from the heads of both lines while both have somebody, n × share / 100
 * are VIPs, give or take less than one. Those who come back from aside take part in it out of sight, so that the count
 * begins anew with them. Needs the whole story.
 */
function checkShare({ changes }: LineData, { least, most }: { least: number; most: number }): string[] {
  if (changes[0]?.seq !== 1) return [];
  const waiting = { public: 0, vip: 0 };
  // How far above its share each line has got since the moment that was worst for it, in hundredths of a place.
  const above = { public: 0, vip: 0 };
  let slack = 1;
  const lineOf = (number: number) => (isVipNumber(number) ? 'vip' : 'public');
  for (const [index, change] of changes.entries()) {
    const move = readMove(change);
    if (isAheadOfTurn(change)) {
      if (change.from === 'line') for (const { number } of change.visitors) waiting[lineOf(number)] -= 1;
      continue;
    }
    if (change.type === 'admitted' && change.from === 'aside') {
      Object.assign(above, { public: 0, vip: 0 });
      slack = 1 + change.visitors.length;
      continue;
    }
    if (change.type === 'admitted' && changes[index - 1]?.from !== 'aside') slack = 1;
    for (const { id, number } of change.visitors) {
      const line = lineOf(number);
      const isInTurn = change.type === 'admitted' && !isAheadOfTurn(change);
      if (isInTurn && waiting.public > 0 && waiting.vip > 0) {
        const isVip = line === 'vip';
        above.vip = Math.max(0, above.vip) + (isVip ? 100 : 0) - most;
        above.public = Math.max(0, above.public) + (isVip ? 0 : 100) - (100 - least);
        if (above[line] >= 100 * slack) {
          return [`law 3: change ${change.seq} admits ${id} with ${number}, more of the ${line} line than its share`];
        }
      } else if (isInTurn) {
        Object.assign(above, { public: 0, vip: 0 });
      }
      if (move?.to === 'line') waiting[line] += 1;
      if (move?.from === 'line') waiting[line] -= 1;
    }
  }
  return [];
}

/** Law 4: the totals. */
function checkTotals(data: LineData): string[] {
  const violations: string[] = [];
  const total = (name: string) => data.counters.get(name) ?? 0;
  const equal = (words: string, left: number, right: number) => {
    if (left !== right) violations.push(`law 4: ${words}: ${left} is not ${right}`);
  };
  equal(
    'joined + unclaimed = queued + aside + admitted + leftWaiting + expiredWaiting + revokedWaiting',
    total('joined') + total('unclaimed'),
    data.queued.size +
      data.aside.size +
      total('admitted') +
      total('leftWaiting') +
      total('expiredWaiting') +
      total('revokedWaiting'),
  );
  equal(
    'admitted = booked + confirmed + cancelled + expired + revoked + unclaimed',
    total('admitted'),
    data.booked.size +
      total('confirmed') +
      total('cancelled') +
      total('expired') +
      total('revoked') +
      total('unclaimed'),
  );
  equal('confirmed = orders', total('confirmed'), data.confirmed.size);
  return violations;
}

/** Law 6: the changes have no gap, end where the counter says, and tell the whole story when they are all there. */
function checkAnnounced(data: LineData): string[] {
  const violations: string[] = [];
  const { changes } = data;
  const newest = data.counters.get('seq') ?? 0;
  changes.forEach((change, index) => {
    const before = changes[index - 1];
    if (before && change.seq !== before.seq + 1) {
      violations.push(`law 6: change ${change.seq} follows change ${before.seq}`);
    }
  });
  const last = changes.at(-1)?.seq ?? newest;
  if (last !== newest) violations.push(`law 6: the newest change is ${last}, the counter says ${newest}`);
  if (changes[0]?.seq === 1) violations.push(...checkStory(data));
  return violations;
}

type Home = 'line' | 'aside' | 'booked' | 'confirmed';
type Stay = { home: Home; number: number };

/** Where an entry takes its visitors from and to; undefined: it moves nobody. */
function readMove(change: Change): { from: Home | null; to: Home | null } | undefined {
  const from = change.from;
  switch (change.type) {
    case 'joined':
      return { from: null, to: 'line' };
    case 'admitted':
      return { from, to: 'booked' };
    case 'aside':
      return { from, to: 'aside' };
    case 'confirmed':
      return { from: 'booked', to: 'confirmed' };
    case 'claimed':
      return { from: 'booked', to: 'booked' };
    case 'cancelled':
      return { from: 'booked', to: null };
    case 'left':
    case 'expired':
    case 'revoked':
      return { from, to: null };
    default:
      return undefined;
  }
}

/** Laws 2, 4 and 6 from the beginning: replays every change, each visitor from where they are, with the number they drew. */
function checkStory(data: LineData): string[] {
  const violations: string[] = [];
  const stays = new Map<string, Stay>();
  const drawn = new Set<number>();
  for (const change of data.changes) {
    const move = readMove(change);
    if (!move) continue;
    for (const { id, number } of change.visitors) {
      const stay = stays.get(id);
      const words = `law 6: change ${change.seq} (${change.type}) says ${id} with ${number} is in ${move.from ?? 'nothing'}`;
      if ((stay?.home ?? null) !== move.from) violations.push(`${words}, before it was in ${stay?.home ?? 'nothing'}`);
      else if (stay && stay.number !== number)
        violations.push(`law 4: ${id} had number ${stay.number}, then ${number}`);
      if (change.type === 'joined') {
        if (drawn.has(number)) violations.push(`law 4: number ${number} was drawn twice, the second time by ${id}`);
        drawn.add(number);
      }
      if (move.to) stays.set(id, { home: move.to, number });
      else stays.delete(id);
    }
  }
  const told = (home: Home) => new Set([...stays].filter(([, stay]) => stay.home === home).map(([id]) => id));
  const compare = (home: Home, real: ReadonlySet<string>) => {
    const announced = told(home);
    for (const id of without(real, announced)) violations.push(`law 6: ${id} is in ${home}, no change says so`);
    for (const id of without(announced, real)) violations.push(`law 6: the changes say ${id} is in ${home}, it is not`);
  };
  compare('line', data.queued);
  compare('aside', new Set(data.aside.keys()));
  compare('booked', data.booked);
  compare('confirmed', data.confirmed);
  for (const [id, number] of [...data.tickets, ...data.places]) {
    const stay = stays.get(id);
    if (stay && stay.number !== number) violations.push(`law 4: ${id} drew ${stay.number} and has ${number}`);
  }
  return violations;
}
