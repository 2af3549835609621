import { once } from 'node:events';
import { request } from 'node:http';
import { startTestRedis } from '@fairline/shared/testing/redis-server.ts';
import t from 'tap';
import type { LiveMessage } from '../contract/overview.ts';
import { buildAdmin } from './build-admin.ts';

/** A stream as a browser reads it: `next` waits for one more message. */
async function openStream(url: string, cookie: string) {
  const asked = request(`${url}/system/api/live`, { headers: { cookie } }).end();
  const [answer] = (await once(asked, 'response')) as [import('node:http').IncomingMessage];
  const messages: LiveMessage[] = [];
  let text = '';
  answer.setEncoding('utf8').on('data', (piece: string) => {
    text += piece;
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const [, event, data] = /^event: (\w+)\ndata: (.*)$/.exec(block) ?? [];
      if (event && data) messages.push({ event, data: JSON.parse(data) } as LiveMessage);
    }
    answer.emit('message');
  });
  const ended = once(answer, 'close');
  return {
    status: answer.statusCode,
    headers: answer.headers,
    async next(): Promise<LiveMessage> {
      while (messages.length === 0) await once(answer, 'message');
      return messages.shift() as LiveMessage;
    },
    ended,
    close: () => asked.destroy(),
  };
}

t.test('live', async (t) => {
  const server = await startTestRedis(t);
  const admin = await buildAdmin(t, server, { mostStreams: 2 });
  const { cookie } = await admin.logIn('kim');
  const viewer = await admin.logIn('lee');

  await t.test('live: nobody watches without a login', async (t) => {
    t.equal((await admin.ask('/system/api/live')).status, 401);
  });

  await t.test('live: one reading reaches everybody who watches, and no more than so many watch', async (t) => {
    await admin.reader.refresh();
    const [kim, lee] = await Promise.all([openStream(admin.url, cookie), openStream(admin.url, viewer.cookie)]);
    t.equal(kim.status, 200);
    t.match(kim.headers, { 'content-type': /text\/event-stream/, 'cache-control': /no-store/ });
    t.match(await kim.next(), { event: 'snapshot' }, 'the last reading comes at once');
    await lee.next();
    t.equal((await admin.ask('/system/api/live', { cookie })).status, 503);
    await admin.stores.settings.save({ message: 'Doors at eight' });
    await admin.reader.refresh();
    for (const stream of [kim, lee])
      t.match(await stream.next(), { event: 'snapshot', data: { message: 'Doors at eight' } });
    kim.close();
    lee.close();
    await Promise.all([kim.ended.catch(() => {}), lee.ended.catch(() => {})]);
    while (admin.hub.size() > 0) await new Promise((resolve) => setImmediate(resolve));
  });

  await t.test('live: a stream ends with the operator it was for', async (t) => {
    const stream = await openStream(admin.url, viewer.cookie);
    await stream.next();
    admin.setOperators((before) => {
      const after = new Map(before);
      const lee = after.get('lee');
      if (lee) after.set('lee', { ...lee, role: 'operator' });
      return after;
    });
    admin.hub.tick();
    t.match(await stream.next(), { event: 'end', data: { reason: 'operator' } });
    await stream.ended;
    t.equal((await admin.ask('/system/api/session', { cookie: viewer.cookie })).status, 200, 'the role is that of now');
    admin.setOperators((before) => new Map([...before].filter(([name]) => name !== 'lee')));
    t.equal((await admin.ask('/system/api/session', { cookie: viewer.cookie })).status, 401);
  });

  await t.test('access: clients of other networks see nothing, not even the login page', async (t) => {
    const hidden = await buildAdmin(t, server, { visibleTo: ['203.0.113.0/24'] });
    for (const path of ['/system', '/system/login', '/system/api/overview']) {
      const refused = await hidden.ask(path);
      t.equal(refused.status, 404);
      t.match(JSON.parse(refused.text), { code: 'NOT_FOUND' });
      t.equal(refused.headers.get('set-cookie'), null);
    }
    const seen = await hidden.ask('/system/login', { headers: { 'x-forwarded-for': '203.0.113.9' } });
    t.equal(seen.status, 200);
  });

  await t.test('live: a room that stops says so', async (t) => {
    const stream = await openStream(admin.url, cookie);
    await stream.next();
    admin.hub.close();
    t.match(await stream.next(), { event: 'end', data: { reason: 'stopping' } });
    await stream.ended;
  });
});
