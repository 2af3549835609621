import { randomBytes } from 'node:crypto';
import { settingFields } from '@fairline/shared/contracts/settings.ts';
import { createInvitations } from '@fairline/shared/invitations.ts';
import { hashPassword } from '@fairline/shared/password.ts';
import { type LogLine, type RoomProcess, startSystem, until } from '@fairline/shared/testing/system.ts';
import type { TestLike } from '@fairline/shared/testing/test-like.ts';
import { createVisitorCookies } from '@fairline/shared/visitor-cookie.ts';
import { createToken, hashToken } from '../../services/admin/operators/tokens.ts';
import { createVisitor } from '../../test/flows/visitor.ts';
import { type Exchange, exchange, type Patience } from './raw-exchange.ts';

/** Enough for everybody whom inputs bring in line or to a place: a normal visitor does not have to wait for them. */
const places = '1000000';
const password = randomBytes(16).toString('base64url');
const invitationLifeMs = 3_600_000;
/** Settings that every kind of input begins with; times are short, so that what visitors leave behind goes by itself. */
const settings = {
  ...Object.fromEntries(settingFields.map((field) => [field.name, String(field.default)])),
  ...{
    maxBooking: places,
    admissions: 'open',
    message: '',
    routingRules: '',
    visitorTTLMinutes: '1',
    leaseMinutes: '10',
  },
  ...{ newBookingsPerMinute: '0', claimSeconds: '60', ticketStock: '0', maxQueue: '0', vipSharePercent: '0' },
  ...{ bookingLockTTLSeconds: '5', queueingStatusCode: '200' },
};

export type World = Awaited<ReturnType<typeof startWorld>>;

