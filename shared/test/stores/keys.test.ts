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

t.test('keys: every other event, and each on a cluster, shares one slot', async (t) => {
  const tagged = [eventKeys('gala-2026'), eventKeys('default', { isCluster: true })];
  for (const keys of tagged) {
    const tags = new Set(Object.values(keys).map((key) => /\{(.+)\}/.exec(key)?.[1]));
    t.equal(tags.size, 1);
  }
  t.equal(eventKeys('gala-2026').list, 'booking:{gala-2026}:queue:list');
  t.equal(eventKeys('default', { isCluster: true }).list, '{booking}:queue:list');
});

t.test('keys: a bad event id is refused', async (t) => {
  for (const event of ['', 'A', '-a', 'a b', 'a}', 'x'.repeat(64)]) t.throws(() => eventKeys(event), /not an event id/);
});
