import { networkInterfaces } from 'node:os';

type Interfaces = ReturnType<typeof networkInterfaces>;

const anyHosts: readonly string[] = ['0.0.0.0', '::'];

/**
 * The origin under which other machines reach a listener. One that listens on every address of a machine is told by the
 * first that leaves it, IPv4 before IPv6: in a container that is its own address in the network of the rooms. With
 * nothing but loopback it stays as it is.
 *
 * @param listenUrl what the listener calls itself, such as `http://127.0.0.1:3000`
 * @param host the address it was told to listen on
 */
export function ownUrl(listenUrl: string, host: string, interfaces: Interfaces = networkInterfaces()): string {
  if (!anyHosts.includes(host)) return listenUrl;
  const outside = Object.values(interfaces)
    .flatMap((addresses) => addresses ?? [])
    // Link-local ones are good on their own link only; tasks of Fargate have such a one beside their own.
    .filter(({ internal, family, address, scopeid }) => {
      return !internal && (family === 'IPv4' ? !address.startsWith('169.254.') : scopeid === 0);
    });
  const own = outside.find(({ family }) => family === 'IPv4') ?? outside[0];
  if (!own) return listenUrl;
  const { protocol, port } = new URL(listenUrl);
  const hostname = own.family === 'IPv4' ? own.address : `[${own.address}]`;
  return `${protocol}//${hostname}${port === '' ? '' : `:${port}`}`;
}
