import type { Change, ChangeType } from '@fairline/shared/redis/changes.ts';
import { vipNumberBase } from '@fairline/shared/stores/line/numbers.ts';
import type { LineProgress } from '@fairline/shared/stores/line/store.ts';
import t from 'tap';
import { countLineMoves, createLineCopy } from '../line/line-copy.ts';
import { isMoveNoWorse } from '../line/vip-move.ts';

function progressOf(fields: Partial<LineProgress> = {}): LineProgress {
  return {
    nowMs: 1_000_000,
    lastChangeId: '0-0',
    listLength: 0,
    queued: 0,
    aside: 0,
    booked: 0,
    orders: 0,
    seq: 0,
    epoch: 0,
    tail: 0,
    head: 0,
    dueNumber: 0,
    runId: '',
    lostFrom: 0,
    lostTo: 0,
    tickAtMs: 0,
    graceUntilMs: 0,
    vip: { queued: 0, aside: 0, tail: 0, head: 0, dueNumber: 0, lostFrom: 0, lostTo: 0 },
    counters: {},
    gate: { isOpen: true, reason: '', atMs: 0, isMemoryFull: false },
    ...fields,
  };
}

function changeOf(seq: number, type: ChangeType, from: Change['from'], ...numbers: number[]): Change {
  const visitors = numbers.map((number) => ({ id: `v${number}`, number }));
  return { streamId: `${seq}-0`, seq, type, from, visitors, atMs: 1_000_000 + seq, fields: {} };
}

async function loadCopy(progress: LineProgress, gone: Uint8Array = new Uint8Array(0)) {
  const copy = createLineCopy();
  await copy.load({
    readProgress: async () => progress,
    readGone: async (from, to) => gone.subarray(from, to + 1),
  });
  return copy;
}

t.test('line copy: a new sale draws from 1 again, so what was seen before is no loss', async (t) => {
  const copy = await loadCopy(progressOf({ head: 10, tail: 20, queued: 10, seq: 5 }));
  const next = progressOf({ epoch: 1, seq: 6, counters: { sale: 1 } });
  t.equal(copy.refresh(next), 'reload', 'nothing of the old line counts any more');
  await copy.load({ readProgress: async () => next, readGone: async () => new Uint8Array(0) });
  t.match(copy.seen(), { tail: 0, seq: 6 });
  t.equal(copy.isWaiting({ epoch: 0, number: 15 }), false);
});

t.test('line copy: who is let in before their turn leaves the middle, and the head stays', async (t) => {
  const copy = await loadCopy(progressOf({ head: 10, tail: 20, queued: 10, seq: 5 }));
  const change = { ...changeOf(6, 'admitted', 'line', 15), fields: { by: 'operator' } };
  copy.apply(change);
  t.match(copy.view(), { head: 10, queued: 9, booked: 1 });
  t.equal(copy.position(15), null);
  t.equal(copy.position(16), 5);
  t.same(countLineMoves(change), countLineMoves(changeOf(6, 'left', 'line', 15)));
});

t.test('line copy: the position leaves out who left ahead, and never rises', async (t) => {
  const copy = await loadCopy(progressOf({ head: 10, tail: 20, queued: 10, seq: 5 }));
  t.equal(copy.position(15), 5);
  copy.apply(changeOf(6, 'left', 'line', 12));
  t.equal(copy.position(15), 4);
  copy.apply(changeOf(7, 'admitted', 'line', 11, 13));
  t.equal(copy.position(15), 2);
  t.equal(copy.position(14), 1);
  t.equal(copy.position(13), null, 'admitted');
  t.equal(copy.position(12), null, 'gone');
  t.match(copy.view(), { head: 13, queued: 7, booked: 2 });
});

t.test('line copy: gone bits from Redis count from the first look on', async (t) => {
  const gone = new Uint8Array(4);
  gone[1] = 0b0001_1000;
  const copy = await loadCopy(progressOf({ head: 8, tail: 30, queued: 20, seq: 5 }), gone);
  t.equal(copy.position(20), 10, 'numbers 11 and 12 are gone');
});

t.test('line copy: someone skipped and put aside no longer stands ahead', async (t) => {
  const copy = await loadCopy(progressOf({ head: 0, tail: 3, queued: 3, seq: 3 }));
  copy.apply(changeOf(4, 'aside', 'line', 1));
  t.equal(copy.position(2), 1);
  t.match(copy.view(), { queued: 2, aside: 1 });
  t.equal(copy.isWaiting({ epoch: 0, number: 1 }), false);
});

t.test('line copy: a ticket holds only in its own epoch, beyond the head, and while not gone', async (t) => {
  const copy = await loadCopy(progressOf({ head: 10, tail: 20, epoch: 2, seq: 5 }));
  t.equal(copy.isWaiting({ epoch: 2, number: 11 }), true);
  t.equal(copy.isWaiting({ epoch: 1, number: 11 }), false);
  t.equal(copy.isWaiting({ epoch: 2, number: 10 }), false);
  t.equal(copy.isWaiting({ epoch: 2, number: 25 }), true, 'drawn a moment ago, elsewhere');
  t.equal(createLineCopy().isWaiting({ epoch: 2, number: 11 }), false, 'nothing is known before the first load');
});

