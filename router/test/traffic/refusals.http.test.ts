import { once } from 'node:events';
import { connect } from 'node:net';
import t from 'tap';
import type { AddressRecord } from '../../traffic/address-book.ts';
import type { Refusal } from '../../traffic/judge.ts';
import type { Traffic } from '../../traffic/traffic.ts';
import { ask, createVisitor, startGateway, startUpstream, upstreamAt } from '../start-gateway.ts';

/** A gateway that refuses what it is told to. */
async function start(t: { after(step: () => Promise<unknown> | unknown): void }) {
  const state: { arrival?: Refusal | undefined; visitor?: Refusal | undefined } = {};
  const from: AddressRecord = { network: 'n', isAllowed: false, block: undefined, blocksRevision: 0 };
  const traffic: Pick<Traffic, 'findSource' | 'judgeArrival' | 'judgeVisitor'> = {
    findSource: () => from,
    judgeArrival: () => state.arrival,
    judgeVisitor: () => state.visitor,
  };
  const booking = await startUpstream(t, 'booking');
  const gateway = await startGateway(t, { booking: [upstreamAt('booking', booking)] }, { traffic: traffic as Traffic });
  return { ...gateway, state, booking };
}

t.test('refusals', async (t) => {
  const { port, state, booking, metrics } = await start(t);

  t.test('at the arrival: JSON with a code, whatever the path; nothing reaches an instance', async (t) => {
    state.arrival = { reason: 'networkLimit', retryAfterSec: 1 };
    for (const path of ['/', '/ticketing', '/queue/status', '/a/../b', '/livez']) {
      const answer = await ask(port, path);
      t.equal(answer.status, 429, path);
      t.match(JSON.parse(answer.body), {
        statusCode: 429,
        code: 'TOO_MANY_REQUESTS',
        requestId: answer.headers['x-request-id'],
      });
      t.match(answer.headers, { 'retry-after': '1', 'cache-control': /no-store/, 'set-cookie': undefined });
    }
    t.equal(booking.seen.length, 0);
    t.match(await metrics.registry.metrics(), /route="refused"/);
  });

  t.test('a browser gets a page in its language that tries again; HEAD its head', async (t) => {
    state.arrival = { reason: 'strangerLimit', retryAfterSec: 1 };
    const browser = { accept: 'text/html', 'accept-language': 'ko' };
    const page = await ask(port, '/ticketing', { headers: browser });
    t.match(page, { status: 429, headers: { refresh: '2' }, body: /lang="ko"/ });
    t.ok(page.body.includes('순서'.replace(/./gu, (character) => `&#${character.codePointAt(0)};`)));
    t.equal(page.headers['content-length'], String(Buffer.byteLength(page.body)));
    t.match(await ask(port, '/ticketing', { method: 'HEAD', headers: browser }), { status: 429, body: '' });
  });

  t.test('whoever is blocked is told so: by status, as a page without a form', async (t) => {
    for (const kind of ['arrival', 'visitor'] as const) {
      state.arrival = undefined;
      state.visitor = undefined;
      state[kind] = { reason: kind === 'arrival' ? 'blockedNetwork' : 'blockedVisitor', retryAfterSec: 77 };
      const { cookie } = createVisitor();
      const status = await ask(port, '/queue/status?x', { headers: { cookie } });
      t.equal(status.status, 200);
      t.match(JSON.parse(status.body), {
        status: 'blocked',
        position: null,
        refreshAfterSeconds: 60,
        updatedAt: String,
      });
      const page = await ask(port, '/ticketing', { headers: { cookie, accept: 'text/html' } });
      t.match(page, { status: 403, headers: { 'retry-after': '77', refresh: undefined }, body: /Access is blocked/ });
      t.notMatch(page.body, /<form/);
      const post = await ask(port, '/apply', { method: 'POST', headers: { cookie }, body: 'x=1' });
      t.match(JSON.parse(post.body), { statusCode: 403, code: 'BLOCKED' });
    }
  });

  t.test('a refused body is passed over, and the connection goes on; a doubtful one ends it', async (t) => {
    state.visitor = undefined;
    state.arrival = { reason: 'strangerLimit', retryAfterSec: 1 };
    async function send(text: string): Promise<{ answers: number; isClosed: boolean }> {
      const socket = connect(port, '127.0.0.1');
      let received = '';
      let isClosed = false;
      socket.on('close', () => {
        isClosed = true;
      });
      socket.on('data', (chunk) => {
        received += chunk.toString('latin1');
        if (received.split('HTTP/1.1 429').length > 2) socket.destroy();
      });
      socket.write(text);
      await once(socket, 'close');
      return { answers: received.split('HTTP/1.1 429').length - 1, isClosed };
    }
    const next = 'GET / HTTP/1.1\r\nhost: a\r\n\r\n';
    const post = (extra: string) => `POST /apply HTTP/1.1\r\nhost: a\r\n${extra}content-length: 3\r\n\r\na=1`;
    t.same((await send(post('') + next)).answers, 2);
    t.same(await send(post('Content_Length: 7\r\n') + next), { answers: 1, isClosed: true });
  });
  t.end();
});
