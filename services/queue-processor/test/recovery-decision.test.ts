import t from 'tap';
import { decideRecovery, type RecoveryInput, reportGraceMs } from '../recovery/recovery-decision.ts';

const calm: RecoveryInput = {
  runId: 'a',
  approvedRunId: 'a',
  lastRunId: 'a',
  now: { tail: 10, vipTail: 0, seq: 20 },
  own: { tail: 10, vipTail: 0, seq: 20 },
  others: [],
  runAgeMs: 60_000,
};

t.test('recovery: nothing to do while the approved server answers', async (t) => {
  t.same(decideRecovery(calm), { kind: 'none' });
  t.same(decideRecovery({ ...calm, runId: '', approvedRunId: 'b' }), { kind: 'none' }, 'a server that tells no run id');
});

t.test('recovery: a process that has seen nothing yet hears the others first', async (t) => {
  const first = {
    ...calm,
    approvedRunId: '',
    lastRunId: '',
    own: { tail: 0, vipTail: 0, seq: 0 },
    others: [{ tail: 12, vipTail: 0, seq: 25 }],
  };
  t.same(decideRecovery({ ...first, runAgeMs: 0 }), { kind: 'wait' });
  t.same(decideRecovery(first), { kind: 'recover', tailSeen: 12, vipTailSeen: 0, seqSeen: 25 });
});

t.test('recovery: after a restart the others have time to report, then the highest counts', async (t) => {
  const restarted = { ...calm, runId: 'b', others: [{ tail: 13, vipTail: 4, seq: 18 }], runAgeMs: reportGraceMs - 1 };
  t.same(decideRecovery(restarted), { kind: 'wait' });
  t.same(decideRecovery({ ...restarted, runAgeMs: reportGraceMs }), {
    kind: 'recover',
    tailSeen: 13,
    vipTailSeen: 4,
    seqSeen: 20,
  });
});

t.test('recovery: a restart that kept everything is approved as it is', async (t) => {
  const decision = decideRecovery({ ...calm, runId: 'b' });
  t.same(decision, { kind: 'recover', tailSeen: 10, vipTailSeen: 0, seqSeen: 20 });
});

t.test('recovery: a server that came back empty is lifted too', async (t) => {
  const empty = { ...calm, runId: 'b', approvedRunId: '', now: { tail: 0, vipTail: 0, seq: 0 } };
  t.same(decideRecovery({ ...empty, runAgeMs: 0 }), { kind: 'wait' });
  t.same(
    decideRecovery({ ...empty, lastRunId: '', runAgeMs: 0 }),
    { kind: 'wait' },
    'also by a standby that leads now',
  );
  t.same(decideRecovery(empty), { kind: 'recover', tailSeen: 10, vipTailSeen: 0, seqSeen: 20 });
});

t.test('recovery: data removed by hand while the server ran is a fresh start', async (t) => {
  const removed = { ...calm, approvedRunId: '', now: { tail: 0, vipTail: 0, seq: 0 } };
  t.same(decideRecovery(removed), { kind: 'recover', tailSeen: 0, vipTailSeen: 0, seqSeen: 0 });
});
