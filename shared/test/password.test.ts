import { scryptSync } from 'node:crypto';
import t from 'tap';
import { hashPassword, isPasswordHash, verifyPassword } from '../password.ts';

t.test('password: only the right one verifies', async (t) => {
  const hash = await hashPassword('correct horse battery staple');
  t.match(hash, /^scrypt\$16384\$8\$1\$[\w-]{22}\$[\w-]{43}$/);
  t.equal(await verifyPassword('correct horse battery staple', hash), true);
  t.equal(await verifyPassword('correct horse battery stapl', hash), false);
  t.equal(await verifyPassword('', hash), false);
});

t.test('password: two hashes of one password differ, both verify', async (t) => {
  const [first, second] = await Promise.all([hashPassword('비밀번호 1234'), hashPassword('비밀번호 1234')]);
  t.not(first, second);
  t.equal(await verifyPassword('비밀번호 1234', first), true);
  t.equal(await verifyPassword('비밀번호 1234'.normalize('NFD'), second), true, 'however the keyboard composes it');
});

t.test('password: the cost is read from the hash', async (t) => {
  const salt = Buffer.from('SodiumChloride16');
  const key = scryptSync('password', salt, 32, { cost: 1024, blockSize: 4, parallelization: 2 });
  const hash = `scrypt$1024$4$2$${salt.toString('base64url')}$${key.toString('base64url')}`;
  t.equal(await verifyPassword('password', hash), true);
  t.equal(await verifyPassword('passwort', hash), false);
});

t.test('password: a text that is no hash, or one of absurd cost, verifies nothing', async (t) => {
  const salt = 'A'.repeat(22);
  const key = 'A'.repeat(43);
  for (const text of [
    '',
    'plain',
    `bcrypt$16384$8$1$${salt}$${key}`,
    `scrypt$16384$8$1$${salt}`,
    `scrypt$16383$8$1$${salt}$${key}`,
    `scrypt$0$8$1$${salt}$${key}`,
    `scrypt$1$8$1$${salt}$${key}`,
    `scrypt$16384$0$1$${salt}$${key}`,
    `scrypt$8388608$32$1$${salt}$${key}`,
    `scrypt$16384$8$1$$${key}`,
    `scrypt$16384$8$1$${salt}$AAAA`,
    `scrypt$16384$8$1$${salt}$${key}$`,
  ]) {
    t.equal(isPasswordHash(text), false, text);
    t.equal(await verifyPassword('password', text), false, text);
  }
});

t.test('password: an endless password is refused unread', async (t) => {
  const hash = await hashPassword('short');
  t.equal(await verifyPassword('x'.repeat(1_000_000), hash), false);
});
