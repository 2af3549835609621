import t from 'tap';
import { type Unanswered, UnansweredList } from '../health/unanswered-list.ts';

t.test('unanswered: whoever was added and not taken out is in it, in whatever order they leave', async (t) => {
  const list = new UnansweredList();
  const requests: Unanswered[] = Array.from({ length: 6 }, () => ({}));
  for (const request of requests) list.add(request);
  const left = new Set(requests);
  for (const index of [2, 5, 0, 3]) {
    const request = requests[index] as Unanswered;
    list.delete(request);
    list.delete(request);
    left.delete(request);
    t.equal(list.size, left.size);
    t.same(new Set(list), left);
  }
  const again = requests[2] as Unanswered;
  list.add(again);
  t.same(new Set(list), new Set([...left, again]));
  for (const request of [...list]) list.delete(request);
  t.same([...list], []);
  list.delete({});
  t.equal(list.size, 0, 'one that never was in it changes nothing');
});
