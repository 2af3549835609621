import { startTestRedis } from '@fairline/shared/testing/redis-server.ts';
import t from 'tap';
import { buildAdmin } from './build-admin.ts';

t.test("api docs: the visitors' API as OpenAPI, for those logged in", async (t) => {
  const admin = await buildAdmin(t, await startTestRedis(t));
  const stranger = await admin.ask('/system/api/docs', { headers: { accept: 'application/json' } });
  t.equal(stranger.status, 401);
  const { cookie } = await admin.logIn('lee');
  const answer = await admin.ask('/system/api/docs', { cookie });
  t.equal(answer.status, 200);
  t.match(answer.headers.get('content-type'), 'application/json');
  t.match(JSON.parse(answer.text), {
    openapi: '3.1.0',
    paths: { '/apply': Object, '/queue/status': Object, '/queue/events': Object, '/api/booking/confirm': Object },
  });
});
