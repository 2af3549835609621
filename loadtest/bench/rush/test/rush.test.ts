import t from 'tap';
import { createAgenda } from '../agenda.ts';
import { findLost, percentileOf } from '../find-lost.ts';
import { readRetryMs, readStatusAnswer } from '../read-answer.ts';

t.test('agenda: what is due comes once, in order, never early; what is late comes next', async (t) => {
  const agenda = createAgenda<string>();
  const take = (nowMs: number) => [...agenda.take(nowMs)].map(({ item }) => item);
  agenda.add(30, 'c');
  agenda.add(10, 'b');
  agenda.add(1, 'a');
  t.same(take(0), []);
  t.same(take(12), ['a', 'b']);
  agenda.add(3, 'late');
  t.same(take(14), ['late']);
  t.same(take(29), []);
  t.same(take(100), ['c']);
  t.same(take(200), []);
});

t.test('answer: where the visitor stands, and the ticket when one came', async (t) => {
  const body = JSON.stringify({ status: 'waiting', number: 7, refreshAfterSeconds: 12 });
  const head = 'HTTP/1.1 200 OK\r\nSet-Cookie: visitor_id=x; Path=/\r\nset-cookie: visitor_ticket=t1.a; Path=/';
  const wanted = { status: 'waiting', number: 7, refreshAfterSeconds: 12 };
  t.same(readStatusAnswer(`${head}\r\n\r\n${body}`), { ...wanted, ticket: 't1.a' });
  t.same(readStatusAnswer(`HTTP/1.1 200 OK\r\n\r\n${body}`), { ...wanted, ticket: undefined });
  t.equal(readStatusAnswer('HTTP/1.1 200 OK\r\n\r\n<html>'), undefined);
  t.equal(readStatusAnswer('HTTP/1.1 200 OK\r\n\r\n{"status":"waiting"}'), undefined);
  t.equal(readRetryMs('HTTP/1.1 503 x\r\nRetry-After: 3\r\n\r\n'), 3000);
  t.equal(readRetryMs('HTTP/1.1 503 x\r\n\r\n'), undefined);
});

t.test('lost: whoever was told a number and is nowhere with it', async (t) => {
  const where = {
    tickets: new Map([
      ['waits', 1],
      ['renumbered', 9],
    ]),
    places: new Map([['booked', 3]]),
    confirmed: new Set(['done']),
  };
  const ids = ['waits', 'renumbered', 'booked', 'done', 'nowhere', 'silent'];
  t.same(findLost(ids, [1, 2, 3, 4, 4, 0], where), { unanswered: 1, lost: 2, twice: 1 });
});

t.test('percentile: the nearest rank', async (t) => {
  const values = Array.from({ length: 100 }, (_, index) => 100 - index);
  t.same(
    [50, 95, 99, 100].map((percent) => percentileOf(values, percent)),
    [50, 95, 99, 100],
  );
  t.equal(percentileOf([], 99), 0);
});
