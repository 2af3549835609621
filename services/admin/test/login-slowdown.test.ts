import t from 'tap';
import { createLoginSlowdown, networkOf } from '../operators/login-slowdown.ts';

const attempt = (nowMs: number, { name = 'kim', address = '192.0.2.1' } = {}) => ({ name, address, nowMs });

t.test('slowdown: three failures are free, then the delay doubles from one second', async (t) => {
  const slowdown = createLoginSlowdown();
  for (let i = 0; i < 3; i += 1) t.equal(slowdown.take(attempt(1_000)), 0);
  t.equal(slowdown.take(attempt(1_000)), 1_000);
  t.equal(slowdown.take(attempt(1_600)), 400);
  t.equal(slowdown.take(attempt(2_000)), 0, 'after the delay one more may try');
  t.equal(slowdown.take(attempt(2_000)), 2_000);
});

t.test('slowdown: a thousand at once are counted before any password was looked at', async (t) => {
  const slowdown = createLoginSlowdown();
  const waits = Array.from({ length: 1_000 }, () => slowdown.take(attempt(0)));
  t.equal(waits.filter((waitMs) => waitMs === 0).length, 3);
});

t.test('slowdown: other networks that guess one name are slowed together, at most 30 s', async (t) => {
  const slowdown = createLoginSlowdown();
  let longest = 0;
  for (let i = 0, nowMs = 0; i < 40; i += 1) {
    const waitMs = slowdown.take(attempt(nowMs, { address: `198.51.100.${i}` }));
    longest = Math.max(longest, waitMs);
    nowMs += waitMs;
  }
  t.equal(longest, 30_000);
});

t.test('slowdown: one network that guesses many names is slowed up to 15 min', async (t) => {
  const slowdown = createLoginSlowdown();
  let longest = 0;
  for (let i = 0, nowMs = 0; i < 60; i += 1) {
    const waitMs = slowdown.take(attempt(nowMs, { name: `name-${i}` }));
    longest = Math.max(longest, waitMs);
    nowMs += waitMs;
  }
  t.equal(longest, 900_000);
});

t.test('slowdown: strangers who guess a name do not slow its owner where the owner logged in before', async (t) => {
  const slowdown = createLoginSlowdown();
  slowdown.take(attempt(0));
  slowdown.succeeded(attempt(0));
  for (let i = 0; i < 10; i += 1) slowdown.take(attempt(1_000, { address: `198.51.100.${i}` }));
  t.ok(slowdown.take(attempt(1_000, { address: '198.51.100.99' })) > 0);
  t.equal(slowdown.take(attempt(1_000)), 0);
});

t.test('slowdown: a login clears the failures; an hour of quiet does too', async (t) => {
  const slowdown = createLoginSlowdown();
  for (let i = 0; i < 3; i += 1) slowdown.take(attempt(0));
  slowdown.succeeded(attempt(0));
  t.equal(slowdown.take(attempt(0)), 0);

  const other = createLoginSlowdown();
  for (let i = 0; i < 3; i += 1) other.take(attempt(0));
  other.take(attempt(3_600_000));
  t.equal(other.take(attempt(3_600_000)), 0);
});

t.test('slowdown: memory is bounded, the longest unused is forgotten', async (t) => {
  const slowdown = createLoginSlowdown({ maxRecords: 10 });
  for (let i = 0; i < 3; i += 1) slowdown.take(attempt(0));
  t.ok(slowdown.take(attempt(0)) > 0);
  for (let i = 0; i < 10; i += 1) slowdown.take(attempt(0, { name: `n${i}`, address: `198.51.100.${i}` }));
  t.equal(slowdown.take(attempt(0)), 0);
});

t.test('slowdown: a network is an IPv4 address or the /64 of an IPv6 one', async (t) => {
  t.equal(networkOf('192.0.2.7'), '192.0.2.7');
  t.equal(networkOf('::ffff:192.0.2.7'), '192.0.2.7');
  t.equal(networkOf('2001:db8:1:2:aaaa::1'), '2001:db8:1:2::/64');
  t.equal(networkOf('2001:DB8:1:2::9'), '2001:db8:1:2::/64');
  t.equal(networkOf('2001:db8::1'), '2001:db8:0:0::/64');
  t.equal(networkOf('::1'), '0:0:0:0::/64');
  t.equal(networkOf('fe80::1%eth0'), 'fe80:0:0:0::/64');
});
