import { createLogger } from '@fairline/shared/logger.ts';
import t from 'tap';
import { createFileWatch } from '../recovery/file-watch.ts';

const logger = createLogger({ room: 'queue-processor', instanceId: 'test', level: 'silent' });

t.test('file watch: after a full disk the leader has the file written anew, once', async (t) => {
  const state = { isWritable: true, isLeading: false, answer: async () => {} };
  let rewrites = 0;
  const watch = createFileWatch({
    isWritable: async () => state.isWritable,
    isLeading: () => state.isLeading,
    rewriteFile: async () => {
      await state.answer();
      rewrites += 1;
    },
    logger,
  });
  await watch.step();
  state.isLeading = true;
  await watch.step();
  t.equal(rewrites, 0, 'nothing was wrong');

  state.isWritable = false;
  await watch.step();
  state.isWritable = true;
  state.isLeading = false;
  await watch.step();
  t.equal(rewrites, 0, 'a standby waits until it leads');
  state.isLeading = true;
  state.answer = () => Promise.reject(new Error('ERR Background append only file rewriting already in progress'));
  await watch.step();
  state.answer = async () => {};
  await watch.step();
  await watch.step();
  t.equal(rewrites, 1);

  state.isWritable = false;
  await watch.step();
  state.isWritable = true;
  state.answer = () => Promise.reject(new Error('NOPERM this user has no permissions'));
  await watch.step();
  state.answer = async () => {};
  await watch.step();
  t.equal(rewrites, 1, 'what is forbidden is not tried again');
});
