import { createHmac, randomBytes, randomInt } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ConfigError, secretList } from '@fairline/shared/config.ts';
import { LaunchProblem } from './launch-problem.ts';

const keptNames = ['COOKIE_SECRETS', 'TICKET_SECRETS', 'IDENTITY_SECRETS', 'ADMIN_SECRETS'] as const;
type KeptName = (typeof keptNames)[number];
const secretNames = [...keptNames, 'INVITE_SECRETS'] as const;
export type SecretName = (typeof secretNames)[number];
type KeptSecrets = Readonly<Record<KeptName, string>>;
export type Secrets = Readonly<Record<SecretName, string>>;

const minCharacters = 32;

/**
 * The keys that sign cookies, headers and invitations: those configured, and for the others random ones, made once and kept
 * in `file` (readable by its owner only), so that visitors keep their places across a restart. That of invitations follows
 * from that of tickets.
 */
export async function readSecrets(file: string, env: Readonly<Record<string, string | undefined>>): Promise<Secrets> {
  const problems: string[] = [];
  const configured: Partial<Record<SecretName, string>> = {};
  for (const name of secretNames) {
    const text = env[name];
    if (!text) continue;
    configured[name] = text;
    try {
      secretList(text);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      problems.push(...error.problems.map((problem) => `${name}: ${problem}`));
    }
  }
  if (problems.length > 0) throw new LaunchProblem(problems);
  if (keptNames.every((name) => configured[name])) return pickSecrets(configured, {});
  return pickSecrets(configured, await readKept(file));
}

function pickSecrets(configured: Partial<Secrets>, kept: Partial<KeptSecrets>): Secrets {
  const entries = keptNames.map((name) => [name, configured[name] ?? kept[name] ?? ''] as const);
  const picked = Object.fromEntries(entries) as Record<KeptName, string>;
  return Object.freeze({ ...picked, INVITE_SECRETS: configured.INVITE_SECRETS ?? deriveInviteSecrets(picked) });
}

/** One for each secret of tickets, so that links outlive a change of those as tickets do. */
function deriveInviteSecrets({ TICKET_SECRETS }: KeptSecrets): string {
  const derive = (secret: string) => createHmac('sha256', secret).update('invitations').digest('base64url');
  return TICKET_SECRETS.split(',')
    .map((secret) => derive(secret.trim()))
    .join(',');
}

async function readKept(file: string): Promise<KeptSecrets> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw new LaunchProblem(`${file}: cannot be read (${error.code})`, { cause: error });
  });
  if (text === undefined) return createKept(file);
  const kept = parseKept(text);
  if (kept) return kept;
  throw new LaunchProblem(`${file}: is damaged; delete it to get new secrets (visitors then lose their cookies)`);
}

function parseKept(text: string): KeptSecrets | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return undefined;
    const fields = new Map<string, unknown>(Object.entries(value));
    const entries = keptNames.map((name) => [name, fields.get(name)] as const);
    if (entries.some(([, secret]) => typeof secret !== 'string' || secret.length < minCharacters)) return undefined;
    return Object.fromEntries(entries) as KeptSecrets;
  } catch {
    return undefined;
  }
}

/** Written beside and then linked: the file is complete or not there, and of two starts at once one wins for both. */
async function createKept(file: string): Promise<KeptSecrets> {
  const fresh = Object.fromEntries(keptNames.map((name) => [name, randomBytes(32).toString('base64url')]));
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  await mkdir(dirname(file), { recursive: true });
  await writeFile(draft, `${JSON.stringify(fresh, null, 2)}\n`, { mode: 0o600 });
  try {
    await link(draft, file);
    return fresh as KeptSecrets;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return readKept(file);
  } finally {
    await rm(draft, { force: true });
  }
}

/** Four groups of four, without letters that look alike: 79 bits that can be read out and typed. */
export function createPassword(): string {
  const alphabet = 'abcdefghjkmnpqrstuvwxyz23456789';
  const group = () => Array.from({ length: 4 }, () => alphabet[randomInt(alphabet.length)]).join('');
  return [group(), group(), group(), group()].join('-');
}
