import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { describeBreach } from '../history/breach.ts';
import { checkLaws } from '../history/check-laws.ts';
import type { ChangeRecord, HistoryRecord, LookRecord } from '../history/records.ts';

const program = fileURLToPath(new URL('../check-history.ts', import.meta.url));

/** Writes a history by hand, as Redis would have told it: counts and totals follow from the changes, unless one is told otherwise. */
function createHistory({ staleMs = 0 }: { staleMs?: number | null } = {}) {
  const records: HistoryRecord[] = [{ kind: 'run', name: 'by hand', seed: 0, atMs: 0, staleMs }];
  const homes = new Map<string, string>();
  const counters: Record<string, number> = {
    seq: 0,
    head: 0,
    tail: 0,
    joined: 0,
    admitted: 0,
    confirmed: 0,
    leftWaiting: 0,
  };
  const count = (home: string) => [...homes.values()].filter((each) => each === home).length;
  const add = (name: string, by = 1) => {
    counters[name] = (counters[name] ?? 0) + by;
  };
  let atMs = 1000;
  let calls = 0;

  const history = {
    records,
    pass(ms: number) {
      atMs += ms;
      return history;
    },
    change(type: string, from: string, visitors: [string, number][], more: Partial<ChangeRecord> = {}) {
      add('seq');
      for (const [id] of visitors) {
        if (type === 'joined') homes.set(id, 'line');
        else if (type === 'admitted') homes.set(id, 'booked');
        else if (type === 'confirmed') homes.set(id, 'confirmed');
        else if (type === 'left') homes.delete(id);
      }
      const n = visitors.length;
      if (type === 'joined') for (const name of ['joined', 'tail']) add(name, n);
      if (type === 'admitted') add('admitted', n);
      if (type === 'admitted' && from === 'line') add('head', n);
      if (type === 'confirmed') add('confirmed', n);
      if (type === 'left') add('leftWaiting', n);
      const seq = counters.seq ?? 0;
      records.push({ kind: 'change', streamId: `${atMs}-${seq}`, seq, type, from, visitors, atMs, ...more });
      return history;
    },
    look(more: Partial<LookRecord> = {}) {
      atMs += 10;
      const { tail = 0, head = 0 } = counters;
      records.push({
        kind: 'look',
        atMs,
        lock: 'a',
        booked: count('booked'),
        queued: count('line'),
        aside: 0,
        returned: 0,
        firstReturned: null,
        confirmed: count('confirmed'),
        listLength: tail - head,
        settings: { maxBooking: '2', version: '1', bookingLockTTLSeconds: '5', admissions: 'open' },
        gate: { open: '1', atMs: String(atMs) },
        counters: { ...counters },
        ...more,
      });
      return history;
    },
    told(visitor: string, status: string, number?: number, ticket?: number) {
      calls += 1;
      const asked = { kind: 'asked', call: calls, atMs, visitor, what: 'join' } as const;
      records.push({ ...asked, ...(ticket === undefined ? {} : { ticket }) });
      records.push({
        kind: 'answered',
        call: calls,
        atMs,
        code: 200,
        status,
        ...(number === undefined ? {} : { number }),
      });
      return history;
    },
  };
  return history;
}

const lawsOf = (history: { records: readonly HistoryRecord[] }) => checkLaws(history.records).map(({ law }) => law);

const threeWait = () =>
  createHistory()
    .look()
    .change('joined', '', [
      ['a', 1],
      ['b', 2],
      ['c', 3],
    ])
    .told('a', 'waiting', 1)
    .told('c', 'waiting', 3)
    .look();

t.test('a sale as it should be breaks no law', async (t) => {
  const sale = threeWait()
    .change('admitted', 'line', [
      ['a', 1],
      ['b', 2],
    ])
    .look()
    .change('confirmed', 'booked', [['a', 1]])
    .told('a', 'confirmed')
    .change('admitted', 'line', [['c', 3]])
    .look();
  t.same(checkLaws(sale.records), []);
});

t.test('law 1: a place too many, shown by who holds one', async (t) => {
  const { records } = threeWait()
    .change('admitted', 'line', [
      ['a', 1],
      ['b', 2],
      ['c', 3],
    ])
    .look();
  const [breach] = checkLaws(records);
  t.match(breach, { law: 1, words: /3 visitors hold a place, 2 are allowed/ });
  t.match(breach && describeBreach(breach, records), /admitted from line a \(1\), b \(2\), c \(3\)/);
});

t.test('law 2: the list is as long as its numbers say, and nobody joins twice', async (t) => {
  t.same(lawsOf(threeWait().look({ listLength: 2 })), [2]);
  t.match(checkLaws(threeWait().change('joined', '', [['a', 4]]).records)[0], {
    law: 2,
    words: /before it was in line/,
  });
});

