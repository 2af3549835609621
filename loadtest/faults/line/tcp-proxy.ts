import { type AddressInfo, createConnection, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TestLike } from '@fairline/shared/testing/test-like.ts';

/** Stands between the rooms and Redis and does what networks do. */
export type TcpProxy = {
  url: string;
  /** Breaks every connection now. */
  cut(): void;
  /** While true, whoever connects is cut off at once. */
  refuse(isRefusing: boolean): void;
  /** Every piece of data takes this much longer, in each direction, in its order; 0 = none. */
  delay(ms: number): void;
};

/** On a free port of loopback, in front of `targetPort`; ends with `t`. */
export async function startTcpProxy(t: TestLike, targetPort: number): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  let isRefusing = false;
  let delayMs = 0;

  function pipe(from: Socket, to: Socket): void {
    let last = Promise.resolve();
    from.on('data', (chunk) => {
      if (delayMs === 0) {
        // Behind what still waits, if anything does.
        last = last.then(() => void to.write(chunk));
        return;
      }
      const due = sleep(delayMs);
      last = last.then(() => due).then(() => void to.write(chunk));
    });
    from.on('close', () => {
      sockets.delete(from);
      to.destroy();
    });
    from.on('error', () => {});
    from.setNoDelay(true);
    sockets.add(from);
  }

  const server = createServer((client) => {
    if (isRefusing) {
      client.destroy();
      return;
    }
    const upstream = createConnection(targetPort, '127.0.0.1');
    pipe(client, upstream);
    pipe(upstream, client);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  t.after(async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    cut();
    await closed;
  });
  return {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut,
    refuse: (value) => {
      isRefusing = value;
    },
    delay: (ms) => {
      delayMs = ms;
    },
  };
}
