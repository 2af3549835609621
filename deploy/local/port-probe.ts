import { createServer } from 'node:net';

/** `taken`: another program listens there; `refused`: the system does not let us, `reason` says why. */
export type PortState = { kind: 'free' } | { kind: 'taken' } | { kind: 'refused'; reason: string };

/** Listens for a moment: the only test that asks exactly what a server will ask of the system. */
export function probePort(host: string, port: number): Promise<PortState> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code === 'EADDRINUSE' ? { kind: 'taken' } : { kind: 'refused', reason: error.message });
    });
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve({ kind: 'free' })));
  });
}
