import t from 'tap';
import { eventKeys, sharedKeys } from '../../stores/keys.ts';

t.test('keys: the default event has the literal keys that users know', async (t) => {
  t.match(eventKeys('default'), {
    settings: 'booking:settings',
    list: 'booking:queue:list',
    queued: 'booking:queued:set',
    booked: 'booking:booked:set',
    lock: 'booking:lock',
    settingsGood: 'booking:settings:good',
    changes: 'booking:changes',
  });
  t.equal(sharedKeys.visitor('x'), 'booking:visitor:x');
});

t.test('keys: every other event, and each on a cluster, has its keys in one slot', async (t) => {
  const tagOf = (key: string) => /\{(.+?)\}/.exec(key)?.[1];
  const onOne = eventKeys('gala-2026');
  const onCluster = eventKeys('gala-2026', { isCluster: true });
  for (const [keys, tag] of [
    [onOne, 'gala-2026'],
    [onCluster, 'gala-2026'],
    [eventKeys('default', { isCluster: true }), 'booking'],
  ] as const) {
    for (const name of ['list', 'booked', 'lock', 'counters', 'changes', 'archive'] as const)
      t.equal(tagOf(keys[name]), tag);
  }
  t.equal(onOne.list, 'booking:{gala-2026}:queue:list');
  t.equal(onCluster.list, onOne.list, 'an event that carries its id is spelt the same everywhere');
  t.equal(eventKeys('default', { isCluster: true }).list, '{booking}:queue:list');
});

t.test('keys: what all events share has one name for all of them', async (t) => {
  const shared = ['tiers', 'suspects', 'suspectReasons', 'blocked', 'blockedDetails', 'blockedVersion'] as const;
  for (const isCluster of [false, true]) {
    const [own, other] = [eventKeys('default', { isCluster }), eventKeys('gala-2026', { isCluster })];
    for (const name of shared) t.equal(own[name], other[name]);
  }
  t.equal(eventKeys('gala-2026').blocked, 'booking:blocked');
  t.equal(eventKeys('gala-2026', { isCluster: true }).blocked, '{booking}:blocked');
  t.equal(eventKeys('gala-2026').scaling, 'booking:scaling');
});

t.test('keys: a bad event id is refused', async (t) => {
  for (const event of ['', 'A', '-a', 'a b', 'a}', 'x'.repeat(64)]) t.throws(() => eventKeys(event), /not an event id/);
});
