import type { InstanceReport } from '@fairline/shared/contracts/instance-report.ts';
import type { StoredScaling } from '@fairline/shared/stores/scaling/store.ts';
import t from 'tap';
import { createAutoscaler, type ScaledKind } from '../autoscaler.ts';
import type { RoomProcess } from '../room-process.ts';

const nowMs = 1_000_000;

/** Processes that are ready at once, and end when the test says so. */
function createWorld({ isAutomatic }: { isAutomatic: boolean }) {
  const processes: RoomProcess[] = [];
  const said: string[] = [];
  const endings: (() => void)[] = [];
  const add = (kind: ScaledKind, name: string) =>
    processes.push({ room: { name, kind, port: 0 }, instanceId: () => `${name}-life` } as RoomProcess);
  add('booking', 'booking-1');
  add('booking', 'booking-2');
  const autoscaler = createAutoscaler({
    isAutomatic,
    startedWith: { booking: 2, 'waiting-room': 1 },
    list: () => processes,
    start: (kind, names) => {
      for (const name of names) add(kind, name);
    },
    drain: async (leaver) => {
      await new Promise<void>((resolve) => endings.push(resolve));
      processes.splice(processes.indexOf(leaver), 1);
    },
    say: (text) => said.push(text),
  });
  const found: StoredScaling = {
    ...{ room: 'booking', desired: 2, cause: 'steady', reason: 'Because.', atMs: nowMs, changedAtMs: 0 },
    ...{ running: 2, starting: 0, utilization: null, min: 1, max: 8, wish: null, memory: '' },
  };
  const look = (over: Partial<StoredScaling>, { isMapEmpty = false } = {}) => {
    const reports = processes.map(
      (each) => ({ id: each.instanceId(), room: 'booking', state: 'ready', inFlight: 0 }) as InstanceReport,
    );
    const map = { reports: isMapEmpty ? [] : reports, extras: new Map(), disabled: new Set<string>(), rejected: [] };
    autoscaler.step({ nowMs, rooms: [{ ...found, ...over }] }, map);
  };
  const names = () => processes.map(({ room }) => room.name).join(' ');
  return { look, names, said, end: () => endings.shift()?.() };
}

t.test('autoscale: what the load wants is started and drained, each step said with its reason', async (t) => {
  const { look, names, said, end } = createWorld({ isAutomatic: true });
  look({ desired: 4 });
  t.equal(names(), 'booking-1 booking-2 booking-3 booking-4');
  t.same(said.splice(0), ['booking: 4 wanted, 2 there. Because. Starting booking-3, booking-4']);
  look({ desired: 2 });
  look({ desired: 2 });
  t.same(said.splice(0), [
    'booking-3 is ready',
    'booking-4 is ready',
    'booking: 2 wanted, 4 there. Because. Draining booking-4, requests in hand: 0',
  ]);
  end();
  await new Promise(setImmediate);
  t.same(said.splice(0), ['booking-4 has ended'], 'one at a time');
  look({ desired: 2 });
  t.match(said, [/Draining booking-3/]);
});

t.test('autoscale: a word from a leader that is away, or an empty map, changes nothing', async (t) => {
  const { look, names } = createWorld({ isAutomatic: true });
  look({ desired: 4, atMs: nowMs - 11_000 });
  look({ desired: 4 }, { isMapEmpty: true });
  look({ desired: 4, min: 0, max: 0 });
  t.equal(names(), 'booking-1 booking-2');
  look({ desired: 4, wish: 3, atMs: nowMs - 11_000 });
  t.equal(names(), 'booking-1 booking-2 booking-3', 'an operator is listened to all the same');
});

t.test('autoscale: by hand only what an operator chose is followed, within the bounds', async (t) => {
  const { look, names, said } = createWorld({ isAutomatic: false });
  look({ desired: 5 });
  t.equal(names(), 'booking-1 booking-2');
  look({ desired: 3, wish: 99, max: 3 });
  t.equal(names(), 'booking-1 booking-2 booking-3');
  look({ desired: 3 });
  t.match(said.at(-1), /^booking: 2 wanted, 3 there\. Nobody chooses another number any more\. Draining booking-3/);
});
