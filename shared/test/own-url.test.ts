import t from 'tap';
import { ownUrl } from '../own-url.ts';

const base = { netmask: '', mac: '', cidr: null };
const loopback = { ...base, address: '127.0.0.1', family: 'IPv4' as const, internal: true };
const v4 = { ...base, address: '172.18.0.5', family: 'IPv4' as const, internal: false };
const taskLocal = { ...v4, address: '169.254.172.2' };
const linkLocal = { ...base, address: 'fe80::1', family: 'IPv6' as const, internal: false, scopeid: 2 };
const v6 = { ...base, address: 'fd00::5', family: 'IPv6' as const, internal: false, scopeid: 0 };

t.test('a listener on one address is reached there', async (t) => {
  t.equal(ownUrl('http://10.0.0.7:3000', '10.0.0.7', { eth0: [v4] }), 'http://10.0.0.7:3000');
});

t.test('one on every address is reached at the first that leaves the machine', async (t) => {
  t.equal(
    ownUrl('http://127.0.0.1:3000', '0.0.0.0', { lo: [loopback], eth0: [taskLocal], eth1: [v6, v4] }),
    'http://172.18.0.5:3000',
  );
  t.equal(ownUrl('https://[::1]:3000', '::', { lo: [loopback], eth0: [linkLocal, v6] }), 'https://[fd00::5]:3000');
});

t.test('with nothing but loopback it stays as it is', async (t) => {
  t.equal(ownUrl('http://127.0.0.1:3000', '0.0.0.0', { lo: [loopback], eth0: [linkLocal] }), 'http://127.0.0.1:3000');
});
