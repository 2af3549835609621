import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { hashPassword } from '@fairline/shared/password.ts';

const help = `npm run compose:env -- [options]

Writes the .env that docker compose reads, with fresh secrets and one operator, readable by you alone. An .env that is
there already is left as it is.

  --operator NAME  name of the operator, default admin
  --file FILE      default .env beside docker-compose.yml
  --help
`;

const secretNames = [
  'COOKIE_SECRETS',
  'TICKET_SECRETS',
  'INVITE_SECRETS',
  'IDENTITY_SECRETS',
  'ADMIN_SECRETS',
  'REDIS_PASSWORD',
];

function fresh(): string {
  return randomBytes(32).toString('base64url');
}

function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

function readOptions() {
  try {
    return parseArgs({
      options: {
        operator: { type: 'string', default: 'admin' },
        file: { type: 'string', default: fileURLToPath(new URL('../../.env', import.meta.url)) },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    return fail(`${error instanceof Error ? error.message : error}\n\n${help}`);
  }
}

const { operator, file, help: wantsHelp } = readOptions();
if (wantsHelp) {
  process.stdout.write(help);
  process.exit();
}
if (!/^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/.test(operator)) fail(`--operator: not a name: ${JSON.stringify(operator)}`);

const password = randomBytes(15).toString('base64url');
const lines = [
  ...secretNames.map((name) => `${name}=${fresh()}`),
  // In single quotes: a hash has dollar signs, which Compose would take for variables.
  `OPERATORS='${operator}:operator:${await hashPassword(password)}'`,
  `GRAFANA_PASSWORD=${fresh()}`,
];
try {
  await writeFile(file, `${lines.join('\n')}\n`, { mode: 0o600, flag: 'wx' });
} catch (error) {
  const { code } = error as NodeJS.ErrnoException;
  fail(
    code === 'EEXIST'
      ? `${file} is there already; delete it to get new secrets (visitors then lose their cookies)`
      : `${file} cannot be written: ${code}`,
  );
}
process.stdout.write(`wrote ${file}\noperator ${operator}, password ${password} (shown only now)\n`);