t.test('law 3: nobody overtakes, but by an operator who says so', async (t) => {
  t.match(
    checkLaws(
      threeWait()
        .change('admitted', 'line', [['b', 2]])
        .look().records,
    )[0],
    {
      law: 3,
      words: /admits b with 2 before 1, who waits/,
    },
  );
  t.same(
    lawsOf(
      threeWait()
        .change('admitted', 'line', [['b', 2]], { by: 'operator' })
        .look(),
    ),
    [],
  );
});

t.test('law 4: totals add up, a number told is kept, and drawn once', async (t) => {
  t.match(lawsOf(threeWait().look({ counters: { seq: 1, tail: 3, joined: 4 } })), [4]);
  t.match(checkLaws(threeWait().told('b', 'waiting', 3).records)[0], { law: 4, words: /c was told before/ });
  const redrawn = threeWait()
    .change('left', 'line', [['c', 3]])
    .change('joined', '', [['d', 3]]);
  t.match(checkLaws(redrawn.records)[0], { law: 4 });
});

t.test('law 5: waiting with room for it, for longer than a second', async (t) => {
  const wait = (ms: number) => {
    const sale = threeWait();
    for (let passed = 0; passed < ms; passed += 100) sale.pass(90).look();
    return sale;
  };
  t.same(lawsOf(wait(900)), []);
  t.match(checkLaws(wait(1500).records)[0], { law: 5, words: /number 1, next in line, waits/ });
  const away = threeWait();
  for (let passed = 0; passed < 3000; passed += 600) away.pass(600).look();
  t.same(lawsOf(away), [], 'nobody looked');
  const hung = threeWait().look({ lock: 'b' });
  for (let passed = 0; passed < 3000; passed += 100) hung.pass(90).look({ lock: 'b' });
  t.same(lawsOf(hung), [], 'another leader');
});

t.test('law 6: no gap, nothing unannounced, nothing told that did not happen', async (t) => {
  const skipped = threeWait().change('admitted', 'line', [['a', 1]], { seq: 7 });
  t.match(checkLaws(skipped.records)[0], { law: 6, words: 'change 7 follows change 1' });
  t.match(checkLaws(threeWait().look({ booked: 1 }).records), [
    { law: 4 },
    { law: 6, words: '1 are in booked, the changes say 0' },
  ]);
  t.match(checkLaws(threeWait().told('x', 'booked').records)[0], {
    law: 6,
    words: /x is told booked, no change says so/,
  });
});

t.test('a new epoch: what was lost did not happen, but no number told is drawn again', async (t) => {
  const lossy = () => {
    const sale = createHistory({ staleMs: null })
      .look()
      .change('joined', '', [['a', 1]])
      .look();
    const kept = sale.records.findLast((record) => record.kind === 'change');
    sale.change('joined', '', [['b', 2]]).told('b', 'waiting', 2);
    sale.records.push({
      kind: 'epoch',
      atMs: 1100,
      keptStreamId: kept?.kind === 'change' ? kept.streamId : '',
      lost: 1,
    });
    return sale;
  };
  const counters = { seq: 2, tail: 2, joined: 1, epoch: 1 };
  const back = { queued: 1, listLength: 2, counters };
  t.same(lawsOf(lossy().look(back)), [], 'the leader lifts numbers and seq');
  t.match(
    checkLaws(
      lossy()
        .look(back)
        .change('joined', '', [['c', 2]]).records,
    ),
    [{ law: 4, words: 'number 2, which b was told, is drawn by c' }],
  );
  t.match(
    checkLaws(
      lossy()
        .look(back)
        .change('joined', '', [['b', 3]])
        .told('b', 'waiting', 3, 2).records,
    ),
    [{ law: 4, words: /has ticket 2, which did not end/ }],
  );
});

t.test('check-history: says by its code whether the laws hold', async (t) => {
  const folder = t.testdir({});
  const run = (...args: string[]) => spawnSync(process.execPath, [program, ...args], { encoding: 'utf8' });
  const write = (name: string, records: readonly HistoryRecord[]) => {
    writeFileSync(`${folder}/${name}`, records.map((record) => `${JSON.stringify(record)}\n`).join(''));
    return `${folder}/${name}`;
  };
  const good = run(write('good.jsonl', threeWait().records));
  t.match(good, { status: 0, stdout: /2 answers, 1 changes\nall laws hold/ });
  const bad = run(write('bad.jsonl', threeWait().look({ listLength: 2 }).records));
  t.match(bad, { status: 1, stdout: /law 2: the list has 2 entries/ });
  writeFileSync(`${folder}/none.jsonl`, 'no history\n');
  t.match(run(`${folder}/none.jsonl`), { status: 2, stderr: /line 1 is not JSON/ });
  t.match(run(`${folder}/missing.jsonl`), { status: 2, stderr: /ENOENT/ });
  t.match(run(), { status: 2, stderr: /name one file/ });
  t.match(run('--help'), { status: 0, stdout: /Code 0: all laws hold/ });
});
