import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { secretList } from '@fairline/shared/config.ts';
import { inviteHelp, makeInviteLinks, readInviteOptions } from './invite-links.ts';
import { readSecrets } from './secrets.ts';

const { env } = process;
const root = fileURLToPath(new URL('../..', import.meta.url));
try {
  const options = readInviteOptions(process.argv.slice(2));
  if (options) {
    const file = join(resolve(root, env.DATA_DIR || '.data'), 'secrets.json');
    const secrets = secretList(env.INVITE_SECRETS || (await readSecrets(file, env)).INVITE_SECRETS);
    const links = makeInviteLinks({ options, secrets, event: env.EVENT || 'default', nowMs: Date.now() });
    process.stdout.write(`${links.join('\n')}\n`);
  } else {
    process.stdout.write(inviteHelp);
  }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n\n${inviteHelp}`);
  process.exitCode = 1;
}
