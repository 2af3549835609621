import { startTestRedis } from '@fairline/shared/testing/redis-server.ts';
import t from 'tap';
import { buildAdmin } from './build-admin.ts';

t.test('settings', async (t) => {
  const server = await startTestRedis(t);

  await t.test('settings: a saved form is in force at once and written down', async (t) => {
    const admin = await buildAdmin(t, server);
    const { cookie, csrf } = await admin.logIn('kim');
    const form = { csrf, maxBooking: '12', 'was.maxBooking': '3', admissions: 'paused', 'was.admissions': 'open' };
    const answer = await admin.ask('/system/settings', { cookie, form });
    t.equal(answer.status, 303);
    t.equal(answer.headers.get('location'), '/system/settings?notice=saved');
    const good = await admin.settings.readGood();
    t.match(good, { maxBooking: 12, admissions: 'paused', claimSeconds: 60 });
    const [entry] = await admin.audit.readLatest(10);
    t.match(entry, {
      who: 'kim',
      what: 'settings',
      subject: '',
      before: { maxBooking: '3', admissions: 'open' },
      after: { maxBooking: '12', admissions: 'paused' },
    });
    t.ok(Math.abs((entry?.atMs ?? 0) - Date.now()) < 60_000);
    const page = await admin.ask('/system?notice=saved', { cookie });
    t.match(page.text, /Saved\./);
    t.match(page.text, /<del>3<\/del>[\s\S]*<ins>12<\/ins>/);
  });

  await t.test('settings: one bad field and nothing is written, the form keeps what was typed', async (t) => {
    const admin = await buildAdmin(t, server);
    const { cookie, csrf } = await admin.logIn('kim');
    const form = { csrf, maxBooking: '9', claimSeconds: '2', message: '<b>Hello</b>' };
    const answer = await admin.ask('/system/settings', { cookie, form });
    t.equal(answer.status, 400);
    t.match(answer.text, /“2” is refused\. Allowed: a whole number from 5 to 3,600\./);
    t.match(answer.text, /id="maxBooking" name="maxBooking" value="9"/);
    t.match(answer.text, /&lt;b&gt;Hello&lt;\/b&gt;/);
    t.match(
      answer.text,
      /id="claimSeconds"[^>]*aria-describedby="claimSeconds-help claimSeconds-problem"\s+aria-invalid="true"/,
    );
    t.match(await admin.settings.readRaw(), { maxBooking: '3', claimSeconds: '60', message: '' });
    t.same(await admin.audit.readLatest(10), []);
    const korean = await admin.ask('/system/settings', { cookie, form, headers: { 'accept-language': 'ko-KR' } });
    t.match(korean.text, /“2” 값은 사용할 수 없습니다\. 허용 값: 5부터 3,600까지의 정수/);
  });

  await t.test(
    'settings: bad rules are shown with the place of the problem, good ones are saved as typed',
    async (t) => {
      const admin = await buildAdmin(t, server);
      const { cookie, csrf } = await admin.logIn('kim');
      const form = { csrf, routingRules: '# who\r\ntier gold -> pool 2', 'was.routingRules': '' };
      const answer = await admin.ask('/system/settings', { cookie, form });
      t.equal(answer.status, 400);
      t.match(answer.text, /These rules are refused\. Line 2, column 6: &quot;gold&quot; is no tier/);
      t.match(answer.text, /<textarea id="routingRules"[^>]*aria-invalid="true">\s*# who\r?\ntier gold -&gt; pool 2</);
      t.match(await admin.settings.readRaw(), { routingRules: '' });
      const good = { csrf, routingRules: '\r\ntier suspect -> pool 2\r\n', 'was.routingRules': '' };
      t.equal((await admin.ask('/system/settings', { cookie, form: good })).status, 303);
      t.equal((await admin.settings.readGood()).routingRules, '\ntier suspect -> pool 2');
      await admin.redis.hset('booking:settings', 'routingRules', 'GET /a?b -> pool 2');
      await admin.settings.adopt();
      await admin.reader.refresh();
      const page = await admin.ask('/system/settings', { cookie });
      t.match(page.text, /not in force\. Line 1, column 5: a path has no query/);
      t.match(page.text, /data-in-force="routingRules">\s*tier suspect -&gt; pool 2</);
    },
  );

  await t.test('settings: a form that changes nothing says so', async (t) => {
    const admin = await buildAdmin(t, server);
    const { cookie, csrf } = await admin.logIn('kim');
    const answer = await admin.ask('/system/settings', { cookie, form: { csrf, maxBooking: '3' } });
    t.equal(answer.headers.get('location'), '/system/settings?notice=unchanged');
    t.same(await admin.audit.readLatest(10), []);
  });

  await t.test('settings: a field that somebody else changed meanwhile is a conflict', async (t) => {
    const admin = await buildAdmin(t, server);
    const { cookie, csrf } = await admin.logIn('kim');
    await admin.settings.save({ maxBooking: '7' });
    const form = { csrf, maxBooking: '5', 'was.maxBooking': '3' };
    const answer = await admin.ask('/system/settings', { cookie, form });
    t.equal(answer.status, 400);
    t.match(answer.text, /Someone else has set this to “7” meanwhile/);
    t.equal((await admin.settings.readRaw()).maxBooking, '7');
  });

  await t.test('settings: a bad value written by hand is shown beside what is in force', async (t) => {
    const admin = await buildAdmin(t, server);
    const { cookie } = await admin.logIn('lee');
    await admin.redis.hset('booking:settings', 'maxBooking', 'lots');
    await admin.settings.adopt();
    await admin.reader.refresh();
    const page = await admin.ask('/system/settings', { cookie });
    t.match(page.text, /“lots” was written by hand and is not in force/);
    t.match(page.text, /data-in-force="maxBooking">3</);
    const { fields } = JSON.parse((await admin.ask('/system/api/settings', { cookie })).text);
    t.match(fields[0], { name: 'maxBooking', written: 'lots', inForce: '3', isBad: true, range: '0–1000000' });
  });

  await t.test('settings: without the token, or with that of another session, nothing changes', async (t) => {
    const admin = await buildAdmin(t, server);
    const { cookie, csrf } = await admin.logIn('kim');
    const other = await admin.logIn('kim');
    for (const form of [{ maxBooking: '9' }, { maxBooking: '9', csrf: other.csrf }, { maxBooking: '9', csrf: '' }]) {
      const answer = await admin.ask('/system/settings', { cookie, form: form as Record<string, string> });
      t.equal(answer.status, 403);
      t.match(answer.text, /Nothing was changed/);
    }
    const crossSite = await admin.ask('/system/settings', {
      cookie,
      form: { csrf, maxBooking: '9' },
      headers: { origin: 'https://evil.example' },
    });
    t.equal(crossSite.status, 403);
    const put = await admin.ask('/system/api/settings', { cookie, method: 'PUT', json: { maxBooking: 9 } });
    t.match(JSON.parse(put.text), { statusCode: 403, code: 'CSRF' });
    t.equal((await admin.settings.readRaw()).maxBooking, '3');
  });

  await t.test('settings: a viewer may look and not change', async (t) => {
    const admin = await buildAdmin(t, server);
    const { cookie, csrf } = await admin.logIn('lee');
    const page = await admin.ask('/system/settings', { cookie });
    t.match(page.text, /<fieldset disabled>/);
    t.notMatch(page.text, /<button class="primary">Save/);
    const overview = await admin.ask('/system', { cookie });
    t.match(overview.text, /an operator changes things/);
    t.notMatch(overview.text, /action="\/system\/(admissions|message)"><[^>]*csrf/, 'nothing to send');
    const post = await admin.ask('/system/settings', { cookie, form: { csrf, maxBooking: '9' } });
    t.equal(post.status, 403);
    t.match(post.text, /Only an operator may change things/);
    const headers = { 'x-csrf-token': csrf };
    const put = await admin.ask('/system/api/settings', { cookie, headers, method: 'PUT', json: { maxBooking: 9 } });
    t.match(JSON.parse(put.text), { statusCode: 403, code: 'OPERATOR_ONLY' });
    t.equal((await admin.ask('/system/instances', { cookie, form: { csrf, id: 'a', wish: 'drain' } })).status, 403);
    t.equal((await admin.settings.readRaw()).maxBooking, '3');
  });

  await t.test('settings: the same as JSON', async (t) => {
    const admin = await buildAdmin(t, server);
    const { cookie } = await admin.logIn('kim');
    const { csrfToken } = JSON.parse((await admin.ask('/system/api/settings', { cookie })).text);
    const put = (json: unknown) =>
      admin.ask('/system/api/settings', { cookie, headers: { 'x-csrf-token': csrfToken }, method: 'PUT', json });

    const saved = await put({ maxBooking: 8, message: 'Back at ten.' });
    t.equal(saved.status, 200);
    t.match(JSON.parse(saved.text), { outcome: 'saved', fields: { maxBooking: { inForce: '8', isBad: false } } });
    t.match(JSON.parse((await put({ maxBooking: 8 })).text), { outcome: 'unchanged' });

    const refused = await put({ maxBooking: 9, claimSeconds: 1, admissions: 'ajar' });
    t.equal(refused.status, 400);
    t.match(JSON.parse(refused.text), {
      code: 'BAD_SETTING',
      message: /claimSeconds must be a whole number 5–3600, not "1"/,
      problems: [
        { field: 'claimSeconds', value: '1', range: '5–3600' },
        { field: 'admissions', value: 'ajar', range: 'open | paused | closed' },
      ],
    });
    t.match(JSON.parse((await put({ nonsense: 1 })).text), {
      code: 'BAD_REQUEST',
      message: /nonsense is not a setting/,
    });
    t.equal((await put({ maxBooking: [1] })).status, 400);
    t.equal((await put([1])).status, 400);
    t.match(await admin.settings.readGood(), { maxBooking: 8, claimSeconds: 60, admissions: 'open' });
  });

  await t.test('settings: with Redis away nothing is said to be saved, and the page still stands', async (t) => {
    const ownServer = await startTestRedis(t);
    const admin = await buildAdmin(t, ownServer);
    const { cookie, csrf } = await admin.logIn('kim');
    await ownServer.stop();
    const answer = await admin.ask('/system/settings', { cookie, form: { csrf, maxBooking: '9' } });
    t.equal(answer.status, 503);
    t.match(answer.text, /Redis does not answer/);
    t.ok(answer.headers.get('retry-after'));
    await t.rejects(admin.reader.refresh());
    const page = await admin.ask('/system', { cookie });
    t.equal(page.status, 200);
    t.match(page.text, /role="alert" data-banner\s*>Redis does not answer\. What you see is the last known/);
  });
});
