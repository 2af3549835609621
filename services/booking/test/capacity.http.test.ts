import { createManualClock } from '@fairline/shared/testing/manual-clock.ts';
import t from 'tap';
import { identityOf, listenBooking, nobody } from './booking-setup.ts';

t.test('capacity: one request too many is refused at once, and room is made when one is done', async (t) => {
  const release: (() => void)[] = [];
  const arrived: (() => void)[] = [];
  const readStanding = async () => {
    arrived.shift()?.();
    await new Promise<void>((resolve) => release.push(resolve));
    return nobody.readStanding();
  };
  const site = await listenBooking(t, { capacity: 2, line: { ...nobody, readStanding } });
  const start = () => {
    const isThere = new Promise<void>((resolve) => arrived.push(resolve));
    return { isThere, answer: site.get('/api/booking', identityOf('visitor')) };
  };
  const first = start();
  await first.isThere;
  const second = start();
  await second.isThere;

  const refused = await site.get('/');
  t.equal(refused.status, 503);
  t.equal(refused.headers.get('retry-after'), '1');
  t.equal(refused.headers.get('x-fairline-full'), '1', 'so that a gateway need not read the body');
  t.match(await refused.json(), { code: 'INSTANCE_FULL' });

  release.shift()?.();
  t.equal((await first.answer).status, 200);
  await (await first.answer).text();
  t.equal((await site.get('/')).status, 200);
  release.shift()?.();
  t.equal((await second.answer).status, 200);
});

t.test('capacity: a visitor who goes away gives room as well', async (t) => {
  const arrivals: (() => void)[] = [];
  const readStanding = () => {
    arrivals.shift()?.();
    return new Promise<never>(() => {});
  };
  const site = await listenBooking(t, { capacity: 1, line: { ...nobody, readStanding } });
  const controller = new AbortController();
  const isThere = new Promise<void>((resolve) => arrivals.push(resolve));
  const answer = fetch(`${site.url}/api/booking`, { headers: identityOf('visitor'), signal: controller.signal });
  await isThere;
  t.equal((await site.get('/')).status, 503);
  controller.abort();
  await t.rejects(answer);
  let status = 503;
  while (status === 503) status = (await site.get('/')).status;
  t.equal(status, 200);
});

t.test('service time: pages and calls wait for it, static files do not', async (t) => {
  const clock = createManualClock();
  const site = await listenBooking(t, { serviceTimeMs: 250, clock });
  let isAnswered = false;
  const answer = site.get('/').then((response) => {
    isAnswered = true;
    return response;
  });
  while (clock.sleeperCount() === 0) await new Promise((resolve) => setImmediate(resolve));
  t.equal((await site.get('/assets/booking/booking.css')).status, 200);
  t.notOk(isAnswered);
  await clock.advance(250);
  t.equal((await answer).status, 200);
});
