import { startTestRedis } from '@fairline/shared/testing/redis-server.ts';
import t from 'tap';
import { buildAdmin, passwords } from './build-admin.ts';

t.test('login and access', async (t) => {
  const server = await startTestRedis(t);

  await t.test('login: a right password opens the page with a strict cookie', async (t) => {
    const admin = await buildAdmin(t, server);
    const answer = await admin.ask('/system/login', { form: { name: 'kim', password: passwords.kim } });
    t.equal(answer.status, 303);
    t.equal(answer.headers.get('location'), '/system');
    const cookie = answer.headers.get('set-cookie') ?? '';
    t.match(cookie, /^fairline_operator=[^;]+; Max-Age=43200; Path=\/system; HttpOnly; SameSite=Strict$/);
    const viaHttps = await admin.ask('/system/login', {
      form: { name: 'kim', password: passwords.kim },
      headers: { 'x-forwarded-proto': 'https' },
    });
    t.match(viaHttps.headers.get('set-cookie'), /; Secure/);

    const page = await admin.ask('/system', { cookie: cookie.split(';')[0] ?? '' });
    t.equal(page.status, 200);
    t.match(page.text, /<b>kim<\/b> operator/);
    t.equal(page.headers.get('cache-control'), 'private, no-store');
    t.match(page.headers.get('content-security-policy'), /^default-src 'none';script-src 'self';style-src 'self'/);
    t.notMatch(page.text, /<script>|style="|onclick/);
  });

  await t.test('login: a wrong password and an unknown name get the same answer, what was typed is kept', async (t) => {
    const admin = await buildAdmin(t, server);
    const wrong = await admin.ask('/system/login', { form: { name: 'kim', password: 'nope' } });
    t.equal(wrong.status, 401);
    t.match(wrong.text, /Name or password is wrong\./);
    t.match(wrong.text, /value="kim"/);
    t.notMatch(wrong.text, /nope/);
    t.equal(wrong.headers.get('set-cookie'), null);
    const unknown = await admin.ask('/system/login', { form: { name: '"><b>', password: 'nope' } });
    t.equal(unknown.status, 401);
    t.match(unknown.text, /value="&quot;&gt;&lt;b&gt;"/);
    const json = await admin.ask('/system/login', {
      form: { name: 'kim', password: 'nope' },
      headers: { accept: 'application/json' },
    });
    t.match(JSON.parse(json.text), { statusCode: 401, code: 'BAD_LOGIN' });
  });

  await t.test('login: slowed after failures, also with the right password, and told when to come back', async (t) => {
    // Time stands still: on a busy machine the wait would be over before it was asked about.
    const admin = await buildAdmin(t, server, { clock: { nowMs: () => 1_000_000 } });
    const form = { name: 'kim', password: 'nope' };
    const from = (address: string) => ({ 'x-forwarded-for': address });
    for (let i = 0; i < 3; i += 1) await admin.ask('/system/login', { form, headers: from('192.0.2.1') });
    const slowed = await admin.ask('/system/login', {
      form: { name: 'kim', password: passwords.kim },
      headers: { ...from('192.0.2.1'), 'accept-language': 'ko' },
    });
    t.equal(slowed.status, 429);
    t.equal(slowed.headers.get('retry-after'), '1');
    t.match(slowed.text, /1초 후에 다시 시도하세요/);
    const json = await admin.ask('/system/login', {
      form,
      headers: { ...from('192.0.2.1'), accept: 'application/json' },
    });
    t.match(JSON.parse(json.text), { statusCode: 429, code: 'LOGIN_SLOWED' });
    const elsewhere = await admin.ask('/system/login', {
      form: { name: 'lee', password: passwords.lee },
      headers: from('192.0.2.2'),
    });
    t.equal(elsewhere.status, 303);
  });

  await t.test('login: nothing else is reached without one', async (t) => {
    const admin = await buildAdmin(t, server);
    for (const path of ['/system', '/system/', '/system/settings', '/system/nothing', '/']) {
      const answer = await admin.ask(path);
      t.equal(answer.status, 303, path);
      t.equal(answer.headers.get('location'), '/system/login', path);
    }
    for (const [path, method] of [
      ['/system/api/overview', 'GET'],
      ['/system/api/settings', 'GET'],
      ['/system/api/settings', 'PUT'],
      ['/system/api/nothing', 'GET'],
    ] as const) {
      const answer = await admin.ask(path, {
        method,
        cookie: 'fairline_operator=a.1.b.c',
        headers: { accept: 'application/json' },
      });
      t.equal(answer.status, 401, path);
      t.match(JSON.parse(answer.text), { code: 'LOGIN_REQUIRED' });
    }
    const post = await admin.ask('/system/settings', { form: { maxBooking: '9' } });
    t.equal(post.status, 303);
    t.equal((await admin.settings.readRaw()).maxBooking, '3');
  });

  await t.test('login: the page’s static files are open, kept for good, and known by their content only', async (t) => {
    const admin = await buildAdmin(t, server);
    const { text } = await admin.ask('/system/login');
    const stylesheet = /href="(\/system\/assets\/console\.[\w-]+\.css)"/.exec(text)?.[1] ?? '';
    const answer = await admin.ask(stylesheet);
    t.equal(answer.status, 200);
    t.match(answer.headers.get('content-type'), /^text\/css/);
    t.equal(answer.headers.get('cache-control'), 'public, max-age=31536000, immutable');
    for (const path of ['/system/assets/console.css', '/system/assets/..%2fapp.ts', '/system/assets/x.y.css'])
      t.not((await admin.ask(path)).status, 200, path);
  });

  await t.test('logout: takes the cookie back, and needs the token', async (t) => {
    const admin = await buildAdmin(t, server);
    const { cookie, csrf } = await admin.logIn('lee');
    t.equal((await admin.ask('/system/logout', { cookie, form: { csrf: 'x' } })).status, 403);
    const answer = await admin.ask('/system/logout', { cookie, form: { csrf } });
    t.equal(answer.status, 303);
    t.match(answer.headers.get('set-cookie'), /^fairline_operator=; .*Expires=Thu, 01 Jan 1970/);
  });

  await t.test('access: connections from outside the gateways’ networks see nothing', async (t) => {
    const admin = await buildAdmin(t, server, { gatewayNetworks: ['10.0.0.0/8'] });
    t.equal((await admin.ask('/system/login', { headers: { 'x-forwarded-for': '10.0.0.1' } })).status, 404);
  });

  await t.test('access: malformed forms are refused, the process goes on', async (t) => {
    const admin = await buildAdmin(t, server);
    const twice = await fetch(`${admin.url}/system/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'name=a&name=b&password=c',
    });
    t.equal(twice.status, 400);
    const large = await admin.ask('/system/login', { form: { name: 'kim', password: 'x'.repeat(20_000) } });
    t.equal(large.status, 413);
    const json = await admin.ask('/system/login', { method: 'POST', json: { name: 1 } });
    t.equal(json.status, 400);
    t.equal((await admin.ask('/system/login')).status, 200);
  });
});
