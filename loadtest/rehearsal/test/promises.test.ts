import type { VisitorStatus } from '@fairline/shared/contracts/visitor-status.ts';
import fc from 'fast-check';
import t from 'tap';
import { createRandom } from '../../estimate/random.ts';
import { createPromiseWatch } from '../promises.ts';

const startMs = Date.parse('2026-11-22T09:00:00.000Z');

function createTeller() {
  const watch = createPromiseWatch();
  return {
    watch,
    /** `atMs`: when it was heard; `copyAtMs`: how old the room's copy is. */
    tell(visitor: number, atMs: number, changes: Partial<VisitorStatus>, joinSentAtMs = 0, copyAtMs = atMs) {
      const told: VisitorStatus = {
        ...{ status: 'waiting', number: 10, position: 5, waiting: 9, etaSeconds: null, refreshAfterSeconds: 2 },
        ...{ leaseEndsAt: null, message: null, updatedAt: new Date(startMs + copyAtMs).toISOString() },
        ...changes,
      };
      watch.note({ visitor, told, joinSentAtMs, receivedAtMs: atMs });
    },
    counts: () => watch.read().counts,
  };
}

t.test('promises: a number that changes, or that two are told', async (t) => {
  const { tell, counts } = createTeller();
  tell(1, 0, { number: 10 });
  tell(1, 1000, { number: 11 });
  tell(1, 2000, { number: 12 });
  tell(2, 3000, { number: 12 }, 3000);
  t.match(counts(), { number: 1, once: 1 }, 'one fault of one visitor counts once');
});

t.test('promises: a new number after a turn that ended is none that changed', async (t) => {
  const { tell, counts } = createTeller();
  tell(1, 0, { number: 10 });
  tell(1, 1000, { status: 'left', number: 10, position: null });
  tell(1, 2000, { number: 11, position: 9 });
  t.same(counts(), { transition: 1 }, 'only that the turn ended, which nobody asked for');
});

t.test('promises: a position that rises, but not for a room whose copy is behind', async (t) => {
  const behind = createTeller();
  behind.tell(1, 1000, { position: 5 });
  behind.tell(1, 2500, { position: 6 }, 0, 500);
  behind.tell(1, 4000, { position: 4 });
  t.same(behind.counts(), {});
  const rising = createTeller();
  rising.tell(1, 1000, { position: 5 });
  rising.tell(1, 3500, { position: 6 });
  t.same(rising.counts(), { position: 1 });
  const paused = createTeller();
  paused.tell(1, 1000, { position: 5 });
  paused.tell(1, 4000, { status: 'paused', position: 8 });
  t.same(paused.counts(), { position: 1 }, 'also while nobody is admitted');
});

t.test('promises: who comes later has a higher number; who came at the same time may have any', async (t) => {
  const { tell, counts } = createTeller();
  tell(1, 1000, { number: 20 }, 500);
  tell(2, 1100, { number: 19 }, 600);
  t.same(counts(), {});
  tell(3, 2000, { number: 18 }, 1500);
  t.same(counts(), { joinOrder: 1 });
});

t.test('promises: overtaking is what no delay explains', async (t) => {
  const { tell, counts } = createTeller();
  tell(1, 1000, { number: 10 }, 0);
  tell(2, 1000, { number: 11 }, 0);
  tell(2, 2000, { status: 'booked', number: 11, position: null });
  tell(1, 4000, { number: 10, position: 1 });
  t.same(counts(), {}, 'the copy may be behind');
  tell(1, 9000, { number: 10, position: 1 });
  t.same(counts(), { overtaking: 1 });
  const absent = createTeller();
  absent.tell(1, 1000, { number: 10 }, 0);
  absent.tell(2, 1000, { number: 11 }, 0);
  absent.tell(2, 2000, { status: 'booked', number: 11, position: null });
  absent.tell(1, 90_000, { number: 10, position: 1 });
  t.same(absent.counts(), {}, 'whoever was silent for a minute may have been passed over');
});

t.test('promises: places are not lost', async (t) => {
  for (const [from, to] of [
    [{ status: 'waiting' }, { status: 'none', number: null }],
    [{ status: 'paused' }, { status: 'closed', number: null }],
    [{ status: 'waiting' }, { status: 'expired' }],
    [{ status: 'booked' }, { status: 'waiting' }],
    [{ status: 'booked' }, { status: 'expired' }],
    [{ status: 'confirmed' }, { status: 'none', number: null }],
    [{ status: 'waiting' }, { status: 'confirmed' }],
  ] as const) {
    const { tell, counts } = createTeller();
    tell(1, 1000, { ...from, position: null });
    tell(1, 2000, { ...to, position: null });
    t.same(counts(), { transition: 1 }, `${from.status} to ${to.status}`);
  }
  for (const [from, to] of [
    ['waiting', 'paused'],
    ['paused', 'waiting'],
    ['waiting', 'soldOut'],
    ['waiting', 'booked'],
    ['waiting', 'revoked'],
    ['booked', 'confirmed'],
    ['booked', 'blocked'],
  ] as const) {
    const { tell, counts } = createTeller();
    tell(1, 1000, { status: from, position: null });
    tell(1, 2000, { status: to, position: null });
    t.same(counts(), {}, `${from} to ${to}`);
  }
});

t.test('promises: an honest line, seen late and by rooms that are behind, breaks none', async (t) => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e6 }), (seed) => {
      const random = createRandom(seed);
      const { tell, watch } = createTeller();
      const people = Array.from({ length: 40 }, (_, index) => ({
        ...{ visitor: index, number: index + 1, joinedAtMs: index * 50 },
        admittedAtMs: 3000 + index * random.between(80, 120),
      }));
      for (let index = 1; index < people.length; index += 1) {
        const [before, own] = [people[index - 1], people[index]];
        if (before && own) own.admittedAtMs = Math.max(own.admittedAtMs, before.admittedAtMs + 1);
      }
      const looks = people.flatMap((person) => {
        const times: number[] = [];
        for (let atMs = person.joinedAtMs; times.length < 40; atMs += random.between(500, 2500)) times.push(atMs);
        return times.map((atMs) => ({
          person,
          atMs: atMs + random.between(1, 300),
          asOfMs: atMs - random.between(0, 1500),
        }));
      });
      const told = new Set<number>();
      for (const { person, atMs, asOfMs } of looks.toSorted((one, other) => one.atMs - other.atMs)) {
        if (told.has(person.visitor)) continue;
        const isIn = asOfMs >= person.admittedAtMs;
        if (isIn) told.add(person.visitor);
        const ahead = people.filter(
          ({ number, admittedAtMs }) => number <= person.number && admittedAtMs > asOfMs,
        ).length;
        const place = isIn ? { status: 'booked' as const, position: null } : { position: Math.max(1, ahead) };
        tell(person.visitor, atMs, { number: person.number, ...place }, person.joinedAtMs, asOfMs);
      }
      t.same(watch.read().findings, []);
    }),
    { numRuns: 50 },
  );
});
