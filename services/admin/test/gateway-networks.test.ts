import t from 'tap';
import { parseGatewayNetworks } from '../operators/gateway-networks.ts';

t.test('gateway networks: addresses and networks of both families', async (t) => {
  const { networks, problems } = parseGatewayNetworks(['10.0.0.0/8', '::1', 'fc00::/7', '192.0.2.4']);
  t.same(problems, []);
  for (const address of ['10.1.2.3', '::ffff:10.1.2.3', '::1', 'fd00::1', '192.0.2.4'])
    t.ok(networks.has(address), address);
  for (const address of ['11.0.0.1', '192.0.2.5', '2001:db8::1', 'nonsense', '', undefined])
    t.notOk(networks.has(address), String(address));
});

t.test('gateway networks: what is neither is named', async (t) => {
  const { problems } = parseGatewayNetworks(['10.0.0.0/33', 'here', '10.0.0.0/8/8', '::/x', '1.2.3.4/']);
  t.equal(problems.length, 5);
});
