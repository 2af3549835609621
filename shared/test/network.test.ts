import t from 'tap';
import { formatNetwork, normalizeNetwork, parseAddressBytes } from '../network.ts';

t.test('network: one form for each, however it was typed', async (t) => {
  const cases: [string, string | undefined][] = [
    ['203.0.113.7', '203.0.113.7/32'],
    [' 203.0.113.7/24 ', '203.0.113.0/24'],
    ['10.1.2.3/0', '0.0.0.0/0'],
    ['10.255.2.3/9', '10.128.0.0/9'],
    ['2001:DB8::1', '2001:db8::1/128'],
    ['2001:db8:1:2:3:4:5:6/64', '2001:db8:1:2::/64'],
    ['2001:db8:0:0:1:0:0:1/128', '2001:db8::1:0:0:1/128'],
    ['1:0:2:3:4:5:6:7', '1:0:2:3:4:5:6:7/128'],
    ['::', '::/128'],
    ['::ffff:192.0.2.9', '192.0.2.9/32'],
    ['::ffff:192.0.2.9/120', '192.0.2.0/24'],
    ['64:ff9b::192.0.2.33/96', '64:ff9b::/96'],
    ['203.0.113.7/33', undefined],
    ['203.0.113', undefined],
    ['2001:db8::/129', undefined],
    ['::ffff:192.0.2.0/24', undefined],
    ['fe80::1%eth0', undefined],
    ['10.0.0.0/8/8', undefined],
    ['10.0.0.0/x', undefined],
    ['', undefined],
  ];
  for (const [text, normal] of cases) t.equal(normalizeNetwork(text), normal, text);
});

t.test('network: the /64 of an address, and more bits than it has', async (t) => {
  const v6 = parseAddressBytes('2001:db8:aaaa:bbbb:cccc::1') ?? [];
  t.equal(formatNetwork(v6, 64), '2001:db8:aaaa:bbbb::/64');
  t.equal(formatNetwork(v6, 60), '2001:db8:aaaa:bbb0::/60');
  t.equal(formatNetwork(parseAddressBytes('192.0.2.1') ?? [], 64), '192.0.2.1/32');
});
