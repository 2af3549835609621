import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { startSystem, until } from '@fairline/shared/testing/system.ts';
import t from 'tap';
import type { SickNote } from '../sick-orders.ts';

const main = fileURLToPath(new URL('../sick-instance.ts', import.meta.url));

t.test(
  'stand-in: in the map like a booking instance, sick and well as it is told, and gone after it stops',
  async (t) => {
    const rooms = { booking: 0, 'waiting-room': 0, 'queue-processor': 0, router: 0 };
    const system = await startSystem(t, { rooms });
    const standIn = await system.start('booking', { id: 'one', main });
    await system.ready();
    const report = () => system.redis.hgetall('booking:instance:one');
    t.match(await report(), { room: 'booking', state: 'ready', url: standIn.url });

    const answer = await fetch(`${standIn.url}/ticketing`);
    t.equal(answer.status, 200);
    t.match(await answer.text(), /served-by one/);
    const [note] = (await once(standIn.child, 'message')) as [SickNote];
    t.match(note, { kind: 'asked', atMs: [Number] });

    standIn.child.send({ status: 500 });
    await until('it to be sick', async () => (await fetch(standIn.url)).status === 500);
    standIn.child.send({});
    await until('it to be well', async () => (await fetch(standIn.url)).status === 200);

    await standIn.end('SIGTERM');
    t.equal(standIn.child.exitCode, 0);
    t.same(await report(), {});
  },
);
