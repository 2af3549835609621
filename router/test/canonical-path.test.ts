import t from 'tap';
import { canonicalizeTarget } from '../routing/canonical-path.ts';

const host = 'tickets.example:8080';

const same = [
  '/',
  '/ticketing',
  '/ticketing/',
  '/TICKETING',
  '/a.b/c.html',
  '/.well-known/x',
  '/a;b=1,c@d/e',
  '/%E2%82%AC',
  '/ticketing%20x',
  '/%2574icketing',
  '/ticketing%3Fx',
];
t.test('canonical path: what is canonical already stays as it is', async (t) => {
  for (const path of same) t.same(canonicalizeTarget(path, host), { kind: 'target', path, query: '' }, path);
});

t.test('canonical path: unreserved characters are decoded once, other escapes get capital digits', async (t) => {
  const table: Record<string, string> = {
    '/%74icketing': '/ticketing',
    '/%7e%41%5F%2D': '/~A_-',
    '/%e2%82%ac': '/%E2%82%AC',
    '/ticketin%67/seats': '/ticketing/seats',
    '/%2574icketin%67': '/%2574icketing',
  };
  for (const [raw, path] of Object.entries(table)) {
    t.same(canonicalizeTarget(raw, host), { kind: 'target', path, query: '' }, raw);
  }
});

const refused = [
  '//ticketing',
  '/x//ticketing',
  '/ticketing//',
  '/x/../ticketing',
  '/./ticketing',
  '/ticketing/.',
  '/ticketing/..',
  '/..',
  '/..;/ticketing',
  '/.;x/ticketing',
  '/ticketing%2f',
  '/x%2Fticketing',
  '/x%5cticketing',
  '/x\\ticketing',
  '/%2e/ticketing',
  '/x/%2E%2e/ticketing',
  '/x/.%2e/ticketing',
  '/ticketing%00',
  '/ticketing%0a',
  '/ticketing%7F',
  '/%',
  '/%7',
  '/%zz',
  '/%4%41',
  '/%c0%afticketing',
  '/%ff',
  '/%ED%A0%80',
  '/\u00e9',
  '/a b',
  '/a\tb',
  '/ticketing#x',
  '/ticketing?x#y',
  '/ticketing?x=\u00e9',
  '*',
  '',
  'ticketing',
  'ftp://tickets.example:8080/x',
  'http://elsewhere.example/ticketing',
  'http://user@tickets.example:8080/ticketing',
  'https://tickets.example:8080//ticketing',
];
t.test('canonical path: what could be read in two ways is refused', async (t) => {
  for (const path of refused) t.equal(canonicalizeTarget(path, host).kind, 'bad', JSON.stringify(path));
});

t.test('canonical path: a target in absolute form counts when it names the same host', async (t) => {
  const read = (target: string) => canonicalizeTarget(target, host);
  t.same(read('http://tickets.example:8080/%74icketing?a=1'), { kind: 'target', path: '/ticketing', query: '?a=1' });
  t.same(read('HTTP://TICKETS.example:8080'), { kind: 'target', path: '/', query: '' });
  t.same(read('http://tickets.example:8080?a'), { kind: 'target', path: '/', query: '?a' });
});

t.test('canonical path: the query goes on as it came', async (t) => {
  const query = "?a=%2e%2f%00&b='../\\'&c=%zz";
  t.same(canonicalizeTarget(`/ticketing${query}`, host), { kind: 'target', path: '/ticketing', query });
});

t.test('canonical path: a long target is refused, long ones are judged in little time', async (t) => {
  t.equal(canonicalizeTarget(`/${'a'.repeat(8192)}`, host).kind, 'tooLong');
  t.equal(canonicalizeTarget(`/${'a/'.repeat(4000)}`, host).kind, 'target');
  t.equal(canonicalizeTarget('/%41'.repeat(2000), host).kind, 'target');
  t.equal(canonicalizeTarget(`${'/a'.repeat(4000)}\\`, host).kind, 'bad');
});

t.test('canonical path: canonicalizing twice changes nothing', async (t) => {
  for (const path of ['/%74icketing', '/%2574icketing', '/%e2%82%ac/%41', '/a;%62']) {
    const once = canonicalizeTarget(path, host);
    if (once.kind !== 'target') return t.fail(path);
    t.same(canonicalizeTarget(once.path, host), once);
  }
});
