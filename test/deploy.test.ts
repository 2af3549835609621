import { existsSync, readFileSync } from 'node:fs';
import t from 'tap';
import type { TObject } from 'typebox';
import { parse } from 'yaml';
import { RouterConfig } from '../router/config.ts';
import { AdminConfig } from '../services/admin/config.ts';
import { BookingConfig } from '../services/booking/config.ts';
import { queueProcessorConfig } from '../services/queue-processor/config.ts';
import { WaitingRoomConfig } from '../services/waiting-room/config.ts';
import { roomNodeFlags } from '../shared/node-flags.ts';

type Service = {
  environment?: Record<string, string>;
  command?: string[];
  ports?: string[];
  depends_on?: object;
  volumes?: string[];
};

const schemas: Readonly<Record<string, TObject>> = {
  gateway: RouterConfig,
  booking: BookingConfig,
  'waiting-room': WaitingRoomConfig,
  'queue-processor': queueProcessorConfig,
  admin: AdminConfig,
};
/** Of Node itself, not of a room. */
const ofNode = ['NODE_OPTIONS', 'NODE_ENV', 'NODE_COMPILE_CACHE'];

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
const dockerfile = read('Dockerfile');
const compose: { services: Record<string, Service> } = parse(read('docker-compose.yml'), { merge: true });
const terraform = read('deploy/terraform/main.tf');
const terraformRoom = read('deploy/terraform/modules/room/main.tf');
const imageEnv = new Map(
  [...dockerfile.matchAll(/^(?:ENV| {3}) ([A-Z_]+)=(\S+)/gm)].map(([, name, value]) => [name, value]),
);

/** The text between the braces that open after `start`. */
function block(text: string, start: string): string {
  const from = text.indexOf('{', text.indexOf(start) + start.length - 1);
  let depth = 0;
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === '{') depth += 1;
    if (text[at] === '}') depth -= 1;
    if (depth === 0) return text.slice(from + 1, at);
  }
  throw new Error(`${start} does not end`);
}

const namesIn = (hcl: string) => [...hcl.matchAll(/\b([A-Z][A-Z_]{2,})\b\s*=/g)].map(([, name]) => name ?? '');
const local = (name: string) => Number(new RegExp(`^ {2}${name}\\s*=\\s*(\\d+)$`, 'm').exec(terraform)?.[1]);

function composeNames(room: string): string[] {
  return Object.keys(compose.services[room]?.environment ?? {});
}

function terraformNames(room: string): string[] {
  const own = block(block(terraform, '  rooms = {'), `${room} = {`);
  const secrets = /secrets\s*=\s*\[(.*?)\]/.exec(own)?.[1] ?? '';
  const common = namesIn(block(terraformRoom, 'environment = merge({'));
  const skipped = own.includes('has_listener = false') ? ['HOST', 'PORT', 'DRAIN_DELAY_MS'] : [];
  return [
    ...common.filter((name) => !skipped.includes(name)),
    ...namesIn(/common\s*=\s*\{(.*)\}/.exec(terraform)?.[1] ?? ''),
    ...namesIn(/redis_url\s*=\s*\{(.*)\}/.exec(terraform)?.[1] ?? ''),
    ...namesIn(/environment\s*=\s*\{(.*)\}/.exec(own)?.[1] ?? ''),
    ...[...secrets.matchAll(/"(\w+)"/g)].map(([, name]) => name ?? ''),
  ];
}

const isSecret = (name: string) => name.endsWith('_SECRETS') || name === 'OPERATORS';

/** Fields without which the room does not start. */
function requiredNames({ properties, required }: TObject): string[] {
  return (required ?? []).filter((name: string) => !('default' in (properties[name] ?? {})));
}

for (const [room, schema] of Object.entries(schemas)) {
  for (const [where, names] of [
    ['docker-compose.yml', composeNames(room)],
    ['Terraform', terraformNames(room)],
  ] as const) {
    t.test(`${where} tells ${room} what it asks for, by the names it knows`, async (t) => {
      const known = [...Object.keys(schema.properties), ...ofNode];
      t.same(
        names.filter((name) => !known.includes(name)),
        [],
        'nothing it does not know',
      );
      const given = [...names, ...imageEnv.keys()];
      t.same(
        requiredNames(schema).filter((name) => !given.includes(name)),
        [],
        'all that it cannot do without',
      );
      t.ok(names.includes('REDIS_URL'), 'where Redis is');
    });
  }

  t.test(`docker-compose.yml runs ${room} by its name`, async (t) => {
    t.same(compose.services[room]?.command, [room]);
  });
}

