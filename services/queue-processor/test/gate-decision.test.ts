import t from 'tap';
import { decideGate } from '../gate/gate-decision.ts';
import { parseRedisState } from '../gate/redis-state.ts';

type Reports = Parameters<typeof decideGate>[0]['reports'];

function decide(reports: Reports, disabled: string[] = [], extras: Record<string, Record<string, string>> = {}) {
  return decideGate({
    reports,
    extras: new Map(Object.entries(extras)),
    disabled: new Set(disabled),
    usedMemoryBytes: 0,
    maxMemoryBytes: 0,
  });
}

t.test('gate: open while one booking instance is ready and enabled', async (t) => {
  const decision = decide([
    { id: 'b1', room: 'booking', state: 'draining' },
    { id: 'b2', room: 'booking', state: 'ready' },
  ]);
  t.same(decision, { isOpen: true, reason: 'ready', isMemoryFull: false });
});

t.test('gate: other rooms do not open it', async (t) => {
  const decision = decide([{ id: 'w1', room: 'waiting-room', state: 'ready' }]);
  t.same(decision, { isOpen: false, reason: 'noInstance', isMemoryFull: false });
});

t.test('gate: open while a ready gateway sees a healthy site that is not in the map', async (t) => {
  const gateway = { id: 'g1', room: 'router', state: 'ready' } as const;
  t.equal(decide([gateway], [], { g1: { staticBookingHealthy: '1' } }).isOpen, true);
  t.same(decide([gateway], [], { g1: { staticBookingHealthy: '0' } }).reason, 'noInstance');
  t.same(decide([gateway]).reason, 'noInstance');
  t.same(decide([gateway], [], { g1: { staticBookingHealthy: 'many' } }).reason, 'noInstance', 'a broken field');
  t.equal(decide([{ ...gateway, state: 'draining' }], [], { g1: { staticBookingHealthy: '1' } }).isOpen, false);
  t.equal(
    decide([{ id: 'w1', room: 'waiting-room', state: 'ready' }], [], { w1: { staticBookingHealthy: '1' } }).isOpen,
    false,
  );
});

t.test('gate: shut, the reason names what is nearest to opening it', async (t) => {
  t.equal(decide([]).reason, 'noInstance');
  t.equal(decide([{ id: 'b1', room: 'booking', state: 'draining' }]).reason, 'draining');
  t.equal(decide([{ id: 'b1', room: 'booking', state: 'ready' }], ['b1']).reason, 'disabled');
  t.equal(
    decide(
      [
        { id: 'b1', room: 'booking', state: 'ready' },
        { id: 'b2', room: 'booking', state: 'starting' },
      ],
      ['b1'],
    ).reason,
    'starting',
  );
});

t.test('gate: memory is full above 85 % of the limit, never without a limit', async (t) => {
  const full = (usedMemoryBytes: number, maxMemoryBytes: number) =>
    decideGate({ reports: [], extras: new Map(), disabled: new Set(), usedMemoryBytes, maxMemoryBytes }).isMemoryFull;
  t.equal(full(850, 1000), false);
  t.equal(full(851, 1000), true);
  t.equal(full(1e12, 0), false);
});

t.test('gate: reads run id and memory from INFO', async (t) => {
  const info =
    '# Server\r\nrun_id:abc123\r\nexecutable:/usr/bin/x:y\r\n\r\n# Memory\r\nused_memory:1048576\r\nmaxmemory:0\r\n';
  t.same(parseRedisState(info), { runId: 'abc123', usedMemoryBytes: 1048576, maxMemoryBytes: 0 });
  t.same(parseRedisState(''), { runId: '', usedMemoryBytes: 0, maxMemoryBytes: 0 });
});
