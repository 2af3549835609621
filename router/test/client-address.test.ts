import { ConfigError } from '@fairline/shared/config.ts';
import t from 'tap';
import { readClientOrigin } from '../routing/client-address.ts';
import { parseNetworks } from '../routing/networks.ts';

const trusted = parseNetworks('TRUSTED_PROXIES', ['10.0.0.0/8', 'fd00::/8']);
const facts = {
  peerAddress: '10.0.0.1',
  isEncrypted: false,
  host: 'inside:8080',
  forwardedFor: undefined,
  forwardedProto: undefined,
  forwardedHost: undefined,
};

t.test('client address: nobody is believed unless trusted', async (t) => {
  const told = {
    ...facts,
    peerAddress: '203.0.113.9',
    forwardedFor: '1.2.3.4',
    forwardedProto: 'https',
    forwardedHost: 'x',
  };
  const expected = { address: '203.0.113.9', proto: 'http', host: 'inside:8080', forwardedFor: '203.0.113.9' };
  t.same(readClientOrigin(told, trusted), expected);
  t.same(readClientOrigin({ ...told, peerAddress: '10.0.0.1' }, []).address, '10.0.0.1');
});

t.test('client address: behind trusted proxies the nearest stranger is the client', async (t) => {
  const read = (forwardedFor: string) => readClientOrigin({ ...facts, forwardedFor }, trusted);
  t.match(read('203.0.113.9'), { address: '203.0.113.9', forwardedFor: '203.0.113.9, 10.0.0.1' });
  t.match(read('6.6.6.6, 203.0.113.9, 10.0.0.2'), {
    address: '203.0.113.9',
    forwardedFor: '203.0.113.9, 10.0.0.2, 10.0.0.1',
  });
  t.equal(read('203.0.113.9:4711').address, '203.0.113.9');
  t.equal(read('[2001:db8::1]:4711').address, '2001:db8::1');
  t.equal(read('::ffff:203.0.113.9').address, '203.0.113.9');
  t.equal(read('garbage, 10.0.0.2').address, '10.0.0.2');
  t.equal(read('0x7f.1').address, '10.0.0.1');
  t.equal(read('').address, '10.0.0.1');
});

t.test('client address: scheme and host come from trusted proxies, the last entry counting', async (t) => {
  const read = (forwardedProto: string, forwardedHost?: string) =>
    readClientOrigin({ ...facts, peerAddress: '::ffff:10.0.0.1', forwardedProto, forwardedHost }, trusted);
  t.match(read('https', 'tickets.example'), { proto: 'https', host: 'tickets.example' });
  t.equal(read('http, https').proto, 'https');
  t.match(read('gopher'), { proto: 'http', host: 'inside:8080' });
  t.equal(readClientOrigin({ ...facts, isEncrypted: true }, []).proto, 'https');
});

t.test('client address: a network that is none is a problem of the configuration', async (t) => {
  const read = () => parseNetworks('TRUSTED_PROXIES', ['10.0.0.0/99', '10.0.0.0/8', 'x']);
  t.throws(read, ConfigError);
  t.throws(read, /10\.0\.0\.0\/99.*"x"/s);
});
