import { readFile } from 'node:fs/promises';
import t from 'tap';
import { readOptions } from '../options.ts';
import {
  gatewayUrl,
  planRooms,
  type RoomFacts,
  type RoomKind,
  roomEnvironment,
  roomFolders,
  stopTimeoutMs,
} from '../rooms.ts';

const secrets = {
  COOKIE_SECRETS: 'cookie-secret',
  TICKET_SECRETS: 'ticket-secret',
  IDENTITY_SECRETS: 'identity-secret',
  ADMIN_SECRETS: 'admin-secret',
  INVITE_SECRETS: 'invite-secret',
};

function factsOf(argv: string[], env: Record<string, string> = {}): RoomFacts {
  const outcome = readOptions(argv, env);
  if (outcome.kind !== 'run') throw new Error(JSON.stringify(outcome));
  return { options: outcome.options, env, redisUrl: 'redis://127.0.0.1:6390', secrets, operators: 'operators-value' };
}

function environmentOf(kind: RoomKind, facts: RoomFacts): Record<string, string> {
  return roomEnvironment({ name: `${kind}-1`, kind, port: kind === 'gateway' ? 8080 : 0 }, facts, 'abc123');
}

t.test('rooms: the gateways come last, each on a port of its own', async (t) => {
  const rooms = planRooms(factsOf(['--gateways', '2', '--booking-instances', '1', '--queue-processors', '1']).options);
  t.same(
    rooms.map(({ name, port }) => `${name}:${port}`),
    ['queue-processor-1:0', 'booking-1:0', 'waiting-room-1:0', 'admin-1:0', 'gateway-1:8080', 'gateway-2:8081'],
  );
});

t.test('rooms: each gets the secrets it needs and no other', async (t) => {
  const facts = factsOf([], {
    ADMIN_PASSWORD: 'do not pass on',
    AWS_SECRET_ACCESS_KEY: 'do not pass on',
    PATH: '/bin',
  });
  const expected: Record<RoomKind, string[]> = {
    gateway: ['COOKIE_SECRETS', 'IDENTITY_SECRETS'],
    booking: ['IDENTITY_SECRETS'],
    'waiting-room': ['IDENTITY_SECRETS', 'INVITE_SECRETS', 'TICKET_SECRETS'],
    'queue-processor': [],
    admin: ['ADMIN_SECRETS', 'OPERATORS'],
  };
  for (const kind of Object.keys(expected) as RoomKind[]) {
    const environment = environmentOf(kind, facts);
    const secret = Object.keys(environment).filter((name) => /SECRET|PASSWORD|OPERATORS|KEY/.test(name));
    t.same(secret.sort(), expected[kind], kind);
    t.match(environment, { PATH: '/bin', REDIS_URL: 'redis://127.0.0.1:6390', INSTANCE_ID: `${kind}-1-abc123` });
  }
});

t.test('rooms: only the gateway listens where others can reach it', async (t) => {
  const facts = factsOf(['--host', '0.0.0.0']);
  t.match(environmentOf('gateway', facts), { HOST: '0.0.0.0', PORT: '8080', ADVERTISE_URL: 'http://127.0.0.1:8080' });
  t.match(environmentOf('booking', facts), { HOST: '127.0.0.1', PORT: '0' });
  t.equal(environmentOf('booking', facts).ADVERTISE_URL, undefined);
  for (const kind of ['gateway', 'admin'] as const) t.equal(environmentOf(kind, facts).INTERNAL_HOST, '127.0.0.1');
});

t.test('rooms: the address of a gateway, also with IPv6', async (t) => {
  t.equal(gatewayUrl(factsOf(['--host', '::1']).options, 80, {}), 'http://[::1]:80');
  t.equal(gatewayUrl(factsOf(['--host', '::']).options, 80, {}), 'http://127.0.0.1:80');
  t.equal(gatewayUrl(factsOf(['--host', '192.0.2.7']).options, 80, {}), 'http://192.0.2.7:80');
});

t.test('rooms: a gateway with a certificate is reached by https, one with workers is told how many', async (t) => {
  const facts = factsOf(['--gateway-workers', '3'], { TLS_CERT: '/certs/site.crt', TLS_KEY: '/certs/site.key' });
  t.match(environmentOf('gateway', facts), {
    ADVERTISE_URL: 'https://127.0.0.1:8080',
    GATEWAY_WORKERS: '3',
    TLS_CERT: '/certs/site.crt',
    TLS_KEY: '/certs/site.key',
  });
  t.equal(environmentOf('booking', facts).TLS_KEY, undefined);
});

t.test('rooms: the leader is told how many the load may ask for', async (t) => {
  const bounds = (argv: string[], env: Record<string, string> = {}) => {
    const found = environmentOf('queue-processor', factsOf(argv, env));
    return [found.SCALING_BOOKING, found.SCALING_WAITING_ROOM, found.SCALING_ROUTER];
  };
  t.same(bounds(['--autoscale']), ['2-8', '1-4', '1-1']);
  t.same(bounds([]), ['1-8', '1-4', '1-1'], 'an operator may choose fewer');
  t.same(bounds(['--autoscale', '--booking-instances', '3', '--booking-max', '5', '--gateways', '2']), [
    '3-5',
    '1-4',
    '2-2',
  ]);
  t.same(bounds(['--autoscale', '--booking-instances', '9'])[0], '9-9');
  t.same(bounds(['--booking-instances', '0'], { UPSTREAMS: 'http://127.0.0.1:1' })[0], '0-0');
  t.same(bounds(['--autoscale'], { SCALING_BOOKING: '4-20' })[0], '4-20');
});

t.test('rooms: all stages of a stop fit into 15 s', async (t) => {
  const grace = 500;
  const redis = 3_500;
  const stages = [stopTimeoutMs('gateway'), stopTimeoutMs('booking'), stopTimeoutMs('queue-processor')];
  t.ok(stages.reduce((sum, ms) => sum + ms + grace, redis) < 15_000);
});

t.test('rooms: every setting that a room reads reaches it from the environment of the launcher', async (t) => {
  for (const [kind, folder] of Object.entries(roomFolders) as [RoomKind, string][]) {
    const source = await readFile(new URL(`../../../${folder}/config.ts`, import.meta.url), 'utf8');
    const names = [...source.matchAll(/^ {2,}([A-Z][A-Z0-9_]+):/gm)].map((match) => match[1] ?? '');
    t.ok(names.length > 0, `${kind} has settings`);
    const env = Object.fromEntries(names.map((name) => [name, '1']));
    const environment = environmentOf(kind, { ...factsOf([]), env });
    t.same(
      names.filter((name) => !(name in environment)),
      [],
      kind,
    );
  }
});
