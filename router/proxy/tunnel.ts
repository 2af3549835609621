import type { Socket } from 'node:net';

export type TunnelOptions = {
  client: Socket;
  upstream: Socket;
  /** What the instance sent right after its head. */
  head: Buffer;
  /** Silence of both sides that ends the tunnel. */
  idleMs: number;
  /** The client sent something. */
  onUse(): void;
};

/** Bytes in both directions with back-pressure until either side ends. Resolves once both connections are closed. */
export function runTunnel({ client, upstream, head, idleMs, onUse }: TunnelOptions): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => cut(), idleMs);
    let open = 2;
    const cut = () => {
      client.destroy();
      upstream.destroy();
    };
    const onClose = () => {
      open -= 1;
      // What is already on its way to the other side still arrives.
      if (open > 0) {
        client.destroySoon();
        upstream.destroySoon();
        return;
      }
      clearTimeout(timer);
      resolve();
    };
    for (const socket of [client, upstream]) {
      if (socket.destroyed) open -= 1;
      else socket.once('close', onClose);
      socket.setNoDelay(true);
    }
    if (open < 2) {
      cut();
      if (open === 0) onClose();
      return;
    }
    client.on('data', () => {
      timer.refresh();
      onUse();
    });
    upstream.on('data', () => timer.refresh());
    if (head.length > 0) client.write(head);
    client.pipe(upstream);
    upstream.pipe(client);
  });
}
