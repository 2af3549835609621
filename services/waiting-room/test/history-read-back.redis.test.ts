import { eventKeys } from '@fairline/shared/stores/keys.ts';
import { createLockStore } from '@fairline/shared/stores/line/lock.ts';
import { createLineStore } from '@fairline/shared/stores/line/store.ts';
import { createSettingsStore } from '@fairline/shared/stores/settings/store.ts';
import { startTestRedis } from '@fairline/shared/testing/redis-server.ts';
import t from 'tap';
import { createLineHistories } from '../line/admission-history.ts';
import { readBackHistory } from '../line/history-read-back.ts';

const server = await startTestRedis(t, { args: ['--appendonly', 'no'] });

t.test('history: a new process knows the last minutes of the line from the kept changes', async (t) => {
  const redis = server.connect();
  const keys = eventKeys('read-back');
  const store = createLineStore({ redis, keys });
  await createSettingsStore({ redis, keys }).save({ maxBooking: '100', leaseMinutes: '10' });
  const token = 'leader';
  await createLockStore({ redis, keys }).acquire(token, 60_000);
  const joins = Array.from({ length: 250 }, (_, index) => ({ visitorId: `v${index}`, again: false }));
  await store.join(joins);
  for (let index = 0; index < 150; index++) await store.leave(`v${index + 20}`);
  await store.setGate({ token, isOpen: true, reason: 'test', isMemoryFull: false, dueNumber: 0 });
  await store.admit({ token, limit: 30, absentAfterMs: 90_000, dueNumber: 0 });
  const progress = await store.readProgress();
  t.match(progress, { queued: 80, booked: 20 });
  await store.admit({ token, limit: 10, absentAfterMs: 90_000, dueNumber: 0 });

  const histories = createLineHistories();
  await readBackHistory({ store, histories, progress });
  const { spans } = histories.public.read(progress.nowMs + 5000);
  const sum = (pick: (span: (typeof spans)[number]) => number) => spans.reduce((total, span) => total + pick(span), 0);
  t.equal(
    sum((span) => span.passed),
    20,
    'what came after the progress is left to whoever follows',
  );
  t.equal(
    sum((span) => span.left),
    150,
  );
  t.equal(spans.at(-1)?.waiting, 80);
});

t.test('history: an event without changes gives none', async (t) => {
  const store = createLineStore({ redis: server.connect(), keys: eventKeys('empty') });
  const histories = createLineHistories();
  await readBackHistory({ store, histories, progress: await store.readProgress() });
  t.same(histories.public.read(Date.now() + 5000).spans.length <= 1, true);
});

t.end();
