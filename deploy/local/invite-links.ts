import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { createInvitations, inviteParameter } from '@fairline/shared/invitations.ts';

export type InviteOptions = { count: number; expiresInMs: number; url: string };

export const inviteHelp = `npm run invite -- [options]

Prints links that each make one visitor a VIP: the first who opens it. Works while \`vipSharePercent\` is above 0.

  --count N       how many links, 1 to 10000, default 1
  --expires TIME  until when a link can be taken: 30m, 24h, 14d; at most 90d, default 24h
  --url URL       where the site is, default http://127.0.0.1:8080
  --help

Signed with the first of INVITE_SECRETS; without it, as \`npm start\` does, with the one made from TICKET_SECRETS or DATA_DIR.
`;

const mostLinks = 10_000;
const maxExpiresMs = 90 * 86_400_000;
const unitMs: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** undefined: help is asked for. Throws in words when something makes no sense. */
export function readInviteOptions(argv: readonly string[]): InviteOptions | undefined {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      count: { type: 'string', default: '1' },
      expires: { type: 'string', default: '24h' },
      url: { type: 'string', default: 'http://127.0.0.1:8080' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  const count = /^\d{1,5}$/.test(values.count) ? Number(values.count) : 0;
  if (count < 1 || count > mostLinks) throw new Error(`--count: a whole number 1 to ${mostLinks}, not ${values.count}`);
  const [, amount, unit] = /^(\d{1,5})([mhd])$/.exec(values.expires) ?? [];
  const expiresInMs = Number(amount ?? 0) * (unitMs[unit ?? ''] ?? 0);
  if (!(expiresInMs > 0 && expiresInMs <= maxExpiresMs)) {
    throw new Error(`--expires: a time like 30m, 24h or 14d, at most 90d, not ${values.expires}`);
  }
  const url = URL.canParse(values.url) ? new URL(values.url) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) throw new Error(`--url: https://… or http://…, not ${values.url}`);
  return { count, expiresInMs, url: url.origin };
}

/** The links, each with an id of its own. */
export function makeInviteLinks({
  options: { count, expiresInMs, url },
  secrets,
  event,
  nowMs,
}: {
  options: InviteOptions;
  secrets: readonly string[];
  event: string;
  nowMs: number;
}): string[] {
  const invitations = createInvitations({ secrets });
  return Array.from({ length: count }, () => {
    const id = randomBytes(12).toString('base64url');
    const token = invitations.sign({ event, id, expiresAtMs: nowMs + expiresInMs });
    return `${url}/ticketing?${inviteParameter}=${token}`;
  });
}
