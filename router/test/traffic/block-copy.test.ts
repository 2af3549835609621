import t from 'tap';
import { parseNetworks } from '../../routing/networks.ts';
import { createAddressBook } from '../../traffic/address-book.ts';
import { createArrivalAddress } from '../../traffic/arrival-address.ts';
import { createBlockCopy } from '../../traffic/block-copy.ts';

const until = (untilMs: number, isAutomatic = false) => ({ untilMs, isAutomatic });

t.test('block copy: an address is in every network that holds it; an operator outranks a rule', async (t) => {
  const blocks = createBlockCopy();
  blocks.replace([
    ['net:203.0.113.0/24', until(10, true)],
    ['net:203.0.113.7', until(5)],
    ['net:2001:DB8::/32', until(7)],
    ['visitor:v', until(3)],
    ['net:nonsense', until(3)],
  ]);
  t.equal(blocks.size(), 4);
  t.same(blocks.ofAddress('203.0.113.9'), until(10, true));
  t.same(blocks.ofAddress('203.0.113.7'), until(5));
  t.same(blocks.ofAddress('::ffff:203.0.113.9'), until(10, true));
  t.same(blocks.ofAddress('2001:db8:ffff::1'), until(7));
  t.equal(blocks.ofAddress('203.0.114.1'), undefined);
  t.equal(blocks.ofAddress('no address'), undefined);
  t.same(blocks.ofVisitor('v'), until(3));
  blocks.set('net:203.0.113.7/32', undefined);
  t.same(blocks.ofAddress('203.0.113.7'), until(10, true));
  blocks.set('visitor:v', undefined);
  t.equal(blocks.ofVisitor('v'), undefined);
});

t.test('address book: addresses of one network share its name, and a new block is seen at once', async (t) => {
  const blocks = createBlockCopy();
  let allowed = parseNetworks('ALLOW_NETWORKS', ['10.0.0.0/8']);
  const book = createAddressBook({
    allowNetworks: () => allowed,
    prefixBits: { ipv4: 32, ipv6: 64 },
    blocks,
  });
  t.match(book.find('203.0.113.7'), { network: '203.0.113.7/32', isAllowed: false, block: undefined });
  t.equal(book.find('2001:db8::1').network, book.find('2001:db8::ffff').network);
  t.equal(book.find('10.1.1.1').isAllowed, true);
  t.equal(book.find('').network, 'unknown');
  blocks.set('net:203.0.113.0/24', until(9));
  t.same(book.find('203.0.113.7').block, until(9));
  blocks.set('net:203.0.113.0/24', undefined);
  t.equal(book.find('203.0.113.7').block, undefined);
  allowed = parseNetworks('ALLOW_NETWORKS', ['203.0.113.0/24']);
  t.equal(book.find('203.0.113.7').isAllowed, true, 'the list may change meanwhile');
  t.equal(book.find('10.1.1.1').isAllowed, false);
});

t.test('arrival address: what trusted proxies tell counts, and nobody else', async (t) => {
  const addressOf = createArrivalAddress(parseNetworks('TRUSTED_PROXIES', ['10.0.0.0/8']));
  const from = (remoteAddress: string, headers: Record<string, string> = {}) =>
    addressOf({ socket: { remoteAddress }, headers });
  t.equal(from('::ffff:203.0.113.7'), '203.0.113.7');
  for (const time of [1, 2]) {
    t.equal(from('10.0.0.1', { 'x-forwarded-for': '1.1.1.1, 203.0.113.7' }), '203.0.113.7', String(time));
    t.equal(from('203.0.113.1', { 'x-forwarded-for': '203.0.113.7' }), '203.0.113.1');
    t.equal(from('10.0.0.1', { forwarded: 'for=203.0.113.8' }), '203.0.113.8');
  }
  t.equal(createArrivalAddress([])({ socket: {}, headers: { 'x-forwarded-for': '1.1.1.1' } }), '');
});