t.test('the image starts Node as the launcher does', async (t) => {
  const words = ['node', ...roomNodeFlags, '/app/deploy/docker/start-room.ts'];
  t.match(dockerfile, `ENTRYPOINT [${words.map((word) => JSON.stringify(word)).join(', ')}]`);
});

t.test('rooms are given the same secrets everywhere, each those it reads and no other', async (t) => {
  const made = /made\s*=\s*toset\(\[(.*?)\]\)/.exec(read('deploy/terraform/modules/secrets/main.tf'))?.[1] ?? '';
  const known = [...made.matchAll(/"(\w+)"/g)].map(([, name]) => name);
  const envExample = read('.env.example');
  for (const [room, { properties }] of Object.entries(schemas)) {
    const wanted = Object.keys(properties).filter(isSecret).sort();
    t.same(composeNames(room).filter(isSecret).sort(), wanted, `docker-compose.yml, ${room}`);
    t.same(terraformNames(room).filter(isSecret).sort(), wanted, `Terraform, ${room}`);
    for (const name of wanted) {
      t.match(envExample, new RegExp(`^${name}=$`, 'm'));
      if (name !== 'OPERATORS') t.ok(known.includes(name), `Terraform makes ${name}`);
    }
  }
});

t.test('the monitoring of docker-compose.yml looks at every room, and its files are there', async (t) => {
  const { scrape_configs, rule_files } = parse(read('deploy/monitoring/prometheus.compose.yml'));
  const [{ names, port, type }] = scrape_configs[0].dns_sd_configs;
  t.same([...names].sort(), Object.keys(schemas).sort());
  t.equal(port, Number(imageEnv.get('INTERNAL_PORT')));
  t.equal(type, 'A');
  t.equal(scrape_configs[0].job_name, parse(read('deploy/monitoring/prometheus.yml')).scrape_configs[0].job_name);
  for (const file of rule_files) t.ok(existsSync(new URL(`../deploy/monitoring/${file}`, import.meta.url)), file);
  const mounted = [compose.services.prometheus, compose.services.grafana].flatMap((service) => service?.volumes ?? []);
  const files = mounted
    .filter((volume) => volume.startsWith('./'))
    .map((volume) => volume.split(':') as [string, string]);
  t.equal(files.length, 3);
  for (const [file] of files) t.ok(existsSync(new URL(`../${file}`, import.meta.url)), file);
  const provider = parse(read('deploy/monitoring/grafana/provisioning/dashboards/fairline.yml')).providers[0];
  t.ok(
    files.some(([, target]) => target.startsWith(`${provider.options.path}/`)),
    'the dashboard is where it is looked for',
  );
  const [source] = parse(read('deploy/monitoring/grafana/provisioning/datasources/prometheus.yml')).datasources;
  t.match(source, { type: 'prometheus', isDefault: true, url: 'http://prometheus:9090' });
});

t.test('ports are the same in the image, docker-compose.yml and Terraform', async (t) => {
  const port = Number(imageEnv.get('PORT'));
  const internalPort = Number(imageEnv.get('INTERNAL_PORT'));
  t.equal(port, 8080);
  t.equal(local('port'), port);
  t.equal(local('internal_port'), internalPort);
  t.match(dockerfile, `EXPOSE ${port} ${internalPort}`);
  t.match(compose.services.gateway?.ports?.[0], new RegExp(`:${port}$`));
  const published = Object.entries(compose.services).filter(([room, { ports }]) => room in schemas && ports);
  t.same(
    published.map(([room]) => room),
    ['gateway'],
    'only gateways are reached from outside',
  );
});

t.test('health is asked for by paths that rooms have', async (t) => {
  const paths = [...read('shared/internal-app.ts').matchAll(/app\.get\('(\/\w+)'/g)].map(([, path]) => path);
  t.has(paths, ['/livez', '/readyz']);
  t.match(read('deploy/docker/healthcheck.ts'), "process.argv[2] ?? 'readyz'");
  t.match(read('deploy/terraform/modules/load-balancer/main.tf'), /path\s+= "\/readyz"/);
  t.match(terraformRoom, '"/app/deploy/docker/healthcheck.ts", "livez"');
});

t.test('no secret stands in docker-compose.yml or its example', async (t) => {
  const values = Object.values(compose.services).flatMap(({ environment = {} }) => Object.entries(environment));
  const named = values.filter(([name]) => /SECRET|PASSWORD|OPERATORS|REDIS_URL/.test(name));
  t.ok(named.length > 8);
  for (const [name, value] of named) t.match(value, /\$\{[A-Z_]+:/, name);
  for (const line of read('.env.example')
    .split('\n')
    .filter((text) => /^[A-Z_]*(SECRET|PASSWORD|OPERATORS)/.test(text)))
    t.match(line, /=$/, line);
});
