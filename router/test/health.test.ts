import t from 'tap';
import { freshnessOf, noReportAges, noteLook, noteLookFailed } from '../health/report-age.ts';
import {
  defaultUpstreamNetworks,
  findAddressProblem,
  isAllowedAddress,
  parseInstanceUrl,
} from '../health/url-check.ts';
import { parseNetworks } from '../routing/networks.ts';

const heard = (reportSeq: number, id = 'b1', startedAtMs = 1) => [{ id, reportSeq, startedAtMs }];
const ageOf = (ages: ReturnType<typeof noteLook>, id = 'b1') => ages.entries.get(id)?.ageMs;

t.test('report age: grows while the same report is read, ends with a new one', async (t) => {
  let ages = noteLook(noReportAges, heard(1), 0);
  for (let nowMs = 500; nowMs <= 3000; nowMs += 500) ages = noteLook(ages, heard(1), nowMs);
  t.equal(ageOf(ages), 3000);
  t.equal(ageOf(noteLook(ages, heard(2), 3500)), 0);
  t.equal(ageOf(noteLook(ages, heard(1, 'b1', 2), 3500)), 0, 'restarted under the same id');
});

t.test('report age: time without Redis does not count, and afterwards there is a grace', async (t) => {
  let ages = noteLook(noReportAges, heard(1), 0);
  ages = noteLook(ages, heard(1), 500);
  ages = noteLookFailed(ages);
  ages = noteLook(ages, [], 60_000);
  t.equal(ageOf(ages), 500, 'missing, but kept for now');
  ages = noteLook(ages, heard(1), 64_500);
  t.equal(ageOf(ages), 500);
  ages = noteLook(ages, heard(1), 65_500);
  ages = noteLook(ages, heard(1), 66_000);
  t.ok((ageOf(ages) ?? 0) > 500, 'the grace is over');
  ages = noteLook(ages, [], 66_500);
  t.equal(ageOf(ages), undefined);
});

t.test('report age: a gateway that slept does not blame the instances', async (t) => {
  const ages = noteLook(noteLook(noReportAges, heard(1), 0), heard(1), 3_600_000);
  t.equal(ageOf(ages), 1000);
});

t.test('report age: suspect at 3 s, gone at 5 s', async (t) => {
  t.same([0, 2999, 3000, 4999, 5000].map(freshnessOf), ['fresh', 'fresh', 'suspect', 'suspect', 'gone']);
});

t.test('instance url: an origin by http or https and nothing more', async (t) => {
  t.same(parseInstanceUrl('http://127.0.0.1:3000'), { kind: 'origin', hostname: '127.0.0.1' });
  t.same(parseInstanceUrl('https://booking.internal/'), { kind: 'origin', hostname: 'booking.internal' });
  t.same(parseInstanceUrl('http://[::1]:3000'), { kind: 'origin', hostname: '::1' });
  const refused = [
    '',
    'x',
    'ftp://127.0.0.1',
    'file:///etc/passwd',
    'http://user:secret@127.0.0.1',
    'http://127.0.0.1/path',
    'http://127.0.0.1/?x',
    'http://127.0.0.1?',
    'http://127.0.0.1#x',
  ];
  for (const url of refused) t.equal(parseInstanceUrl(url).kind, 'refused', url);
  const numeric = parseInstanceUrl('http://2852039166');
  t.same(numeric, { kind: 'origin', hostname: '169.254.169.254' }, 'disguises are taken off');
});

t.test('instance address: within the networks, never link-local', async (t) => {
  const usual = parseNetworks('UPSTREAM_NETWORKS', defaultUpstreamNetworks);
  const all = parseNetworks('UPSTREAM_NETWORKS', ['0.0.0.0/0', '::/0']);
  for (const address of ['127.0.0.1', '::1', '10.1.2.3', '172.31.0.1', '192.168.1.1', 'fd12::1', '::ffff:10.0.0.1']) {
    t.ok(isAllowedAddress(address, usual), address);
  }
  for (const address of ['8.8.8.8', '172.32.0.1', '2001:db8::1', 'x', '', '127.1', '0x7f000001']) {
    t.notOk(isAllowedAddress(address, usual), address);
  }
  t.ok(isAllowedAddress('8.8.8.8', all));
  for (const address of ['169.254.169.254', '::ffff:169.254.169.254', 'fe80::1', '0.0.0.0', '::', '224.0.0.1']) {
    t.notOk(isAllowedAddress(address, all), address);
  }
  t.equal(findAddressProblem([{ address: '10.0.0.1' }], usual), undefined);
  t.match(findAddressProblem([{ address: '10.0.0.1' }, { address: '8.8.8.8' }], usual), /8\.8\.8\.8/);
  t.ok(findAddressProblem([], usual));
});
