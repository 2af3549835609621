import t from 'tap';
import type { Operator } from '../operators/operators.ts';
import { createSessions, sessionLifeMs } from '../operators/session.ts';

const kim: Operator = { name: 'kim', role: 'operator', passwordHash: 'hash-1' };
const secret = 's'.repeat(40);
const others = 'o'.repeat(40);
const build = (operators: Operator[] = [kim], secrets = [secret]) =>
  createSessions({ secrets, operators: () => new Map(operators.map((operator) => [operator.name, operator])) });

t.test('session: good for twelve hours, then no more', async (t) => {
  const sessions = build();
  const value = sessions.create(kim, 1_000);
  t.equal(sessions.verify(value, 1_000)?.operator.name, 'kim');
  t.ok(sessions.verify(value, 1_000 + sessionLifeMs - 1));
  t.equal(sessions.verify(value, 1_000 + sessionLifeMs), undefined);
});

t.test('session: ends when the password changes or the operator is gone; the role is that of now', async (t) => {
  const value = build().create(kim, 0);
  t.equal(build([{ ...kim, passwordHash: 'hash-2' }]).verify(value, 1), undefined);
  t.equal(build([]).verify(value, 1), undefined);
  t.equal(build([{ ...kim, role: 'viewer' }]).verify(value, 1)?.operator.role, 'viewer');
});

t.test('session: an older secret still verifies, a foreign one does not', async (t) => {
  const value = build().create(kim, 0);
  t.ok(build([kim], [others, secret]).verify(value, 1));
  t.equal(build([kim], [others]).verify(value, 1), undefined);
});

t.test('session: whatever is not whole and ours is no session', async (t) => {
  const sessions = build();
  const [id, endsAt, name, mac] = sessions.create(kim, 0).split('.');
  const forged = [
    undefined,
    '',
    '....',
    `${id}.${endsAt}.${name}`,
    `${id}.${Number(endsAt) + 1}.${name}.${mac}`,
    `x${id}.${endsAt}.${name}.${mac}`,
    `${id}.${endsAt}.${name}.${mac}.more`,
    `${id}.${endsAt}.${name}.${mac?.slice(1)}`,
    `${id}.${endsAt}.${Buffer.from('lee').toString('base64url')}.${mac}`,
    'x'.repeat(5_000),
  ];
  for (const value of forged) t.equal(sessions.verify(value, 1), undefined, String(value).slice(0, 60));
});

t.test('session: the token for changes belongs to one session', async (t) => {
  const sessions = build();
  const one = sessions.verify(sessions.create(kim, 0), 1);
  const other = sessions.verify(sessions.create(kim, 0), 1);
  if (!one || !other) throw new Error('no session');
  const token = sessions.csrfToken(one);
  t.ok(sessions.isCsrfToken(one, token));
  t.notOk(sessions.isCsrfToken(other, token));
  for (const value of [undefined, '', 'x', ['x'], 1]) t.notOk(sessions.isCsrfToken(one, value));
});
