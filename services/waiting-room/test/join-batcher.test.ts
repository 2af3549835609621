import { isCodedError } from '@fairline/shared/errors.ts';
import type { JoinOutcome, JoinRequest } from '@fairline/shared/stores/line/store.ts';
import t from 'tap';
import { createJoinBatcher } from '../line/join-batcher.ts';

const numberOf = (request: JoinRequest): JoinOutcome => ({
  kind: 'joined',
  number: Number(request.visitorId),
  seq: 1,
});

t.test('join batcher: joins of one moment go in one call, each with its own answer', async (t) => {
  const batches: number[] = [];
  const batcher = createJoinBatcher({
    store: {
      join: async (requests) => {
        batches.push(requests.length);
        return requests.map(numberOf);
      },
    },
  });
  const answers = await Promise.all(
    Array.from({ length: 120 }, (_, index) => batcher.join({ visitorId: String(index + 1), again: false })),
  );
  t.same(
    answers.map((answer) => 'number' in answer && answer.number),
    Array.from({ length: 120 }, (_, index) => index + 1),
  );
  t.same(batches, [120]);
});

t.test('join batcher: a batch is bounded, and the calls under way are', async (t) => {
  let underWay = 0;
  let most = 0;
  const batcher = createJoinBatcher({
    mostInBatch: 10,
    mostCalls: 2,
    store: {
      join: async (requests) => {
        t.ok(requests.length <= 10);
        underWay++;
        most = Math.max(most, underWay);
        await new Promise((resolve) => setImmediate(resolve));
        underWay--;
        return requests.map(numberOf);
      },
    },
  });
  await Promise.all(
    Array.from({ length: 95 }, (_, index) => batcher.join({ visitorId: String(index + 1), again: false })),
  );
  t.equal(most, 2);
});

t.test('join batcher: a failed batch tells each caller to try again, and the next one works', async (t) => {
  const failures = [new Error('Connection is closed.'), new Error('WRONGKEY booking:tickets holds a string')];
  const batcher = createJoinBatcher({
    store: {
      join: async (requests) => {
        const failure = failures.shift();
        if (failure) throw failure;
        return requests.map(numberOf);
      },
    },
  });
  const codes = async (visitorIds: string[]) =>
    (await Promise.allSettled(visitorIds.map((visitorId) => batcher.join({ visitorId, again: false })))).map(
      (result) => (result.status === 'rejected' && isCodedError(result.reason) ? result.reason.code : result.status),
    );
  t.same(await codes(['1', '2']), ['REDIS_UNAVAILABLE', 'REDIS_UNAVAILABLE']);
  t.same(await codes(['1', '2']), ['TRY_AGAIN', 'TRY_AGAIN']);
  t.same(await codes(['1', '2']), ['fulfilled', 'fulfilled']);
});

t.test('join batcher: over the bound of pending joins a caller is told to try again at once', async (t) => {
  const batcher = createJoinBatcher({ mostPending: 1, store: { join: async (requests) => requests.map(numberOf) } });
  const first = batcher.join({ visitorId: '1', again: false });
  await t.rejects(batcher.join({ visitorId: '2', again: false }), { code: 'TRY_AGAIN' });
  t.match(await first, { number: 1 });
  t.match(await batcher.join({ visitorId: '2', again: false }), { number: 2 });
});
