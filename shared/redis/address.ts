export type HostPort = { host: string; port: number };

/** What `REDIS_URL` says, taken apart; `parseRedisUrl` reads it and throws nothing. */
export type RedisAddress =
  /** One server, or a proxy that looks like one. */
  | { kind: 'one'; url: string; isTls: boolean }
  | { kind: 'cluster'; nodes: readonly HostPort[]; isTls: boolean; user: RedisUser }
  | {
      kind: 'sentinel';
      sentinels: readonly HostPort[];
      /** As the sentinels call the master. */
      masterName: string;
      isTls: boolean;
      user: RedisUser;
      /** Whom the sentinels know, where they ask. */
      sentinelUser: RedisUser;
    }
  /** What is wrong with it, in words that do not show it: it may hold a password. */
  | { kind: 'refused'; problem: string };

export type RedisUser = { username?: string; password?: string };

/** What is allowed, for errors and help. */
export const redisUrlForms = [
  'redis://host:6379 (one Redis)',
  'redis+cluster://host:port,host:port (Redis Cluster: some of its nodes)',
  'redis+sentinel://host:port,host:port/master-name (the sentinels of a replicated Redis)',
  'each with rediss for TLS, and user:password@ in front of the first host',
].join('; ');

const defaultPorts = { cluster: 6379, sentinel: 26_379 };
const listed = /^(rediss?)\+(cluster|sentinel):\/\/(?:([^@/?#]*)@)?([^@/?#]+)(?:\/([^?#]*))?(?:\?([^#]*))?$/;

export function parseRedisUrl(text: string): RedisAddress {
  if (/^rediss?:\/\//.test(text)) {
    if (!URL.canParse(text) || new URL(text).hostname === '') return refuse('must name a host');
    return { kind: 'one', url: text, isTls: text.startsWith('rediss:') };
  }
  const [, protocol, form, credentials, hosts = '', path = '', query = ''] = listed.exec(text) ?? [];
  if (protocol === undefined) return refuse('must have one of these forms');
  const kind = form === 'cluster' ? 'cluster' : 'sentinel';
  const isTls = protocol === 'rediss';
  const found = hosts.split(',').map((host) => parseHost(host, defaultPorts[kind]));
  const nodes = found.filter((host) => host !== undefined);
  if (nodes.length < found.length) return refuse('must name hosts as host:port, separated by commas');
  const user = parseUser(credentials);
  if (!user) return refuse('must have user and password percent-encoded');
  if (kind === 'cluster') {
    if (path !== '' && path !== '0') return refuse('must name no database, as Redis Cluster has none');
    return { kind, nodes, isTls, user };
  }
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(path)) return refuse('must name the master behind the sentinels');
  const fields = new URLSearchParams(query);
  const [username, password] = [fields.get('sentinelUsername'), fields.get('sentinelPassword')];
  const sentinelUser = { ...(username && { username }), ...(password && { password }) };
  return { kind, sentinels: nodes, masterName: path, isTls, user, sentinelUser };
}

/** Whether that address is of a cluster: there keys are spelt in another form. */
export function isClusterUrl(text: string): boolean {
  return /^rediss?\+cluster:/.test(text);
}

function refuse(problem: string): RedisAddress {
  return { kind: 'refused', problem: `${problem}: ${redisUrlForms}` };
}

function parseHost(text: string, defaultPort: number): HostPort | undefined {
  const [, bracketed, plain, portText] =
    /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]\s]+))(?::(\d{1,5}))?$/.exec(text.trim()) ?? [];
  const host = bracketed ?? plain;
  const port = portText === undefined ? defaultPort : Number(portText);
  return host && port >= 1 && port <= 65_535 ? { host, port } : undefined;
}

function parseUser(credentials: string | undefined): RedisUser | undefined {
  if (!credentials) return {};
  const colon = credentials.indexOf(':');
  try {
    const username = decodeURIComponent(colon === -1 ? credentials : credentials.slice(0, colon));
    const password = colon === -1 ? '' : decodeURIComponent(credentials.slice(colon + 1));
    return { ...(username && { username }), ...(password && { password }) };
  } catch {
    return undefined;
  }
}
