import type { Change } from '@fairline/shared/redis/changes.ts';
import t from 'tap';
import { sumUpDelays } from '../delays.ts';
import { fitStreams, pickLocalAddress } from '../descriptors.ts';
import { createEventReader } from '../event-reader.ts';

t.test('events: told once whole, wherever the pieces are cut', async (t) => {
  const text = 'retry: 1000\n\n:\n\nid: 1\nevent: status\ndata: {"a":1}\n\nid: 2\nevent: admitted\ndata: {}\n\n';
  for (let at = 0; at <= text.length; at += 1) {
    const names: string[] = [];
    const read = createEventReader((name) => names.push(name));
    read(text.slice(0, at));
    read(text.slice(at));
    t.same(names, ['status', 'admitted']);
  }
});

t.test('descriptors: as many streams as a process may have, and a line when these are fewer', async (t) => {
  t.same(fitStreams({ wanted: 10_000, limit: 20_000, perStream: 1 }), { streams: 10_000, note: undefined });
  t.match(fitStreams({ wanted: 10_000, limit: 20_000, perStream: 2 }), { streams: 9900, note: /need 20200/ });
  t.equal(fitStreams({ wanted: 10, limit: 100, perStream: 1 }).streams, 0);
  const addresses = [0, 9999, 10_000].map((index) => pickLocalAddress(index, 0));
  t.same(addresses, ['127.0.0.2', '127.0.0.2', '127.0.0.3']);
  t.equal(pickLocalAddress(0, 1), '127.0.0.12', 'none of the group before');
});

t.test('delays: of the places given in the time that counts; who was not told is missing', async (t) => {
  const admitted = (atMs: number, ...ids: string[]): Change => ({
    ...{ streamId: '1-1', seq: 1, type: 'admitted', from: 'line', atMs, fields: {} },
    visitors: ids.map((id, index) => ({ id, number: index + 1 })),
  });
  const changes = [
    admitted(90, 'early'),
    admitted(100, 'a', 'b'),
    { ...admitted(110, 'c'), type: 'left' as const },
    admitted(200, 'late'),
  ];
  const { latency, missing } = sumUpDelays(changes, new Map([['a', 130]]), { fromMs: 100, toMs: 200 });
  t.match({ count: latency.count, missing }, { count: 1, missing: 1 });
  t.ok(Math.abs(latency.maxMs - 30) < 0.1);
});
