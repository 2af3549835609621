import { once } from 'node:events';
import { type AddressInfo, createServer, type ListenOptions } from 'node:net';
import { ConfigError } from '@fairline/shared/config.ts';

/**
 * Finds the port that workers will share, also when it is to be any free one. Listens for a moment without sharing, so
 * that a program which has the port already, be it another gateway, is an error and not a secret companion.
 */
export async function claimPort(host: string, port: number): Promise<AddressInfo> {
  const address = await tryListen({ host, port });
  try {
    await tryListen({ host, port: address.port, reusePort: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOTSUP') throw error;
    throw new ConfigError(['GATEWAY_WORKERS must be 1 here: this system cannot share a port between processes']);
  }
  return address;
}

async function tryListen(options: ListenOptions): Promise<AddressInfo> {
  const server = createServer();
  server.listen(options);
  await once(server, 'listening');
  const address = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return address;
}
