import t from 'tap';
import { createSampleReader, createTally, type Sample, splitFields } from '../samples.ts';

const head =
  'timeStamp,elapsed,label,responseCode,success,failureMessage,bytes,grpThreads,allThreads,"number","position"';

function readAll(lines: readonly string[]): Sample[] {
  const read = createSampleReader();
  return lines.flatMap((line) => read(line) ?? []);
}

t.test('samples: columns are found by name, numbers may be unknown', async (t) => {
  t.same(readAll([head, '1000,25,join,200,true,,6481,7,9,17,3', '1010,5,landing,200,true,,99,7,9,null,null']), [
    { ...{ atMs: 1000, elapsedMs: 25, label: 'join', code: '200', isGood: true }, failure: '', threads: 9, number: 17 },
    {
      ...{ atMs: 1010, elapsedMs: 5, label: 'landing', code: '200', isGood: true },
      failure: '',
      threads: 9,
      number: null,
    },
  ]);
  t.equal(readAll(['success,elapsed,timeStamp,label', 'true,5,1,poll'])[0]?.elapsedMs, 5, 'in any order');
});

t.test('samples: a quoted message may hold commas, quotes and line breaks', async (t) => {
  const lines = [
    head,
    '1,2,join,500,false,"Test failed: code, ""500""',
    '',
    'not 200/",1,1,1,-,0',
    '3,4,poll,200,true,,1,1,1,5,1',
  ];
  const samples = readAll(lines);
  t.same(
    samples.map(({ label }) => label),
    ['join', 'poll'],
  );
  t.equal(samples[0]?.failure, 'Test failed: code, "500"\n\nnot 200/');
  t.equal(splitFields('a,"b'), undefined);
});

t.test('samples: what is counted, in all and over time', async (t) => {
  const tally = createTally(10);
  const sample = {
    atMs: 20_000,
    elapsedMs: 100,
    label: 'join',
    code: '200',
    isGood: true,
    failure: '',
    threads: 3,
    number: 1,
  };
  tally.add(sample);
  tally.add({ ...sample, elapsedMs: 300, number: 2 });
  tally.add({ ...sample, atMs: 30_500, number: 2 });
  tally.add({
    ...sample,
    atMs: 31_000,
    label: 'confirm',
    code: '503',
    isGood: false,
    failure: 'code\nexpected',
    threads: 5,
  });
  const read = tally.read();
  t.match(read, { count: 4, failed: 1, sharedNumbers: 1, waited: 2, maxThreads: 5, durationSec: 11.1 });
  t.match(read.labels.join, { count: 3, failed: 0, maxMs: 300 });
  t.same(read.failures, { 'confirm 503 code expected': 1 });
  t.same(read.codes, { 200: 3, 503: 1 });
  t.match(read.intervals, [
    { atSec: 0, count: 2, failed: 0, threads: 3, labels: { join: { count: 2 } } },
    { atSec: 10, count: 2, failed: 1, threads: 5, errors: { 503: 1 }, labels: { confirm: { count: 1 } } },
  ]);
  t.same(tally.now(), { count: 4, failed: 1, visits: 1 });
});