t.test('line copy: totals come from changes and looks without counting anything twice', async (t) => {
  const copy = await loadCopy(progressOf({ tail: 2, queued: 2, seq: 2 }));
  copy.apply(changeOf(3, 'joined', null, 3));
  t.equal(copy.refresh(progressOf({ tail: 4, queued: 4, seq: 4 })), 'fresh');
  copy.apply(changeOf(4, 'joined', null, 4));
  t.match(copy.view(), { queued: 4, tail: 4 });
  copy.apply(changeOf(5, 'joined', null, 5));
  t.match(copy.view(), { queued: 5, tail: 5 });
  t.equal(copy.refresh(progressOf({ tail: 4, queued: 4, seq: 4 })), 'fresh');
  t.match(copy.view(), { queued: 5, tail: 5 }, 'an older look does not take back a newer change');
});

t.test('line copy: a hole, another epoch, or changes that never come ask for a reload', async (t) => {
  const hole = await loadCopy(progressOf({ seq: 2 }));
  hole.apply(changeOf(5, 'joined', null, 3));
  t.equal(hole.refresh(progressOf({ seq: 5 })), 'reload');

  const epoch = await loadCopy(progressOf({ seq: 2 }));
  t.equal(epoch.refresh(progressOf({ seq: 2, epoch: 1 })), 'reload');

  const deaf = await loadCopy(progressOf({ seq: 2 }));
  t.equal(deaf.refresh(progressOf({ seq: 6 })), 'fresh', 'the changes may be on their way');
  t.equal(deaf.refresh(progressOf({ seq: 6 })), 'reload', 'they were not');
});

t.test('line copy: changes that arrive while it loads count for the new copy', async (t) => {
  const copy = createLineCopy();
  await copy.load({
    readProgress: async () => progressOf({ tail: 9, queued: 9, seq: 9 }),
    readGone: async () => new Uint8Array(2),
  });
  await copy.load({
    readProgress: async () => progressOf({ tail: 9, queued: 9, seq: 9 }),
    readGone: async () => {
      copy.apply(changeOf(10, 'left', 'line', 4));
      return new Uint8Array(2);
    },
  });
  t.equal(copy.position(9), 8);
  t.match(copy.view(), { queued: 8 });
});

t.test('line copy: a Redis that lost its end starts afresh, and what was seen is remembered', async (t) => {
  const copy = await loadCopy(progressOf({ head: 40, tail: 90, seq: 100 }));
  copy.noteSeen({ number: 95, seq: 103 });
  t.equal(copy.refresh(progressOf({ head: 30, tail: 80, seq: 90 })), 'reload');
  await copy.load({
    readProgress: async () => progressOf({ head: 30, tail: 80, seq: 90 }),
    readGone: async () => new Uint8Array(0),
  });
  t.match(copy.view(), { head: 30, tail: 80, seq: 90 });
  t.same(copy.seen(), { tail: 95, vipTail: 0, seq: 103 });
});

t.test('line copy: VIPs have a line of their own', async (t) => {
  const copy = createLineCopy();
  const vip = { queued: 3, aside: 0, tail: 5, head: 1, dueNumber: 2, lostFrom: 0, lostTo: 0 };
  const asked: unknown[] = [];
  await copy.load({
    readProgress: async () => progressOf({ head: 2, tail: 9, queued: 10, seq: 20, vip }),
    readGone: async (from, to, line) => {
      asked.push(line);
      // Number 3 of the VIPs is gone; in the public line it is there.
      return line === 'vip' ? Uint8Array.of(0b0001_0000) : new Uint8Array(to + 1 - from);
    },
  });
  t.same(asked, ['public', 'vip']);
  const nth = (own: number) => vipNumberBase + own;
  t.same(
    [2, 3, 4, 5].map((own) => copy.position(nth(own))),
    [1, null, 2, 3],
  );
  t.equal(copy.position(3), 1);
  t.equal(copy.isWaiting({ epoch: 0, number: nth(4) }), true);
  const mixed = changeOf(21, 'admitted', 'line', 3, nth(2), 4);
  copy.apply(mixed);
  copy.apply(changeOf(22, 'left', 'line', nth(4)));
  t.same([copy.position(5), copy.position(nth(5))], [1, 1]);
  t.match(copy.view(), { head: 4, queued: 6, booked: 3, vip: { head: 2, queued: 1 } });
  copy.apply(changeOf(23, 'joined', null, nth(6)));
  t.match(copy.seen(), { tail: 9, vipTail: 6, seq: 23 });
  t.same(countLineMoves(mixed), { passed: 2, left: 0, vip: { passed: 1, left: 0 } });
});

t.test('vip move: only where the wait is no longer, with who waits now', async (t) => {
  const cases: [position: number, vipsWaiting: number, vipSharePercent: number, isNoWorse: boolean][] = [
    [1, 0, 50, false],
    [2, 0, 50, true],
    [3, 2, 50, false],
    [4, 2, 50, true],
    [100, 0, 1, true],
    [99, 0, 1, false],
    [5000, 0, 0, false],
    [1, 0, 90, false],
    [5000, 4000, 10, false],
  ];
  for (const [position, vipsWaiting, vipSharePercent, isNoWorse] of cases) {
    t.equal(isMoveNoWorse({ position, vipsWaiting, vipSharePercent }), isNoWorse, `${position} behind ${vipsWaiting}`);
  }
});
