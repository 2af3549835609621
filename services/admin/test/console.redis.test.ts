import { randomUUID } from 'node:crypto';
import { checkLaws } from '@fairline/shared/test/laws/laws.ts';
import { startTestRedis } from '@fairline/shared/testing/redis-server.ts';
import { until } from '@fairline/shared/testing/system.ts';
import t from 'tap';
import type { AuditAnswer } from '../contract/audit.ts';
import type { BlocksAnswer } from '../contract/blocks.ts';
import type { ChangedAnswer } from '../contract/changed.ts';
import type { LiveSnapshot } from '../contract/overview.ts';
import type { SettingsPreviewAnswer } from '../contract/settings.ts';
import type { VisitorActionAnswer, VisitorAnswer } from '../contract/visitor.ts';
import { buildAdmin } from './build-admin.ts';

t.test('console', async (t) => {
  const server = await startTestRedis(t);
  const admin = await buildAdmin(t, server);
  const { api, stores, redis, keys } = admin;
  const { line } = stores;
  const post = <T>(path: string, json: unknown) => api<T>(path, { method: 'POST', json });
  const ids = Array.from({ length: 6 }, () => randomUUID());
  const [first = '', second = '', third = '', fourth = '', fifth = '', sixth = ''] = ids;

  /** The follower has taken in what has happened so far, and the journal has it. */
  async function settle(): Promise<void> {
    const { seq } = await line.readProgress();
    while (admin.turns.lastSeq() < seq) await new Promise((resolve) => setTimeout(resolve, 5));
    await admin.following.flush();
  }

  await redis.hset(keys.gate, { open: 1, atMs: Date.now() + 3_600_000 });
  await stores.settings.save({ maxBooking: '1' });
  await line.join(ids.map((visitorId) => ({ visitorId, again: false })));

  await t.test('console: where a visitor is, and what may be done', async (t) => {
    await settle();
    const waiting = await api<VisitorAnswer>(`visitors/${third}`);
    t.match(waiting.body, {
      standing: { kind: 'waiting', number: 3, position: 2 },
      tier: 'standard',
      block: null,
      record: null,
      journey: { number: 3, admittedAtMs: null },
      changes: [{ type: 'joined', number: 3 }],
      actions: ['admit', 'revoke', 'setTier', 'block'],
    });
    t.type(waiting.body.journey?.joinedAtMs, 'number');
    const booked = await api<VisitorAnswer>(`visitors/${first}`, { role: 'viewer' });
    t.match(booked.body, { standing: { kind: 'booked', number: 1, isClaimed: false }, actions: [] });
    t.equal((await api('visitors/nobody')).status, 404);
    t.match((await api<VisitorAnswer>(`visitors/${randomUUID()}`)).body.standing, { kind: 'none' });
  });

  await t.test(
    'console: somebody is let in before their turn only while a place is free, and it is said so',
    async (t) => {
      const full = await post<{ code: string; message: string }>(`visitors/${fourth}/actions`, { action: 'admit' });
      t.match(full, { status: 409, body: { code: 'ADMIT_REFUSED', message: /no place is free/ } });
      await stores.settings.save({ maxBooking: '2' });
      const answer = await post<VisitorActionAnswer>(`visitors/${fourth}/actions`, {
        action: 'admit',
        reason: 'wheelchair',
      });
      t.match(answer.body, { changed: true, visitor: { standing: { kind: 'booked', number: 4 } } });
      t.same(await checkLaws(redis, keys), [], 'the laws hold, law 3 with the exception that was announced');
      const again = await post<VisitorActionAnswer>(`visitors/${fourth}/actions`, { action: 'admit' });
      t.equal(again.body.changed, false);
      const [entry] = await admin.audit.readLatest(1);
      t.match(entry, {
        who: 'token:operator',
        what: 'admit',
        subject: fourth,
        before: { standing: 'waiting 4' },
        after: { standing: 'booked 4', reason: 'wheelchair' },
      });
    },
  );

  await t.test('console: who missed a place given before their turn is not let in twice', async (t) => {
    await redis.set(keys.lock, 'leader');
    await redis.zadd(keys.leases, 1, fourth);
    await redis.hset(keys.counters, { tickAtMs: Date.now(), graceUntilMs: 0 });
    await line.endPlaces({ token: 'leader', limit: 100 });
    t.match(await line.readStanding(fourth), { kind: 'aside', number: 4 });
    t.same(await checkLaws(redis, keys), []);
    await stores.settings.save({ maxBooking: '6' });
    await line.admit({ token: 'leader', limit: 100, absentAfterMs: 60_000, dueNumber: 0 });
    t.match(await line.readStanding(fifth), { kind: 'booked', number: 5 }, 'the line goes past the dead entry');
    t.match(await line.readStanding(fourth), { kind: 'aside', number: 4 });
    const back = await post<VisitorActionAnswer>(`visitors/${fourth}/actions`, { action: 'admit' });
    t.match(back.body.visitor.standing, { kind: 'booked', number: 4 });
    t.same(await checkLaws(redis, keys), []);
  });

  await t.test('console: a place is ended, or taken away', async (t) => {
    const released = await post<VisitorActionAnswer>(`visitors/${fourth}/actions`, { action: 'release' });
    t.match(released.body.visitor.standing, { kind: 'ended', outcome: 'left', number: 4 });
    const revoked = await post<VisitorActionAnswer>(`visitors/${second}/actions`, {
      action: 'revoke',
      reason: 'resale',
    });
    t.match(revoked.body.visitor.standing, { kind: 'ended', outcome: 'revoked' });
    const nothing = await post<VisitorActionAnswer>(`visitors/${second}/actions`, { action: 'revoke' });
    t.equal(nothing.body.changed, false);
    t.same(await checkLaws(redis, keys), []);
  });

  await t.test('console: blocks and tiers, with their reasons', async (t) => {
    const block = { action: 'block', minutes: 30, reason: 'script' };
    const blocked = await post<VisitorActionAnswer>(`visitors/${sixth}/actions`, block);
    t.match(blocked.body.visitor, {
      block: { kind: 'visitor', value: sixth, reason: 'script', who: 'token:operator' },
    });
    t.ok(blocked.body.visitor.actions.includes('unblock'));
    t.equal((await post('blocks', { kind: 'net', value: '203.0.113.0/24', minutes: 5, reason: 'flood' })).status, 200);
    t.equal((await post('blocks', { kind: 'net', value: 'moon', minutes: 5, reason: 'flood' })).status, 400);
    t.match((await api<BlocksAnswer>('blocks')).body, {
      total: 2,
      blocks: [{ value: '203.0.113.0/24' }, { value: sixth }],
    });
    const target = { kind: 'net', value: '203.0.113.0/24' };
    t.match((await api<ChangedAnswer>('blocks', { method: 'DELETE', json: target })).body, { changed: true });
    t.match((await api<ChangedAnswer>('blocks', { method: 'DELETE', json: target })).body, { changed: false });
    const raised = await post<VisitorActionAnswer>(`visitors/${sixth}/actions`, { action: 'setTier', tier: 'vip' });
    t.match(raised.body, { changed: true, visitor: { tier: 'vip' } });
    t.equal((await post(`visitors/${sixth}/actions`, { action: 'setTier', tier: 'king' })).status, 400);
  });

  await t.test('console: what saving would do is told before it is done', async (t) => {
    const { body } = await api<SettingsPreviewAnswer>('settings/preview', {
      method: 'POST',
      role: 'viewer',
      json: { maxBooking: 1, admissions: 'closed' },
    });
    t.match(body.changes, [
      { field: 'maxBooking', after: '1' },
      { field: 'admissions', before: 'open', after: 'closed' },
    ]);
    t.match(body.effects, [{ code: 'nobodyAdmitted' }, { code: 'joinsRefused' }, { code: 'overLimit' }]);
    t.equal((await stores.settings.readGood()).admissions, 'open', 'nothing was written');
    const bad = await post<SettingsPreviewAnswer>('settings/preview', { maxBooking: -1 });
    t.match(bad.body.problems, [{ field: 'maxBooking', range: '0–1000000' }]);
    t.match((await post<ChangedAnswer>('admissions', { admissions: 'paused' })).body, { changed: true });
    t.match((await post<ChangedAnswer>('message', { message: 'Soon.' })).body, { changed: true });
    t.match((await post<ChangedAnswer>('message', { message: 'Soon.' })).body, { changed: false });
  });

  await t.test('console: a viewer changes nothing, by whatever way', async (t) => {
    const json = { action: 'revoke' };
    const refused = await api<{ code: string }>(`visitors/${first}/actions`, { method: 'POST', role: 'viewer', json });
    t.match(refused, { status: 403, body: { code: 'OPERATOR_ONLY' } });
    const wrong = await admin.ask('/system/api/audit', { headers: { authorization: 'Bearer flt_wrong' } });
    t.equal(wrong.status, 401);
    t.equal((await admin.ask('/system/api/audit')).status, 401);
  });

  await t.test('console: the audit is read page by page, and nothing is lost between them', async (t) => {
    const all = (await api<AuditAnswer>('audit?limit=200')).body;
    t.equal(all.next, null);
    const walked: string[] = [];
    let before: string | null = '';
    while (before !== null) {
      const path = `audit?limit=3${before === '' ? '' : `&before=${before}`}`;
      const page: AuditAnswer = (await api<AuditAnswer>(path)).body;
      walked.push(...page.entries.map(({ id }) => id));
      before = page.next;
    }
    t.same(
      walked,
      all.entries.map(({ id }) => id),
    );
    t.ok(walked.length > 8);
  });

  await t.test('console: journeys and orders as files', async (t) => {
    await line.renew([first]);
    await line.confirm(first, JSON.stringify({ id: 'FL-1', section: '=cmd()', tickets: 2, seat: 'A1' }));
    await settle();
    const { text, headers } = await api('journeys.csv');
    t.match(headers.get('content-disposition'), /default-now-journeys\.csv/);
    const rows = text.trim().split('\r\n');
    t.equal(rows[0]?.split(',')[0], 'visitor_id');
    t.match(
      rows.find((row) => row.startsWith(first)),
      /,1,\d{4}-.*,confirmed,1,\d+,\d+$/,
    );
    t.match(
      rows.find((row) => row.startsWith(second)),
      /,2,.*,revoked,/,
    );
    t.match(
      rows.find((row) => row.startsWith(fourth)),
      /,4,.*,cancelled,2,/,
      'two places in one turn',
    );
    t.equal(new Set(rows).size, rows.length);
    const orders = await api('orders.csv', { role: 'viewer' });
    t.match(orders.text, new RegExp(`${first},FL-1,,'=cmd\\(\\),2,,,,"\\{""seat"":""A1""\\}"`));
    t.match((await api<VisitorAnswer>(`visitors/${first}`)).body, {
      standing: { kind: 'confirmed', order: { id: 'FL-1' } },
      journey: { number: 1, outcome: 'confirmed' },
    });
  });

  await t.test('console: the snapshot has everything, and the funnel adds up', async (t) => {
    const snapshot = await admin.reader.refresh();
    t.match(snapshot, {
      isLive: true,
      admissions: 'paused',
      message: 'Soon.',
      counts: { blocked: 1, confirmed: 1, suspects: 0 },
      funnel: {
        joined: 6,
        confirmed: 1,
        revoked: { booked: 1 },
        left: { booked: 1 },
        times: { toOrder: { count: 1 } },
      },
    } satisfies Partial<Record<keyof LiveSnapshot, unknown>>);
    t.match((await api('history')).body, { stepSec: 2, waiting: [Number] });
  });

  await t.test('history: a process that is started anew goes on where the last one was', async (t) => {
    const readings = async () => (await admin.redis.xlen(admin.keys.history)) > 0;
    await until('a reading to be kept', readings);
    await admin.redis.xadd(admin.keys.history, `${Date.now() + 6_000}-0`, 'waiting', 'by hand');
    await admin.history.writeTimes();
    const later = await admin.takeUp();
    const kept = later.history.read(60);
    t.match(kept.waiting, admin.reader.history(60).waiting.slice(0, 1));
    t.same(kept.waiting.slice(-1), [null], 'what is no number is not known');
    t.same(later.turns.times(), admin.turns.times());
    await admin.redis.set(admin.keys.historyTimes, '{"sale":0,"seq":1,"sinceMs":1,"tallies":[["x"]]}');
    t.equal((await admin.takeUp()).turns.times().toOrder.count, 0, 'somebody wrote nonsense');
  });
});
