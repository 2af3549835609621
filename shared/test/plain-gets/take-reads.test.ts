import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import t from 'tap';
import { takeReads } from '../../plain-gets/take-reads.ts';

/** Both ends of a connection. */
async function openPair(t: { teardown(step: () => unknown): void }): Promise<{ near: Socket; far: Socket }> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const far = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [near] = (await once(server, 'connection')) as [Socket];
  t.teardown(() => {
    far.destroy();
    server.close();
  });
  return { near, far };
}

t.test('reads are taken by whoever wants them, the others come as data, in order and with back-pressure', async (t) => {
  const { near, far } = await openPair(t);
  let isTaking = true;
  let bytesOfData = 0;
  const pieces: string[] = [];
  const end = takeReads(near, (bytes) => {
    if (isTaking) pieces.push(`taken ${bytes}`);
    return isTaking;
  });
  near.on('data', (bytes: Buffer) => {
    if (bytes.length < 10) pieces.push(`data ${bytes}`);
    else bytesOfData += bytes.length;
  });
  const send = async (text: string) => {
    const before = pieces.length;
    far.write(text);
    while (pieces.length === before) await new Promise((resolve) => setImmediate(resolve));
  };
  await send('a');
  await send('b');
  isTaking = false;
  await send('c');
  isTaking = true;
  await send('d');
  end();
  await send('e');
  t.same(pieces, ['taken a', 'taken b', 'data c', 'taken d', 'data e']);

  near.pause();
  const large = Buffer.alloc(16 * 1024 * 1024, 'x');
  far.write(large);
  await new Promise((resolve) => setTimeout(resolve, 50));
  t.equal(bytesOfData, 0);
  t.ok(far.writableLength > 0, 'a paused socket is not read');
  near.resume();
  while (bytesOfData < large.length) await new Promise((resolve) => setImmediate(resolve));

  far.end();
  await once(near, 'end');
});