/** A running system, people and programs who are known to it, and a watch over what goes wrong in it. */
export async function startWorld(t: TestLike) {
  const [tokenText, inviteSecret] = [createToken(), randomBytes(32).toString('base64url')];
  const logged: string[] = [];
  const note = (id: string, { level, msg, ...rest }: LogLine) => {
    if (level === 'error' || level === 'fatal') logged.push(`${id} logs: ${msg} ${JSON.stringify(rest).slice(0, 600)}`);
  };
  const system = await startSystem(t, {
    rooms: { booking: 2, 'waiting-room': 1, 'queue-processor': 1, router: 1, admin: 1 },
    settings,
    env: {
      ADMIN_SECRETS: randomBytes(32).toString('base64url'),
      OPERATORS: `mina:operator:${await hashPassword(password)}`,
      ADMIN_TOKENS: `script:operator:${hashToken(tokenText)}`,
      INVITE_SECRETS: inviteSecret,
      ACCESS_LOG: 'off',
      // A test of what is refused, not of how slow instances are waited for.
      FIRST_BYTE_TIMEOUT_MS: '3000',
    },
    onLogLine: note,
  });
  const cookies = createVisitorCookies({ secrets: [system.secrets.COOKIE_SECRETS] });
  const newVisitor = () => createVisitor(system.url);
  let [waiting, booked] = [newVisitor(), newVisitor()];
  const operator = newVisitor();
  await until('the console to be reached', async () => {
    return (await operator.ask('/system/login')).status === 200;
  });
  await logIn(operator);
  const { csrfToken } = (await operator.ask('/system/api/settings')).json<{ csrfToken: string }>();
  const invite = createInvitations({ secrets: [inviteSecret] }).sign({
    ...{ event: 'default', id: 'fuzzfuzz12', expiresAtMs: Date.now() + invitationLifeMs },
  });
  const replaced = new Set<RoomProcess>();
  let reported = 0;

  const words: Readonly<Record<string, () => string>> = {
    cookie: () => waiting.cookies.get('visitor_id') ?? '',
    ticket: () => waiting.cookies.get('visitor_ticket') ?? '',
    booked: () => booked.cookies.get('visitor_id') ?? '',
    new: () => cookies.create().value,
    session: () => operator.cookies.get('fairline_operator') ?? '',
    csrf: () => csrfToken,
    token: () => tokenText,
    invite: () => invite,
  };

  async function logIn(visitor: ReturnType<typeof createVisitor>): Promise<void> {
    const answer = await visitor.ask('/system/login', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'mina', password }),
    });
    if (answer.status !== 303) throw new Error(`the operator cannot log in: ${answer.status} ${answer.text}`);
  }

  /** Puts in what stands in braces, and the length of the body. */
  function fill(text: string): string {
    const filled = text.replaceAll(/\{([a-z]+)(?::([a-z]+))?\}/g, (whole, name: string, change: string | undefined) => {
      const word = Object.hasOwn(words, name) ? words[name]?.() : undefined;
      return word === undefined ? whole : spoil(word, change);
    });
    return filled.replace('{length}', String(filled.length - filled.indexOf('\r\n\r\n') - 4));
  }

  const port = () => Number(new URL(system.url()).port);

  return {
    system,
    fill,
    /** Sends the bytes to the gateway. */
    send: (text: string, patience: Patience): Promise<Exchange> => exchange(port(), fill(text), patience),

    /** What went wrong in the processes since the last look; those that died are started anew. */
    async takeProblems(): Promise<string[]> {
      const problems = logged.splice(0);
      problems.push(...system.problems.slice(reported).filter((line) => !line.includes('"level":')));
      reported = system.problems.length;
      for (const dead of system.processes.filter((each) => each.hasEnded() && !replaced.has(each))) {
        problems.push(`${dead.id} died: code ${dead.child.exitCode}, signal ${dead.child.signalCode}`);
        replaced.add(dead);
        await system.start(dead.room);
        await system.ready();
      }
      return problems;
    },

    /** As it was in the beginning: settings, nobody blocked, every instance wanted, one visitor in line and one with a place. */
    async restore(): Promise<void> {
      const { redis, keys } = system;
      await redis.del(
        'booking:blocked',
        'booking:blocked:details',
        'booking:blocked:past',
        'booking:instances:disabled',
      );
      await redis.incr('booking:blocked:version');
      await redis.del(keys.settings);
      await system.settings.save(settings);
      await system.ready();
    },

    /** A visitor from the first page to their own place and out again; throws when they do not get there. */
    async serveVisitor(): Promise<void> {
      const visitor = newVisitor();
      await visitor.arrive();
      await visitor.apply();
      await until('a visitor to be let in', async () => (await visitor.status()).status === 'booked', 30_000);
      await until('the visitor to see the shop', async () => (await visitor.ask('/api/booking')).status === 200);
      const confirmed = await visitor.confirm();
      if (confirmed.status !== 200) throw new Error(`a visitor cannot finish: ${confirmed.status} ${confirmed.text}`);
    },

    /**
     * Two new visitors for requests to speak for: one with a place, and one in line, where nobody is let in until `restore`.
     */
    async seatRegulars(): Promise<void> {
      await system.settings.save({ maxBooking: places });
      booked = newVisitor();
      await booked.arrive();
      await booked.apply();
      await until('the regular to have a place', async () => (await booked.status()).status === 'booked');
      await system.settings.save({ maxBooking: '0' });
      waiting = newVisitor();
      await waiting.arrive();
      await waiting.apply();
    },
  };
}

function spoil(word: string, change: string | undefined): string {
  switch (change) {
    case 'cut':
      return word.slice(0, -1);
    case 'flip':
      return word.slice(0, -1) + (word.endsWith('A') ? 'B' : 'A');
    case 'upper':
      return word.toUpperCase();
    case 'double':
      return word + word;
    case 'id':
      return word.split('.')[0] ?? '';
    case 'quoted':
      return `"${word}"`;
    case 'encoded':
      return encodeURIComponent(word).replaceAll('.', '%2E');
    case 'spaced':
      return word.replace('.', ' .');
    default:
      return word;
  }
}
