import t from 'tap';
import { createClientOrigins } from '../routing/client-origins.ts';
import { parseNetworks } from '../routing/networks.ts';

const socket = { remoteAddress: '10.0.0.1' };

t.test('client origins: a connection that goes on saying the same is read once', async (t) => {
  const originOf = createClientOrigins([]);
  const first = originOf({ socket, headers: { host: 'a.example' } });
  t.same(first, { address: '10.0.0.1', proto: 'http', host: 'a.example', forwardedFor: '10.0.0.1' });
  t.equal(originOf({ socket, headers: { host: 'a.example' } }), first);
  t.equal(
    originOf({ socket, headers: { host: 'a.example', 'x-forwarded-for': '6.6.6.6' } }),
    first,
    'nobody is trusted',
  );
  t.match(originOf({ socket, headers: { host: 'b.example' } }), { host: 'b.example' });
  t.match(originOf({ socket: { remoteAddress: '10.0.0.2' }, headers: { host: 'b.example' } }), { address: '10.0.0.2' });
});

t.test('client origins: behind a trusted proxy each client of a connection is told apart', async (t) => {
  const originOf = createClientOrigins(parseNetworks('TRUSTED_PROXIES', ['10.0.0.0/8']));
  const told = { host: 'inner', 'x-forwarded-for': '203.0.113.1', 'x-forwarded-proto': 'https' };
  const expected = { address: '203.0.113.1', proto: 'https', host: 'inner' };
  t.match(originOf({ socket, headers: told }), expected);
  const changes: [Record<string, string>, object][] = [
    [{ 'x-forwarded-for': '203.0.113.2' }, { address: '203.0.113.2' }],
    [{ 'x-forwarded-proto': 'http' }, { proto: 'http' }],
    [{ 'x-forwarded-host': 'outer.example' }, { host: 'outer.example' }],
  ];
  for (const [change, different] of changes) {
    t.match(originOf({ socket, headers: { ...told, ...change } }), { ...expected, ...different });
    t.match(originOf({ socket, headers: told }), expected);
  }
  t.match(originOf({ socket, headers: { host: 'inner', forwarded: 'for=203.0.113.3' } }), { address: '203.0.113.3' });
});
